return rule { id = "failed", type = "Error", severity = "high", any = { [[failed(?: for "(?P<user_id>\w+)")?]] } }
