return {
  rule {
    id = "l.l", type = "Error", title = "Refund {refund_nr} of {usr_id} at {shop}, {order_id} of {user_id}",
    any = { [[refund (?P<refund_no>\d+) lost]] },
    tests = {
      { "yes", log = "2024-11-26T10:00:00Z refund 5 lost", expect = 1 },
      { "no", log = "2024-11-26T10:00:00Z refund 5 paid", expect = 0 },
    },
  },
  rule {
    id = "l.many", type = "Error", title = "{cuont} of {pod}, {count} in all",
    correlate = { on = { "l.l" }, by = { pod = "kubernetes.pod" }, within = "5m", count = 2 },
    tests = { { "none", log = "2024-11-26T10:00:00Z refund 5 lost", expect = 0 } },
  },
}
