return rule {
  id          = "activity.payment_failed",
  title       = "Payment of {user_id} failed",
  type        = "UserActivity",
  severity    = "medium",
  description = "A payment, refund, transfer or order that was declined or failed: something a customer notices.",
  tags        = { "activity.transaction" },

  any = {
    [[(?i)(?<![a-z])(?:payment|refund|charge|payout|transfer|purchase|checkout|order|transaction|card)[ _.](?:\S{1,60} )?(?:was |has been |is )?(?:declined|failed|rejected|aborted|failure|could not be (?:processed|completed))(?![a-z])]],
    [[(?i)\b(?:failed to|could not|unable to) (?:process|capture|complete|settle|authori[sz]e) (?:the )?(?:payment|refund|order|charge|transfer|transaction)\b]],
    [[(?i)\binsufficient funds\b|\bcard (?:expired|declined)\b|\bdo not honou?r\b]],
  },
  none = { access_line, [[(?i)\b(?:template|topic|queue|channel|subscription|table|column|webhook|event type)s? ['"]?(?:[a-z]\w*[._-])?(?:payment|refund|order|charge)|\b(?:0|no) (?:failed |declined )?(?:payments?|orders?|transactions?)\b|\bfail(?:ed|ures?)"?\s*[:=]\s*(?:0\b|false)|\b(?:health[ _-]?check|probe|serialize|deadlock|file transfer|aborted, commands)\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"warn","service":"pay","event":"payment_failed","user_id":"mia","message":"card declined"}]], expect = { { user_id = "mia" } } },
    { "text", log = [[2024-11-26 10:15:02 ERROR could not process payment of user_id=mia]], expect = { { user_id = "mia" } } },
    { "done", log = [[2024-11-26 10:15:02 INFO payment 91 completed]], expect = 0 },
    { "report", log = [[2024-11-26 10:15:02 INFO hour 9: 812 payments, 0 failed payments]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN order 17 was rejected]],
      [[2024-11-26 10:15:02 WARN unable to capture the payment of mia]],
      [[2024-11-26 10:15:03 WARN mia: insufficient funds]],
    }, expect = 3 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "could not process payment of user_id=mia"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN payment failed: 0]],
      [[{"level":"debug","message":"payment declined"}]],
    }, expect = 0 },
    { "names of things: harmless", log = {
      [[2024-11-26 10:15:01 INFO Email template 'payment_failed' compiled]],
    }, expect = 0 },
  },
}
