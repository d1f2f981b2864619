return rule {
  id = "depot.alarm", type = "Error", title = "Alarm: {words}",
  where = { alarm = { exists = true } },
  match = function(event) return { severity = event:str("alarm") } end,
}
