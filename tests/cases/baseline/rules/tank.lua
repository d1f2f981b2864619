return {
  rule { id = "tank.low", type = "Plant", severity = "high", title = "{tank} is low", dedup = { "tank" },
    any = { [[(?P<tank>tank \w+) is low]] } },
  rule { id = "tank.leak", type = "Plant", severity = "critical", any = { [[leak]] } },
}
