return rule {
  id = "case.level", title = "level", type = "Error", severity = "low",
  where = { level = "error" },
  tests = { { "found", log = "2024-11-26T10:30:19Z ERROR x", expect = 1 }, { "not found", log = "x", expect = 0 } },
}
