return {
  rule { id = "tank.low", type = "Plant", any = { [[tank \w+ is low]] } },
  rule { id = "tank.any", type = "Plant", any = { [[tank]] }, where = { level = "error" } },
  rule { id = "never", type = "Plant", any = { [[pump]] } },
}
