return {
  rule { id = "failed", type = "Error", severity = "high", title = "Failed", any = { "failed \\d" } },
  rule {
    id = "odd", type = "Security", severity = "critical", any = { "odd" },
    match = function(event)
      if text.find(event.raw, "odd x") then error("no") end
      return true
    end,
  },
}
