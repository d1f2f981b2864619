return rule {
  id = "case.route", title = "route", type = "Error", severity = "low",
  where = { route = { prefix = "/orders" } },
  tests = { { "found", log = "GET /orders/7 200", expect = 1 }, { "not found", log = "x", expect = 0 } },
}
