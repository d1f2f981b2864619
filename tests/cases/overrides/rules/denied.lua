return rule { id = "denied", type = "Security", severity = "medium", any = { [[denied for (?P<user_id>\w+)]] } }
