return rule {
  id          = "performance.slow_named",
  title       = "{service} calls something slow",
  type        = "Performance",
  severity    = "medium",
  description = "The log itself says that something is slow or blocked, without a duration over the limits of lua/logaudit/thresholds.lua beside it.",
  tags        = { "performance.latency" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:tak(?:es|en|ing)|took) (?:far |much )?too long\b|\b(?:executing|running|responding) too slow(?:ly)?\b]],
    [[(?i)\bslow (?:response|request|call)s? (?:from|of|to|for|by|in|on|detected)\b|\bslow (?:operation|disk|network|consumer|client|rule evaluation|sync|fsync|apply)s?\b]],
    [[(?i)\blatency\b.{0,40}\b(?:exceed(?:s|ed)|breach(?:es|ed)|above|too high)\b|\b(?:high|excessive|elevated) (?:request |response |network |p\d\d )?latency\b]],
    [[(?i)\b(?:response times?|latency) (?:has |have |is |are )?(?:degraded|degrading|increased|increasing|spiked|elevated)\b]],
    [[(?i)\bevent[ -]?loop\b.{0,60}\b(?:blocked|lag|delay|stalled)\b|\bbeen blocked for \d+ ms\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:0|no|without) slow\b|\bslow[ _-](?:request|response|operation|call)s? (?:log(?:ging)?|threshold|detection|limit|monitor\w*)\b|\blag(?: is|:|=)? ?0\b|\bslow \w+ (?:are|is|will be) (?:logged|reported|traced)\b]],
    [[(?i)\bslow[ _-]?(?:\w+ )?(?:quer(?:y|ies)|statement|sql|command|log entry)\b]],    -- performance.slow_query
    [[(?i)\b(?:gc|garbage collect\w*)\b|\bHikariPool\b]],                                -- performance.gc_pause, cpu
  },
  unless = { { level = { "trace", "debug" } }, { duration_ms = { ge = thresholds.slow_ms.medium } } },    -- performance.slow_response

  tests = {
    { "each form", log = {
      [[1:M 26 Nov 2024 10:15:01.345 * Asynchronous AOF fsync is taking too long (disk is busy?).]],
      [[2024-11-26 10:15:02 WARN slow response from payment-api: 6.2 seconds]],
      [[2024-11-26 10:15:03 WARN latency p99 = 4200ms exceeds SLO 500ms]],
      [[{"level":"warn","msg":"event loop lag 1800 ms"}]],
      [[2024-11-26 10:15:05 WARNING: [pool www] child 81, script '/srv/index.php' executing too slow (5.112345 sec), logging]],
      [[{"level":"warn","msg":"slow operation","duration_ms":999}]],
    }, expect = 6 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO slow operation logging is on]],
      [[2024-11-26 10:15:02 INFO 0 slow requests in an hour]],
      [[2024-11-26 10:15:03 WARN slow query: slow disk]],
      [[2024-11-26 10:15:04 WARN GC taking too long]],
      [[{"level":"debug","msg":"slow operation"}]],
    }, expect = 0 },
    { "a duration says it", log = [[{"level":"warn","msg":"slow operation","duration_ms":1000}]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "slow response from x"]], expect = 0 },
    { "worse: found", log = {
      [[2024-11-26 10:15:01 WARN response time degraded for /search]],
    }, expect = 1 },
    { "worse: harmless", log = {
      [[2024-11-26 10:15:01 INFO response time budget set]],
    }, expect = 0 },
    { "what is logged: harmless", log = {
      [[2024-11-26 10:15:01 INFO slow requests are logged]],
    }, expect = 0 },
  },
}
