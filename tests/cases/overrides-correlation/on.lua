return {
  rule { id = "a", type = "Error", any = { "failed" } },
  rule { id = "b", type = "Error", any = { "other" } },
  rule { id = "on_a", type = "Error", title = "x", correlate = { on = { "a" }, within = "5m", count = 1 } },
  rule { id = "on_ab", type = "Error", title = "x", correlate = { on = { "a", "b" }, within = "5m", count = 1 } },
  rule { id = "steps", type = "Error", title = "x", correlate = { sequence = { "b", "a" }, within = "5m" } },
  rule { id = "upon", type = "Error", title = "x", correlate = { on = { "on_a" }, within = "5m", count = 1 } },
}
