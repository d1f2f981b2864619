return rule {
  id = "case.huge_title",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return { title = text.format("%s", event.message), severity = "grave" }
  end,
}
