return rule {
  id = "case.long_value",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local s = "" for _ = 1, 3000 do s = s .. "\u{20AC}" end return { title = "long", s = s, size = #s }
  end,
}
