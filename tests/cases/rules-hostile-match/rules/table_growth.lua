return rule {
  id = "case.table_growth",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 1e9 do t[i] = { i } end
  end,
}
