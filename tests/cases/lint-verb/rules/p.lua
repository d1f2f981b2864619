return {
  rule {
    id = "p.a", type = "Error", any = { [[\bbill\b]] }, where = { any = { status = 500 } },
    correlate = { within = "5m", by = { "ip" }, distinct = { field = "ip", count = 5 } },
  },
  rule { id = "p.b", type = "Error", where = { status = { re = 5 } } },
}
