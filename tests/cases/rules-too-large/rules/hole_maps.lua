return rule { id = "case.hole_maps", title = "t", type = "Error", where = { { service = "a" }, nil, { service = "b" } } }
