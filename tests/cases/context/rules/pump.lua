return rule { id = "pump.stop", type = "Plant", severity = "high", any = { [[pump \w+ stopped]] } }
