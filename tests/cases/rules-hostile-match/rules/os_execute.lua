return rule {
  id = "case.os_execute",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    os.execute("touch marker")
  end,
}
