text.find = function() end
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
