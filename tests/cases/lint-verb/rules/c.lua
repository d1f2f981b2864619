return rule { id = "l.b", type = "Error", any = { "abc" } }
