return rule {
  type = "Security", any = { [[\brefund refused\b]] },
  match = function(event) return { title = "refused: " .. (event.user_id or "?") } end,
  tests = {
    { "yes", log = "ORDER|mia|refund refused", expect = { { user_id = "mia" } } },
    { "no", log = "ORDER|mia|refund paid", expect = 0 },
  },
}
