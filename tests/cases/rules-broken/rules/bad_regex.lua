return rule { id = "case.bad_regex", title = "t", type = "Error", severity = "low", any = { [[user=(]] } }
