return {
  rule { id = "tank.low", type = "Supply", severity = "low", title = "{tank} needs water", dedup = { "tank" },
    any = { [[(?P<tank>tank \w+) is low]] } },
  rule { id = "tank.leak", type = "Plant", severity = "critical", any = { [[leak]] } },
}
