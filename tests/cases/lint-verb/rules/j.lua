return rule { id = "l.j", type = "E", any = { "\bfoo\d" } }
