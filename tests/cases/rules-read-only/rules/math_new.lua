math.x = 1
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
