return {
  rule { id = "fail", type = "Security", any = { [[denied for (?P<user_id>\w+) from (?P<ip>\S+)]] } },
  rule { id = "many", type = "Security", title = "{user_id} {ip}",
    correlate = { on = { "fail" }, by = { "user_id", "ip" }, within = "5m", count = 9 } },
  rule { id = "own", type = "Security", any = { [[denied for (?P<user_id>\w+)]] },
    correlate = { by = { "user_id" }, within = "5m", count = 3 } },
}
