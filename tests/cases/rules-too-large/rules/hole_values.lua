return rule { id = "case.hole_values", title = "t", type = "Error", where = { service = { "a", nil, "b" } } }
