return rule {
  id    = "made",
  type  = "Error",
  title = "{shouted}",
  any   = { [[password=]] },
  match = function(event)
    return { shouted = text.upper(event.message), built = "pwd=" .. "hunter2Q", title = "{shouted} pwd=hunter2Q", user_id = "token=abcdefghij0123" }
  end,
}
