-- There is one event: a kept one is the record at hand, never an earlier one whose bytes are gone.
local kept
return rule {
  id = "case.keeps_event",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event)
    if kept then
      return { title = kept.message }
    end
    kept = event
    return false
  end,
}
