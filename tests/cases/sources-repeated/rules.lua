return {
  rule { id = "refused", title = "Login of {user_id} refused", type = "Security", severity = "low",
         any = { [[login of (?P<user_id>\w+) refused]] } },
  rule { id = "often", title = "{user_id} is refused often", type = "Security", severity = "high",
         correlate = { on = { "refused" }, by = { "user_id" }, within = "10m", count = 3 } },
}
