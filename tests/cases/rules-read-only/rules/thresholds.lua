thresholds.slow_ms.high = 1
return rule { id = "case.x", title = "t", type = "Error", any = { "password" } }
