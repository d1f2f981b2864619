return {
  rule { id = "long.text", type = "Error", where = { id = "18446744073709551615" } },
  rule { id = "long.above", type = "Error", where = { id = { gt = 9007199254740992 } } },
  rule { id = "long.match", type = "Error", title = "{text} {half}", where = { id = { exists = true } },
    match = function(event) return { text = event:str("id"), half = event:str("half", "none") } end },
}
