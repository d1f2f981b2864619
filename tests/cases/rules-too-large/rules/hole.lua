return rule { id = "case.hole", title = "t", type = "Error", any = { "ERROR", nil, "x" } }
