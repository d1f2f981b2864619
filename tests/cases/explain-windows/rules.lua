return {
  rule {
    id = "w.failed", type = "Security", any = { [[\blogin failed for (?P<user_id>\w+)]] },
    tests = { { "yes", log = "login failed for ann", expect = { { severity = "medium" } } }, { "no", log = "login ok", expect = 0 } },
  },
  rule {
    id = "w.many", type = "Security", correlate = { on = { "w.failed" }, by = { "user_id" }, within = "1m", count = 3 },
    tests = {
      { "three", log = series(3, "10s", "@t login failed for ann"), expect = 1 },
      { "two", log = series(2, "10s", "@t login failed for ann"), expect = 0 },
    },
  },
}
