return {
  rule {
    id = "slow.match", type = "Performance", title = "{duration_ms} ms",
    where = { duration_ms = { ge = thresholds.slow_ms.medium } },
    match = function(event)
      return { severity = event.duration_ms >= thresholds.slow_ms.high and "high" or "medium" }
    end,
  },
  rule { id = "slow.fields", type = "Performance", severity = "low", where = { duration_ms = { ge = 1000 } } },
  rule { id = "noise", type = "Error", any = { "odd" } },
  rule { id = "quiet", type = "Error", any = { "odd" }, enabled = false },
}
