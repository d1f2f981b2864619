return {
  rule { id = "stock.low", type = "Error", any = { [[low(]], [[few(]] }, none = { [[more)]] }, severity = "grave",
    titel = "x", status = "odd" },
  rule {
    type = "Error",
    title = "no id",
    any = { "x(" },
  },
  rule { id = "stock.gone", anny = { "gone" } },
  rule { id = "stock.lost", type = "Error", where = { status = { gee = 5 } }, correlate = { count = "x" },
    match = function() return math.random() > 1 end },
  rule { id = "stock.type" },
}
