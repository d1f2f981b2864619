local slow = regex.compile("^(a+)+$")
return rule {
  id = "case.regex",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    for _ = 1, 1e6 do regex.find(slow, "aaaaaaaaaaaaaaaaa!") end return true
  end,
}
