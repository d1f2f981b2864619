-- Words that name another rule. In an access log they are a client's, and that rule does not read them.
local named = [[\A(?!]] .. access_line .. [[)(?s:.*?)(?:]] .. table.concat({
  [[(?i:\bservice (?:\S{1,60} )?(?:is )?(?:temporarily |currently )?(?:unavailable|down)\b|\bbad gateway\b|\bgateway time-?out\b)]],
  [[(?i:\bupstream\b.{0,80}\b(?:error|unavailable|unhealthy|failed|timed)\b)]],
  [[(?i:\btimed[ -]out\b|\bdeadline exceeded\b|\bconnection (?:refused|reset)\b|\bcircuit[ _-]?breaker\b|\bpool exhausted\b|\bhealth[ _-]?check failed\b|\bprobe failed\b)]],
  [[(?:\b\w+(?:Exception|Error): |\bTraceback \()]],
}, "|") .. ")"

return rule {
  id          = "errors.http_server_error",
  title       = "Server error: HTTP {status}",
  type        = "Error",
  severity    = "high",
  description = "A request was answered with a server error (5xx). Every record is looked at: a status has no literal to search for.",
  tags        = { "error.http" },
  dedup       = { "service", "route" },

  where = { status = { ge = 500, le = 599 } },
  none  = {
    named,
    -- What names its cause is reported by the rule for that cause.
    [[\s5\d\d (?:U[A-Z]{1,2}|N[RC]|LR|RL|OM|DPE|DI|FI)(?:,[A-Z]+)*\s]],                          -- microservices.mesh_error
  },
  unless = { response_flags = { exists = true, ne = "-" } },

  tests = {
    { "quotes in a request", log = [[203.0.113.9 - - [26/Nov/2024:10:18:33 +0000] "GET /x HTTP/1.1\" 200 1 \"-\" \"" 500 5 "-" "curl"]], expect = { { status = 500 } } },
    { "JSON access record", log = [[{"level":"info","service":"web","message":"request done","method":"GET","path":"/cart","status":500}]],
      expect = { { status = 500, path = "/cart" } } },
    { "access log", log = [[192.0.2.7 - - [26/Nov/2024:10:15:00 +0000] "GET /cart HTTP/1.1" 502 157 "-" "curl/8.5.0"]],
      expect = { { status = 502 } } },
    { "fine", log = [[192.0.2.7 - - [26/Nov/2024:10:15:00 +0000] "GET /cart HTTP/1.1" 200 500 "-" "curl/8.5.0"]], expect = 0 },
    { "not found", log = [[{"level":"info","message":"request done","path":"/items/500","status":404}]], expect = 0 },
    { "a client that names another rule", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:01 +0000] "GET /a HTTP/1.1" 500 91 "-" "bad gateway"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /a HTTP/1.1" 500 91 "-" "upstream failed"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /timed-out HTTP/1.1" 500 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:04 +0000] "GET /a HTTP/1.1" 500 91 "-" "KeyError: x"]],
    }, expect = 4 },
    { "each form", log = {
      [[192.0.2.7 - - [26/Nov/2024:10:15:00 +0000] "GET /cart HTTP/1.1" 500 157 "-" "curl/8.5.0"]],
      [[192.0.2.7 - - [26/Nov/2024:10:15:01 +0000] "GET /cart HTTP/1.1" 599 157 "-" "curl/8.5.0"]],
    }, expect = 2 },
    { "no flag of the mesh", log = {
      [[{"status":502,"response_flags":"-","path":"/cart"}]],
    }, expect = 1 },
    { "each exception", log = {
      [[192.0.2.7 - - [26/Nov/2024:10:15:00 +0000] "GET /cart HTTP/1.1" 499 157 "-" "curl/8.5.0"]],
      [[{"status":600,"path":"/cart"}]],
      [[{"status":503,"response_flags":"UH","path":"/cart"}]],
      [[{"status":503,"message":"service cart is unavailable"}]],
      [[{"status":503,"message":"upstream cart failed"}]],
      [[{"status":503,"message":"circuit breaker says no"}]],
      [[{"status":500,"message":"KeyError: x"}]],
      [[[2024-11-26T10:15:00.120Z] "GET /cart HTTP/1.1" 503 UF 0 91 5 - "-" "curl/8" "rq-1" "cart:8080" "192.0.2.4:8080"]],
    }, expect = 0 },
  },
}
