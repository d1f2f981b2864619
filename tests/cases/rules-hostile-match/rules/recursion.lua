return rule {
  id = "case.recursion",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local function f() return 1 + f() end return f()
  end,
}
