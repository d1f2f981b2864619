return rule { id = "caller", type = "Error", any = { "caller" }, match = function() return true end }
