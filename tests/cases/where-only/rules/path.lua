return rule {
  id = "case.path", title = "path", type = "Error", severity = "low",
  where = { path = "/a" },
  tests = { { "found", log = "GET /a 200", expect = 1 }, { "not found", log = "x", expect = 0 } },
}
