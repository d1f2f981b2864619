return rule {
  id          = "performance.slow_query",
  title       = "Slow query: {duration_ms} ms",
  type        = "Performance",
  severity    = "medium",
  description = "A database statement that the log calls slow or whose duration is over the limits of lua/logaudit/thresholds.lua.",
  tags        = { "performance.database" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bslow[ _-]?(?:\w+ )?(?:quer(?:y|ies)|statement|sql|command|log entry)\b]],
    [[(?i)\b(?:query|statement) (?:is |was |took )?(?:too )?slow\b]],
    [[(?i)\blong[ -]running (?:\w+ )?(?:query|statement|transaction)\b]],
    [[\bduration: \d+(?:\.\d+)? ms  (?:statement|execute|parse|bind|plan)]],
    [[# Query_time: ]],
    [[(?i)\b(?:query|statement|sql|select|insert|update|delete) (?:executed|completed|finished|took|ran)\b]],
  },
  none  = { access_line, [[(?i)\bslow[ _-]query[ _-]log (?:is )?(?:enabled|on|opened|rotated)\b|\b(?:0|no) slow quer]] },
  match = function(event, found)
    local ms, slow = event.duration_ms, thresholds.slow_ms
    if not ms then   -- no duration: only what the log itself calls slow
      return text.contains(text.lower(found[1].text), "slow") or text.contains(text.lower(found[1].text), "long")
    end
    if ms >= slow.critical then return { severity = "critical" } end
    if ms >= slow.high then return { severity = "high" } end
    return ms >= slow.medium
  end,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"orders","message":"slow query on table carts","duration_ms":2500}]],
      expect = { { severity = "medium", duration_ms = 2500 } } },
    { "PostgreSQL", log = [[2024-11-26 10:15:00.120 UTC [311] shop@orders LOG:  duration: 12000.120 ms  statement: SELECT 1]],
      expect = { { severity = "critical" } } },
    { "limits are inclusive", log = [[{"message":"slow query","duration_ms":5000}]], expect = { { severity = "high" } } },
    { "fast", log = [[2024-11-26 10:15:00.120 UTC [311] shop@orders LOG:  duration: 3.120 ms  statement: SELECT 1]], expect = 0 },
    { "below the limit", log = [[{"level":"info","message":"query executed","duration_ms":999}]], expect = 0 },
    { "a setting", log = [[2024-11-26 10:15:00 INFO slow query log enabled, long_query_time=2]], expect = 0 },
    { "each severity", log = {
      [[{"message":"slow query","duration_ms":999}]],
      [[{"message":"slow query","duration_ms":1000}]],
      [[{"message":"slow query","duration_ms":4999}]],
      [[{"message":"slow query","duration_ms":5000}]],
      [[{"message":"slow query","duration_ms":9999}]],
      [[{"message":"slow query","duration_ms":10000}]],
      [[2024-11-26 10:15:07 WARN query is too slow]],
      [[2024-11-26 10:15:08 WARN long-running query]],
      [[# Query_time: 2.500000  Lock_time: 0.000100 Rows_sent: 1]],
      [[{"message":"statement finished","duration_ms":1000}]],
      [[2024-11-26 10:15:00.120 UTC [311] shop@orders LOG:  duration: 1000.000 ms  parse x: SELECT 1]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "high" }, { severity = "critical" }, { severity = "medium" }, { severity = "medium" }, { severity = "medium" }, { severity = "medium" }, { severity = "medium" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "UTC [311] shop@orders LOG:  duration: 12000.120 ms  statement: SELECT 1" 12.000]], expect = 0 },
  },
}
