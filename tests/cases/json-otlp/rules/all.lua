return {
  rule { id = "oops", title = "Oops", type = "Error", severity = "low", any = { "oops" }, raw = true },
  rule { id = "fast", title = "Fast", type = "Business", severity = "low", where = { ["attributes.l"] = 1.5 } },
}
