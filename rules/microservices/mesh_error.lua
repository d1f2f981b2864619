local access = regex.compile(access_line)

return rule {
  id          = "microservices.mesh_error",
  title       = "Service mesh error",
  type        = "Microservice",
  severity    = "high",
  description = "Envoy response flags (no healthy upstream, connection failure, reset, timeout, no route) and what other meshes write.",
  tags        = { "microservice.mesh" },
  dedup       = { "service", "route" },

  any = {
    -- Access log: "GET / HTTP/1.1" 503 UF,URX ...   (UO: circuit_breaker, RL: rate_limit, DC: the client went away)
    [[\A[^"\n]*"[^"\n]* HTTP/[\d.]{1,3}" (?:[45]\d\d|0) (?P<response_flags>(?:UH|UF|UT|UR|UC|URX|UPE|UMSDR|LH|LR|NR|NC|NFCF|DPE|DI|FI|SI|IH|OM|DT)(?:,[A-Z]{2,5})*) ]],
    [[(?i)\bupstream connect error or disconnect/reset before headers\b|\bno[ _]healthy[ _]upstream\b]],
    [[(?i)\bupstream_reset_before_response_started\b]],
    [[(?i)\bservice in fail-?fast\b|\bresponse_flags?=(?:UH|UF|UT|UR|UC|URX|NR)\b]],
    [[(?i)\b(?:envoy|istio|istiod|pilot|linkerd\w*|consul|sidecar|proxy)\b.{0,80}\b(?:upstream reset|no route|no endpoints|config rejected|xds (?:error|rejected)|mtls (?:error|failure)|certificate signing failed)\b]],
  },
  unless = { level = { "trace", "debug" } },
  match  = function(event, found)   -- in an access log the flags alone are the proxy's words
    return found[1].groups.response_flags ~= nil or not regex.find(access, event.message)
  end,

  tests = {
    { "Envoy access log", log = [=[[2024-11-26T10:15:00.120Z] "POST /pay HTTP/1.1" 503 UF,URX upstream_reset - "-" 0 91 5 - "-" "curl/8" "rq-1" "pay:8080" "192.0.2.4:8080"]=],
      expect = { { response_flags = "UF,URX" } } },
    { "JSON text", log = [[{"level":"warn","service":"edge","message":"upstream connect error or disconnect/reset before headers. reset reason: overflow"}]],
      expect = 1 },
    { "served", log = [=[[2024-11-26T10:15:00.120Z] "GET /pay HTTP/1.1" 200 - via_upstream - "-" 0 91 5 4 "-" "curl/8" "rq-1" "pay:8080" "192.0.2.4:8080"]=],
      expect = 0 },
    { "the client left", log = [=[[2024-11-26T10:15:00.120Z] "GET /pay HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 5 - "-" "curl/8" "rq-1"]=],
      expect = 0 },
    { "what a client said in an access log", log = {
      [=[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "no healthy upstream"]=],
      [=[[2024-11-26T10:15:00.120Z] "GET /cart HTTP/1.1" 404 - via_upstream - "-" 0 91 5 - "-" "GET / HTTP/1.1" 503 UF " "rq-1" "cart:8080" "192.0.2.4:8080"]=],
    }, expect = 0 },
    { "each form", log = {
      [[[2024-11-26T10:15:00.120Z] "POST /pay HTTP/1.1" 503 UH - "-" 0 91 5]],
      [[2024-11-26 10:15:02 WARN no healthy upstream]],
      [[2024-11-26 10:15:03 WARN upstream_reset_before_response_started]],
      [[2024-11-26 10:15:04 WARN service in fail-fast]],
      [[2024-11-26 10:15:05 WARN istiod: xds rejected]],
    }, expect = 5 },
    { "each exception", log = {
      [[{"level":"debug","message":"no healthy upstream"}]],
    }, expect = 0 },
    { "a detail: found", log = {
      [[503 UH no_healthy_upstream]],
    }, expect = 1 },
  },
}
