return rule {
  id          = "performance.backlog",
  title       = "Work piles up",
  type        = "Performance",
  severity    = "medium",
  description = "Queues, thread pools or replicas that cannot keep up.",
  tags        = { "performance.saturation" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:queue|backlog|buffer) (?:\S{1,60} )?(?:is )?(?:full|overflow(?:ed|ing)?|growing|saturated|exceeded|over capacity)\b]],
    [[(?i)\b(?:high|growing|excessive|large) (?:consumer lag|replication lag|queue depth|backlog)\b]],
    [[(?i)\b(?:consumer|replication) lag (?:is )?(?:high|growing|exceeds?|above)\b]],
    [[(?i)\b(?:backlog|queue) of [1-9]\d{3,15}\b|\bthroughput (?:has )?(?:dropped|degraded|collapsed)\b]],
    [[(?i)\b(?:queue|backlog|buffer) (?:\S{1,60} )?(?:depth|size|length) (?:of |is |at )?(?:\d{1,12} )?(?:\w{1,20} )?(?:exceed(?:s|ed)|above|over|too high)\b]],
    [[(?i)\b(?:consumer|replication|replica)\b.{0,40}\blag(?: is| of|:|=){0,2} ?(?P<lag>[1-9]\d{0,15})]],
    [[(?i)\bthread pool (?:\S{1,60} )?(?:is )?(?:exhausted|full|saturated)\b|\bRejectedExecution\b]],
    [[(?i)\bserver reached (?:MaxRequestWorkers|pm\.max_children)\b]],
    [[(?i)\bperformance (?:degraded|degradation)\b|\bload shedding\b|\bfalling behind\b|\blagging behind\b]],
  },
  none   = { access_line, [[(?i)\b(?:queue|backlog) (?:is )?(?:empty|drained)\b|\bload shedding (?:disabled|ended|off)\b]] },
  unless = { level = { "trace", "debug" } },
  match  = function(event, found)   -- a number alone is too much only if the log thinks so
    return found[1].groups.lag == nil or event.level == "warn" or event.level == "error" or event.level == "critical"
  end,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"mailer","message":"queue outbound is full, dropping"}]], expect = 1 },
    { "text", log = [[2024-11-26 10:15:00 WARN high replication lag on replica-2: 41 s]], expect = 1 },
    { "drained", log = [[2024-11-26 10:15:00 INFO queue drained, was full for 3 s]], expect = 0 },
    { "depth", log = [[2024-11-26 10:15:00 INFO queue depth 17]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN buffer overflow]],
      [[2024-11-26 10:15:02 WARN growing consumer lag]],
      [[2024-11-26 10:15:03 WARN replication lag exceeds 3 s]],
      [[2024-11-26 10:15:04 WARN thread pool is saturated]],
      [[2024-11-26 10:15:05 WARN server reached MaxRequestWorkers]],
      [[2024-11-26 10:15:06 WARN falling behind]],
    }, expect = 6 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "high replication lag on replica-2: 41 s"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN load shedding ended]],
      [[{"level":"debug","message":"buffer overflow"}]],
    }, expect = 0 },
    { "numbers: found", log = {
      [[2024-11-26 10:15:01 WARN consumer group billing lag is 120334 on topic orders]],
      [[2024-11-26 10:15:01 WARN replication lag 48s on replica db-2]],
      [[2024-11-26 10:15:01 WARN queue 'mail' depth 12000 exceeds threshold 1000]],
    }, expect = 3 },
    { "numbers: harmless", log = {
      [[2024-11-26 10:15:01 INFO consumer group billing lag is 12 on topic orders]],
      [[2024-11-26 10:15:01 WARN consumer lag is 0]],
      [[2024-11-26 10:15:01 INFO queue depth: 0, lag: 0]],
    }, expect = 0 },
    { "as bad as the level says", log = {
      [[2024-11-26 10:15:01 ERROR consumer group billing lag is 120334]],
      [[2024-11-26 10:15:02 FATAL consumer group billing lag is 120334]],
    }, expect = 2 },
    { "how much: found", log = {
      [[2024-11-26 10:15:01 WARN backlog of 12000 messages in queue mail]],
    }, expect = 1 },
    { "how much: harmless", log = {
      [[2024-11-26 10:15:01 INFO backlog of 12 messages]],
    }, expect = 0 },
    { "lagging: found", log = {
      [[2024-11-26 10:15:01 WARN consumer is lagging behind by 88000 messages]],
    }, expect = 1 },
  },
}
