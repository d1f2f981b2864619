return rule { id = "tank", type = "Plant", severity = "high", title = "{tank} low", any = { [[(?P<tank>tank \w+) is low]] } }
