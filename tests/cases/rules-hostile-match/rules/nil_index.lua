return rule {
  id = "case.nil_index",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return event.message.nothing.there
  end,
}
