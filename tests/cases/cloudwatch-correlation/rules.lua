return {
  rule {
    id = "failed", type = "Security", any = { [[login failed for user (?P<user_id>\w+)]] },
    tests = { { "failed", log = "login failed for user mia", expect = 1 } },
  },
  rule {
    id = "often", type = "Security",
    correlate = { on = { "failed" }, by = { "user_id" }, within = "5m", count = 3 },
    tests = { { "three", log = series(3, "1s", "login failed for user mia"), expect = 1 } },
  },
}
