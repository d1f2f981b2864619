return rule { id = "case.nothing", title = "t", type = "Error", severity = "low" }
