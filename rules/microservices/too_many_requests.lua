-- Words that name another rule. In an access log they are a client's, and that rule does not read them.
local named = [[\A(?!]] .. access_line .. [[)(?s:.*?)(?:]] .. table.concat({
  [[(?i:rate[ _-]?limit|too many requests|throttl|quota)]],
  [[(?i:\bbrute[ _-]?force\b|\blocked\b)]],
}, "|") .. ")"

return rule {
  id          = "microservices.too_many_requests",
  title       = "Rate limit hit: HTTP 429",
  type        = "Microservice",
  severity    = "medium",
  description = "A request was answered with 429. Every record is looked at: a status has no literal to search for.",
  tags        = { "microservice.limit" },
  dedup       = { "service", "ip" },

  where  = { status = 429 },
  none   = { named },
  unless = { response_flags = { exists = true, ne = "-" } },

  tests = {
    { "access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "POST /api/login HTTP/1.1" 429 91 "-" "curl/8.5.0"]],
      expect = { { status = 429 } } },
    { "JSON", log = [[{"service":"edge","message":"request done","path":"/api/login","status":429,"ip":"203.0.113.9"}]], expect = 1 },
    { "a size", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 200 429 "-" "curl/8.5.0"]], expect = 0 },
    { "the text says it", log = [[{"service":"edge","message":"Rate limit exceeded","path":"/api/login","status":429}]], expect = 0 },
    { "a client that names another rule", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:01 +0000] "GET /quota HTTP/1.1" 429 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /blocked HTTP/1.1" 429 91 "-" "-"]],
    }, expect = 2 },
    { "each form", log = {
      [[{"status":429,"response_flags":"-","path":"/x"}]],
    }, expect = 1 },
    { "each exception", log = {
      [[{"status":429,"response_flags":"RL","path":"/x"}]],
      [[{"status":429,"path":"/x","message":"account locked"}]],
    }, expect = 0 },
  },
}
