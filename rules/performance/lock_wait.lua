return rule {
  id          = "performance.lock_wait",
  title       = "Waiting for a lock",
  type        = "Performance",
  severity    = "medium",
  description = "A statement or thread waits long for a lock, or gave up waiting.",
  tags        = { "performance.database", "performance.lock" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bstill waiting for \w*lock\b]],
    [[(?i)\block wait time-?out exceeded\b|\block time-?out (?:exceeded|expired)?\b|\bcanceling statement due to lock timeout\b]],
    [[(?i)\b(?:long|excessive|high) lock (?:wait|contention)s?\b|\block contention (?:detected|on)\b|\block (?:was |is |has been )?held for \d|\bwaiting (?:for|on) lock\b]],
    [[(?i)\bcheckpoints are occurring too frequently\b]],
  },
  none   = { access_line, [[(?i)\block[ _]timeout\s*[=:]|\b(?:0|no) lock (?:waits?|contention)\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "PostgreSQL", log = [[2024-11-26 10:15:00.120 UTC [311] shop@orders LOG:  process 311 still waiting for ShareLock on transaction 91 after 1000.120 ms]],
      expect = 1 },
    { "JSON", log = [[{"level":"error","service":"orders","message":"Lock wait timeout exceeded; try restarting transaction"}]], expect = 1 },
    { "a setting", log = [[2024-11-26 10:15:00 INFO lock_timeout=5s, lock timeout: 5s]], expect = 0 },
    { "none", log = [[2024-11-26 10:15:00 INFO monitor: no lock waits]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN still waiting for ShareLock]],
      [[2024-11-26 10:15:02 WARN lock timeout exceeded]],
      [[2024-11-26 10:15:03 WARN excessive lock contention]],
      [[2024-11-26 10:15:04 WARN checkpoints are occurring too frequently]],
    }, expect = 4 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "UTC [311] shop@orders LOG:  process 311 still waiting for ShareLock on transaction 91 after 1000.120 ms"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN no lock waits, waiting for lock]],
      [[{"level":"debug","message":"waiting for lock"}]],
    }, expect = 0 },
    { "held: found", log = {
      [[2024-11-26 10:15:01 WARN table lock held for 12 s by session 7]],
    }, expect = 1 },
    { "held: harmless", log = {
      [[2024-11-26 10:15:01 INFO lock acquired]],
    }, expect = 0 },
  },
}
