return rule { id = "case.bad_severity", title = "t", type = "Error", severity = "grave", any = { "x" } }
