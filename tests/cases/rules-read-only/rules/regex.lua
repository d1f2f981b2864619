regex.find = nil
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
