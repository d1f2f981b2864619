text.format("%5p", {})
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
