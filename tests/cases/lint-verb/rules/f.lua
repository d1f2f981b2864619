local list = { len = function() return 1 end }
local word = regex.compile [[word]]
return rule { id = "l.f", type = "E", any = { [[some word]] },
  match = function(event)
    if word:find(event.raw) and list:len() + math.abs(-1) + thresholds.slow_ms.high > 1 then
      return { a = math.random(),
        b = ("x"):rep(9), c = "x",
        d = event.message:lower(), e = list.math }
    end
    return ("x"):find "x"
  end,
  tests = {
    { "a word", log = "word of some word", expect = 0 },
    { "none", log = "math.random", expect = 0 },
  } }
