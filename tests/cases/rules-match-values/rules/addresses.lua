local re = regex.compile("x")
local function print_nothing() end
return rule {
  id = "case.addresses",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return { title = tostring({}) .. " " .. tostring(print_nothing) .. " " .. tostring(event) .. " " .. tostring(null) .. " " .. text.format("%s %s %s %5.1f", {}, event, re, 1) .. " " .. tostring(re) .. " " .. tostring(12) .. tostring(nil) .. tostring(true) }
  end,
}
