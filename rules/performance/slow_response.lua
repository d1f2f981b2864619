-- Words that name another rule. In an access log they are a client's, and that rule does not read them.
local named = [[\A(?!]] .. access_line .. [[)(?s:.*?)(?:]] .. table.concat({
  -- performance.slow_query
  [[(?i:\bslow[ _-]?(?:\w+ )?(?:quer|statement|sql|command|log entry)|\blong[ -]running (?:\w+ )?(?:query|statement|transaction)\b)]],
  [[(?i:\b(?:query|statement|sql|select|insert|update|delete) (?:executed|completed|finished|took|ran|is|was|too)\b)]],
  [[(?:\bduration: \d+(?:\.\d+)? ms  (?:statement|execute|parse|bind|plan)|# Query_time: )]],
  -- performance.gc_pause, performance.lock_wait
  [[(?i:\bPause (?:Full|Young|Remark|Cleanup|Init|Final)\b|\b(?:gc|garbage collect\w*)\b.{0,40}\b(?:pause|took|collect\w*|stop|duration))|\[(?:Full )?GC \(]],
  [[(?i:\b(?:still waiting for|acquired) \w*lock\b)]],
  -- How long something may take or lasted on purpose is no latency; errors.timeout has the rest.
  [[(?i:\b(?:requests?|events|messages|attempts|log-?ins|errors|times|keys|rows|users|clients|addresses|ports|hosts|paths) in (?:the last )?\d)]],
  [[(?i:\b(?:empty|idle|unused|inactive|cached|running|alive) for \d)]],
  [[(?i:\b(?:every \d+\w*|length[ :=]+\d+\w*|tripped for|max[ _-]?age|entry age|session lasted|Successfully pulled image|retry(?:ing)?|backing off|back-?off|sleep(?:ing)?|next (?:run|attempt)|uptime|ttl|expires?|interval|time-?out (?:is|after)|timed[ -]out|session (?:time|duration|length))\b)]],
}, "|") .. ")"

-- A setting: "timeout set to 30s", "read timeout: 60s". What the line itself calls a duration is one.
local setting = [[\A(?!]] .. access_line .. [[)(?i:(?!.*(?:\b(?:took|taken|elapsed|finished|completed)\b|latency|duration|response[ _-]?time|request[ _-]?time|_(?:ms|time)\b)).*\b(?:time-?out|delay|period|lifetime|keep-?alive|window|cache|retention|validity|threshold|budget)(?: [a-z]\w{0,20}){0,3}[ :=]+\d)]]

return rule {
  id          = "performance.slow_response",
  title       = "Slow operation: {duration_ms} ms",
  type        = "Performance",
  severity    = "medium",
  description = "A request or operation over the limits of lua/logaudit/thresholds.lua. Every record with a duration is looked at.",
  tags        = { "performance.latency" },
  dedup       = { "service", "route" },

  where = { duration_ms = { ge = thresholds.slow_ms.medium } },
  none  = { named, setting },
  match = function(event)
    local ms, slow = event.duration_ms, thresholds.slow_ms
    if ms >= slow.critical then return { severity = "critical" } end
    return ms >= slow.high and { severity = "high" } or true
  end,

  tests = {
    { "JSON", log = [[{"level":"info","service":"cart","message":"request done","path":"/cart","status":200,"response_time_ms":3200}]],
      expect = { { severity = "medium", duration_ms = 3200 } } },
    { "seconds in text", log = [[2024-11-26T10:15:00Z INFO GET /cart status=200 duration=12.5s]], expect = { { severity = "critical" } } },
    { "high", log = [[{"message":"request done","duration_ms":5000}]], expect = { { severity = "high" } } },
    { "45 ms", log = [[2024-11-26T10:15:00Z INFO GET /cart status=200 response_time: 45ms]], expect = 0 },
    { "a setting", log = [[2024-11-26T10:15:00Z INFO client ready, timeout=30s, retries=3]], expect = 0 },
    { "a rate", log = [[2024-11-26T10:15:00Z WARN 412 requests in 60 s from 192.0.2.7]], expect = 0 },
    { "no duration", log = { [=[{"message":"request done","duration_ms":[[5000]]}]=], [[{"message":"request done","duration_ms":1e308}]] }, expect = 0 },
    { "just below", log = [[{"message":"request done","duration_ms":999.9}]], expect = 0 },
    { "a client that names another rule", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:01 +0000] "GET /slow-query HTTP/1.1" 200 91 "-" "-" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /select-is HTTP/1.1" 200 91 "-" "-" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /a HTTP/1.1" 200 91 "-" "# Query_time: 0" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:04 +0000] "GET /a HTTP/1.1" 200 91 "-" "gc pause" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:05 +0000] "GET /a HTTP/1.1" 200 91 "-" "acquired lock" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:06 +0000] "GET /a HTTP/1.1" 200 91 "-" "rows in 1" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:07 +0000] "GET /a HTTP/1.1" 200 91 "-" "idle for 1" 3.000]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:08 +0000] "GET /a HTTP/1.1" 200 91 "-" "sleep" 3.000]],
    }, expect = 8 },
    { "each severity", log = {
      [[{"message":"request done","duration_ms":999}]],
      [[{"message":"request done","duration_ms":1000}]],
      [[{"message":"request done","duration_ms":4999}]],
      [[{"message":"request done","duration_ms":5000}]],
      [[{"message":"request done","duration_ms":9999}]],
      [[{"message":"request done","duration_ms":10000}]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "high" }, { severity = "critical" } } },
    { "each exception", log = {
      [[{"message":"slow sql","duration_ms":3000}]],
      [[{"message":"update finished","duration_ms":3000}]],
      [[{"message":"# Query_time: 3","duration_ms":3000}]],
      [[{"message":"Pause Full","duration_ms":3000}]],
      [[{"message":"acquired ShareLock","duration_ms":3000}]],
      [[{"message":"empty for 3 s","duration_ms":3000}]],
      [[{"message":"7 rows in 3 s","duration_ms":3000}]],
      [[{"message":"sleeping","duration_ms":3000}]],
    }, expect = 0 },
    { "settings: found", log = {
      [[2024-11-26 10:15:01 WARN GET /a timeout=60s latency=3.2s]],
    }, expect = 1 },
    { "settings: harmless", log = {
      [[2024-11-26 10:15:01 INFO timeout set to 30s]],
      [[2024-11-26 10:15:01 INFO connection timeout: 30s, read timeout: 60s]],
      [[2024-11-26 10:15:01 INFO timeout policy applied: 30s]],
      [[2024-11-26 10:15:01 INFO cache entry age 12.3s, max-age 60s]],
      [[Normal  Pulled  1m  kubelet  Successfully pulled image "cart:7" in 2.1s]],
      [[2024-11-26 10:15:01 WARN 120 ports in 4s]],
      [[2024-11-26 10:15:01 WARN breaker tripped for 30s]],
    }, expect = 0 },
    { "how often, how long: harmless", log = {
      [[2024-11-26 10:15:01 INFO heartbeat every 15s]],
      [[2024-11-26 10:15:01 INFO recording length: 95s]],
    }, expect = 0 },
    { "more settings: harmless", log = {
      [[2024-11-26 10:15:01 INFO backup window 3600s]],
      [[2024-11-26 10:15:01 INFO ssl session cache 300s]],
    }, expect = 0 },
  },
}
