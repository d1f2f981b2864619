return rule {
  id = "case.service", title = "service", type = "Error", severity = "low",
  where = { service = "billing" },
  tests = { { "found", log = "[billing] x", expect = 1 }, { "not found", log = "x", expect = 0 } },
}
