return rule { id = "case.oops", title = "Oops", type = "Error", severity = "low", any = { "oops" } }
