local r = rule { id = "case.no_return", type = "Error", any = { "x" } }
