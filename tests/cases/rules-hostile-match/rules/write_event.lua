return rule {
  id = "case.write_event",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    event.message = "changed" return true
  end,
}
