return {
  rule { id = "failed", type = "Security", severity = "medium", any = { [[login failed for (?P<user_id>\S+)]] } },
  rule {
    id = "burst", type = "Security", severity = "high", title = "{count} failed logins of {user_id}",
    correlate = { on = { "failed" }, by = { "user_id" }, within = "1m", count = 3 },
  },
}
