return rule { id = "l.a", type = "Error", any = { "x(" } }
