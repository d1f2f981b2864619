return rule {
  id = "login_failed",
  title = "Login of {user_id} failed",
  type = "Security",
  severity = "high",
  any = { [[login of (?P<user_id>\w+) failed]] },
}
