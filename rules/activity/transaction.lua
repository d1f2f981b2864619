return rule {
  id          = "activity.transaction",
  title       = "Payment or order of {user_id}",
  type        = "UserActivity",
  severity    = "info",
  description = "A payment, refund, transfer or order that was carried out. A database transaction is not meant.",
  tags        = { "activity.transaction" },

  any = {
    [[(?i)(?<![a-z])(?:payment|refund|charge|payout|withdrawal|deposit|transfer|purchase|checkout|order(?! by )|invoice|subscription)[ _.-](?:\S{1,60} )?(?:was |has been |is )?(?:processed|completed|captured|authori[sz]ed|settled|approved|accepted|succeeded|successful|placed|paid|issued|created|cancell?ed|initiated)(?!_?[a-z])]],
    [[(?i)\b(?:processed|completed|captured|authori[sz]ed|placed) (?:a |the )?(?:payment|refund|order|transfer|purchase)\b]],
    [[(?i)\b(?:payment|transfer|refund|deposit|withdrawal|payout) of .{1,30} (?:was |has been )?(?:completed|processed|captured|settled|approved)\b]],
    [[(?i)\btransaction (?:\S{1,60} )?(?:was |has been )?(?:approved|settled|captured|authori[sz]ed)\b]],
    [[(?i)(?<![a-z])add_to_cart(?:_success)?(?![a-z])]],
  },
  none = { access_line, [[(?i)\b(?:fail(?:ed|ure)?|declined|denied|not (?:completed|processed|authori[sz]ed)|unauthori[sz]ed)\b|\bfile transfer\b|\b0 (?:payments|orders)\b]] },
  unless = { { outcome = { "failure", "failed", "declined" } }, { level = { "error", "critical" } } },

  tests = {
    { "JSON", log = [[{"level":"info","service":"pay","event":"payment_completed","user_id":"mia","amount":12.5,"message":"ok"}]], expect = { { user_id = "mia" } } },
    { "text", log = [[2024-11-26 10:15:02 INFO user_id=mia order 91 placed, total 12.50 EUR]], expect = { { user_id = "mia" } } },
    { "declined", log = [[2024-11-26 10:15:02 WARN payment declined for mia]], expect = 0 },
    { "a database", log = {
      [[2024-11-26 10:15:02 INFO transaction committed in 4 ms]],
      [[{"level":"info","service":"web","message":"SELECT * FROM t ORDER BY created, id"}]],
      [[{"level":"info","service":"web","message":"SELECT order_id, order_created_at FROM t"}]],
    }, expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 INFO invoice 91 issued]],
      [[2024-11-26 10:15:02 INFO captured the payment of mia]],
      [[2024-11-26 10:15:03 INFO payout of 12.50 EUR was settled]],
      [[2024-11-26 10:15:04 INFO transaction 91 approved]],
      [[2024-11-26 10:15:05 INFO add_to_cart by mia]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user_id=mia order 91 placed, total 12.50 EUR"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO order placed, payment declined]],
      [[{"outcome":"failure","message":"order 7 placed"}]],
      [[{"level":"error","message":"order 7 placed"}]],
    }, expect = 0 },
  },
}
