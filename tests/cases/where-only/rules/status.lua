return rule {
  id = "case.status", title = "status", type = "Error", severity = "low",
  where = { status = 502 },
  tests = { { "found", log = "upstream answered with HTTP 502", expect = 1 }, { "not found", log = "x", expect = 0 } },
}
