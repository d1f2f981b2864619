return rule { id = "case.tank", title = "Tank", type = "Plant", severity = "medium", any = { [[\blevel is low\b]] } }
