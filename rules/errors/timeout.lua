return rule {
  id          = "errors.timeout",
  title       = "Operation timed out",
  type        = "Error",
  severity    = "medium",
  description = "A call did not answer in time. Settings such as timeout=30s and idle sessions are not meant.",
  tags        = { "error.timeout" },

  any = {
    [[(?i)\btimed[ -]out\b]],
    [[(?i)\b(?:deadline|time ?out|time limit)(?: of \S{1,20})? (?:was |has been )?(?:exceeded|expired|reached|elapsed)\b]],
    [[(?i)\bexceeded (?:the )?(?:deadline|time ?out|time limit)\b|\bDeadlineExceeded\b]],
    [[(?i)\b(?:i/o|read|write|connect(?:ion)?|request|response|gateway|query|statement|lock|socket|network|upstream|handshake) time-?out\b(?!\s*[=:]\s*\d|\s+(?:is|was)? ?set\b)]],
    [[\b(?:ETIMEDOUT|ESOCKETTIMEDOUT|SocketTimeoutException|ReadTimeout|ConnectTimeout|TimeoutError)\b]],
    [[(?i)\bdue to (?:\w+ )?timeout\b|\btimeout (?:after|while|waiting|occurred)\b]],
  },
  none = {
    [[(?i)\b(?:0|no|without) (?:\w+ )?time-?outs?\b]],
    [[(?i)\b(?:session|idle|inactivity|cache entry|lease)\b.{0,40}\btimed? ?-?out\b]],
    [[(?i)\bhystrix\b|\bprobe failed\b|\bconnection pool\b|\bHikariPool\b|\b(?:auth|login)\w* timed out\b]],
    [[(?i)\bfrom (?:the )?pool\b|\bupstream (?:timed out|request timeout)\b|\block (?:wait )?time-?out\b|\block request\b]],
    [[(?i)\bcanceling statement\b]],
  },
  unless = { level = { "trace", "debug", "info" } },

  tests = {
    { "JSON gRPC",
      log = [[{"level":"warn","service":"cart","msg":"call failed","error":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"}]],
      expect = { { service = "cart" } } },
    { "text", log = [[2024-11-26 10:15:00 ERROR connection to 192.0.2.9:5432 timed out]], expect = 1 },
    { "read timeout", log = [[2024-11-26T10:15:00Z WARN stock: read timeout after 3000 ms]], expect = 1 },
    { "a setting", log = [[2024-11-26T10:15:00Z WARN client started with timeout=30s, connect timeout: 5s]], expect = 0 },
    { "an idle session", log = [[2024-11-26T10:15:00Z WARN session of user 17 timed out]], expect = 0 },
    { "none", log = [[2024-11-26T10:15:00Z INFO 812 requests, 0 timeouts]], expect = 0 },
  },
}
