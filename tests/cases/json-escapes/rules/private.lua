return rule { id = "case.private", title = "Private", type = "Security", severity = "low", any = { [[/private/\w+ of "(?P<user_id>\w+)"]] } }
