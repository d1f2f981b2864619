return rule {
  id = "case.io_open",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return io.open("input.log")
  end,
}
