return { rule { id = "case.a", type = "Error", any = { "password" } }, nil, rule { id = "case.b", type = "Error", any = { "password" } } }
