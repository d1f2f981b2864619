return rule {
  id          = "microservices.rate_limit",
  title       = "Rate limit hit",
  type        = "Microservice",
  severity    = "medium",
  description = "Requests were turned away or delayed because a limit was reached.",
  tags        = { "microservice.limit" },
  dedup       = { "service", "ip" },

  any = {
    [[(?i)\b(?:rate|request|quota|usage|throttl\w+|api)[ _-]?limit(?:s|ed|ing|er)? (?:\S{1,60} )?(?:was |has been |is )?(?:exceeded|reached|hit|violated|applied|triggered|rejected|blocked)\b]],
    [[(?i)\b(?:has been|was|is being|being|request|client|connection) rate[ -]limited\b|\brequest_rate_limited\b|\brate[ -]limited by\b]],
    [[(?i)\brate ?limit block\b|\brate_limit_exceeded\b]],
    [[(?i)\btoo many requests\b|\b(?:was|is being|being|request|client|has been) throttled\b]],
    [[(?i)\bthrottling (?:exception|request|client)\b|\bThrottlingException\b]],
    [[(?i)\blimiting (?:requests|connections)\b|\bexceeded (?:the |its )?(?:\w+ )?(?:rate|quota|request limit)\b]],
    [[(?i)\brate exceeded\b|\bquota exceeded\b|\bRESOURCE_EXHAUSTED\b]],
  },
  none   = {
    access_line,    -- microservices.too_many_requests
    [[(?i)\b(?:0|no|not) (?:\w+ )?(?:throttled|rate[ -]limited)\b|\b(?:disk|memory) quota\b]],
    [[(?i)\b(?:log-?in|authentication|auth)\b.{0,60}\brate[ -]limited\b]],    -- security.brute_force
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"warn","service":"edge","message":"Rate limit exceeded for key k-17","ip":"203.0.113.9"}]],
      expect = { { ip = "203.0.113.9" } } },
    { "nginx", log = [[2024/11/26 10:15:00 [error] 9#9: *17 limiting requests, excess: 5.120 by zone "login", client: 203.0.113.9, server: example.com]], expect = 1 },
    { "a setting", log = [[2024-11-26 10:15:00 INFO rate limiter ready: 100 requests/s, rate_limit=100]], expect = 0 },
    { "statistics", log = [[2024-11-26 10:15:00 INFO hour 9: 0 throttled, no rate-limited clients]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN api limit was reached]],
      [[2024-11-26 10:15:02 WARN client rate limited]],
      [[2024-11-26 10:15:03 WARN rate_limit_exceeded]],
      [[2024-11-26 10:15:04 WARN too many requests]],
      [[2024-11-26 10:15:05 WARN throttling request 7]],
      [[2024-11-26 10:15:06 WARN limiting connections]],
      [[2024-11-26 10:15:07 WARN RESOURCE_EXHAUSTED]],
    }, expect = 7 },
    { "what a client said in an access log", log = {
      [=[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Rate limit exceeded"]=],
    }, expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN 0 client throttled, none is not throttled]],
      [[2024-11-26 10:15:02 WARN login of mia was rate limited]],
      [[{"level":"debug","message":"client throttled"}]],
    }, expect = 0 },
    { "AWS: found", log = {
      [[{"__type":"ThrottlingException","message":"Rate exceeded"}]],
    }, expect = 1 },
    { "AWS: harmless", log = {
      [[2024-11-26T10:15:01Z app[web.1]: Error R14 (Memory quota exceeded)]],
    }, expect = 0 },
    { "by whom: found", log = {
      [[2024-11-26 10:15:01 WARN rate limited by upstream tax]],
    }, expect = 1 },
    { "by whom: harmless", log = {
      [[2024-11-26 10:15:01 INFO rate limiter ready]],
    }, expect = 0 },
  },
}
