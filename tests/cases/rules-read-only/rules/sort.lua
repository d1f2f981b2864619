table.sort = math.floor
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
