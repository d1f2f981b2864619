local access = regex.compile(access_line)

return rule {
  id          = "microservices.circuit_breaker",
  title       = "Circuit breaker open",
  type        = "Microservice",
  severity    = "high",
  description = "A circuit breaker opened (critical) or turned a call away (high). Closing again is no finding.",
  tags        = { "microservice.resilience" },
  dedup       = { "service" },

  any = {
    [[(?i)\b(?:circuit[ _-]?)?breaker\b.{0,80}(?:(?:\b(?:is |now |state[=: ]+|to |changed to )|-> ?)"?open(?:ed|ing)?\b|\bopen(?:ed|ing)\b|\btripped\b|\btriggered\b|\bdoes not permit\b|\brejected\b)]],
    [[(?i)\bcircuit (?:\S{1,60} )?(?:is |state is |has )?(?:now )?(?:open(?:ed)?|tripped)\b|\bopening circuit\b]],
    [[(?i)\bshort-circuited\b|\bno fallback available\b|\bfallback (?:triggered|activated|invoked|failed|disabled)\b|\bbulkhead\b.{0,60}\b(?:is full|rejected|does not permit)\b]],
    [[\b(?:CallNotPermittedException|BrokenCircuitException|BulkheadFullException|HystrixRuntimeException)\b]],
    [[\A[^"\n]*"[^"\n]* HTTP/[\d.]{1,3}" 503 (?P<response_flags>UO) (?:overflow|[a-z_{}-]+) ]],
  },
  none   = {
    [[(?i)(?:\bto|\bis|->) ?"?(?:closed|half[ _-]?open)\b|\bstate[=: ]+"?(?:closed|half[ _-]?open)\b(?! ?(?:->|to))|\bcircuit closed\b]],
    [[(?i)\bopen(?:ed)?[=: ]+(?:0|false)\b]],
  },
  unless = { level = { "trace", "debug" } },

  match = function(event, found)
    if regex.find(access, event.message) then
      return found[#found].groups.response_flags ~= nil   -- the flag alone is the proxy's word
    end
    for _, hit in ipairs(found) do
      local said = text.lower(hit.text)
      if text.contains(said, "chang") or text.contains(said, "->") or text.contains(said, "opened") or text.contains(said, "tripped") then
        return { severity = "critical" }
      end
    end
    return true
  end,

  tests = {
    { "JSON", log = [[{"level":"error","service":"pay","message":"Circuit breaker 'bank' changed state: CLOSED -> OPEN"}]],
      expect = { { service = "pay", severity = "critical" } } },
    { "text", log = [[2024-11-26 10:15:00 WARN circuit breaker stock is open, call refused]],
      expect = { { severity = "high" } } },
    { "closing", log = [[2024-11-26 10:15:00 INFO circuit breaker bank: HALF_OPEN -> CLOSED]], expect = 0 },
    { "metrics", log = [[2024-11-26 10:15:00 INFO circuit breaker bank: state=CLOSED calls=91 open=0]], expect = 0 },
    { "a setting", log = [[2024-11-26 10:15:00 INFO client options: circuit_breaker=enabled attempts=3]], expect = 0 },
    { "what a client said in an access log", log = {
      [=[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "circuit breaker stock is open"]=],
      [=[[2024-11-26T10:15:00.120Z] "GET /cart HTTP/1.1" 404 - via_upstream - "-" 0 91 5 - "-" "GET / HTTP/1.1" 503 UO overflow " "rq-1" "cart:8080" "192.0.2.4:8080"]=],
    }, expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN circuit breaker bank opened, then state=closed]],
      [[2024-11-26 10:15:02 WARN circuit breaker bank triggered: opened=0]],
      [[{"level":"debug","message":"circuit breaker bank tripped"}]],
    }, expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN circuit breaker bank tripped]],
      [[2024-11-26 10:15:02 WARN circuit bank is open]],
      [[2024-11-26 10:15:03 WARN no fallback available]],
      [[2024-11-26 10:15:04 ERROR BulkheadFullException]],
      [[[2024-11-26T10:15:05.120Z] "GET /pay HTTP/1.1" 503 UO overflow - "-" 0 91 5]],
    }, expect = 5 },
    { "bulkheads: found", log = {
      [[bulkhead 'payment' is full and does not permit further calls]],
      [[2024-11-26 10:15:01 WARN fallback invoked for stock.getItem]],
    }, expect = 2 },
    { "bulkheads: harmless", log = {
      [[2024-11-26 10:15:01 INFO fallback fonts loaded]],
      [[2024-11-26 10:15:01 INFO bulkhead 'payment' has 10 permits]],
    }, expect = 0 },
    { "a breaker: found", log = {
      [[2024-11-26 10:15:01 WARN breaker for tax is now OPEN]],
    }, expect = 1 },
    { "a breaker: harmless", log = {
      [[2024-11-26 10:15:01 INFO breaker for tax closed]],
    }, expect = 0 },
  },
}
