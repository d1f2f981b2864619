return {
  rule { id = "case.any", type = "Any", any = { [[\S]] } },
  rule { id = "case.win32", type = "Any", where = { ["sc-win32-status"] = 64 } },
  rule { id = "case.agent", type = "Any", where = { ["cs(User-Agent)"] = { contains = "0 (x)" } } },
  rule { id = "case.port", type = "Any", where = { dstport = { le = 22 } } },
  rule { id = "case.message", type = "Any", where = { ["User Name"] = "ada", ["$.Message"] = { contains = "said \"no\"" } } },
  rule { id = "case.match", type = "Any", any = { "REJECT" },
    match = function(event) return { port = event:num("dstport"), severity = "low" } end },
}
