-- Raises on every record with a number above 70000, from the middle of the input on.
return rule {
  id = "case.raises_late",
  title = "Number {n}",
  type = "Error",
  severity = "low",
  any = { [[\bevent (?P<n>\d+) of\b]] },
  match = function(event, found)
    local n = tonumber(found[1].groups.n)
    assert(n <= 70000, "too large")
    return n % 1000 == 0
  end,
}
