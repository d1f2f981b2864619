return rule { id = "case.empty_type", type = "", any = { "x" } }
