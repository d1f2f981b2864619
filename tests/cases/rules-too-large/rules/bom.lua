return rule { id = "case.bom", title = "with a byte order mark", type = "Error", any = { "password" } }
