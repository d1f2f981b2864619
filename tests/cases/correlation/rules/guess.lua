return {
  rule { id = "case.failed", type = "Security", severity = "low", any = { [[login failed for (?P<user_id>\w+)]] } },
  rule { id = "case.in", type = "UserActivity", severity = "info", any = { [[welcome (?P<user_id>\w+)]] } },
  rule {
    id = "case.guess", title = "{count} failed logins of {user_id}", type = "Security", severity = "high",
    correlate = { on = { "case.failed" }, by = { "user_id" }, within = "5m", count = 5 },
  },
  rule {
    id = "case.guessed", title = "{user_id} was guessed", type = "Security", severity = "critical",
    correlate = { sequence = { "case.guess", "case.in" }, by = { "user_id" }, within = "10m" },
  },
}
