return {
  rule { id = "shop.refused", title = "{what} refused", type = "Security", severity = "high", tags = { "attack.t1110.001" },
         runbook = "https://wiki.example/refused", any = { [[(?P<what>.+) refused$]] } },
  rule { id = "shop.slow", title = "Slow", type = "Performance", severity = "low", any = { [[took (?P<duration_ms>\d+) ms]] } },
  rule { id = "shop.series", title = "Refused {count} times", type = "Security", severity = "critical",
         correlate = { on = { "shop.refused" }, within = "10m", count = 3 } },
}
