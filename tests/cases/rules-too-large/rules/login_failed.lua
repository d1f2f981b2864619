return rule {
  id = "case.login_failed",
  title = "Login failed for {user_id}",
  type = "Security",
  severity = "high",
  any = { [[(?i)\bfailed (?:password|login) for (?P<user_id>\S+)]] },
}
