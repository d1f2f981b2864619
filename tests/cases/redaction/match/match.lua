return rule {
  id = "case.match",
  title = "T",
  type = "Security",
  severity = "low",
  any = { "CASE" },
  match = function(event)
    if text.find(event.message, "raise") then
      error("cannot read " .. event.message)
    end
    return { title = "got " .. event.message .. " " .. event.message, description = event.message, copy = event.message }
  end,
}
