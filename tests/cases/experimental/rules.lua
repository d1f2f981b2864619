return {
  rule { id = "trial", type = "Error", status = "experimental", severity = "high", title = "An oddness", any = { [[\boddness\b]] } },
  rule { id = "known", type = "Error", status = "stable", severity = "low", title = "A fault", any = { [[\bfault\b]] } },
}
