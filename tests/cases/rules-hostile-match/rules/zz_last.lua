return rule { id = "case.zz_last", title = "Password", type = "Security", severity = "info", any = { "password for" } }
