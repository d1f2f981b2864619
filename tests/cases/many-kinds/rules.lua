return {
  rule { id = "login", title = "Login of {user_id} failed", type = "Security", severity = "high",
    any = { [[login failed]] } },
  rule { id = "disk", title = "Disk full", type = "Error", severity = "high", any = { [[disk full]] } },
  rule { id = "errors", title = "{count} errors of {service}", type = "Error", severity = "high", any = { [[broken]] },
    correlate = { by = { "service" }, within = "5m", count = 3 } },
}
