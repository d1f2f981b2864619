return rule {
  id          = "errors.logged_error",
  title       = "Error logged",
  type        = "Error",
  severity    = "medium",
  description = "A record of level error or worse whose cause no other rule names. Every record is looked at.",
  tags        = { "error.level" },

  where  = { level = { "error", "critical" } },
  unless = { { status = { ge = 400 } }, { response_flags = { exists = true, ne = "-" } } },
  none   = {
    -- errors.*
    [[(?m)\b(?:[A-Z]\w*(?:Exception|Error)(?:: |:?$| \()|OutOfMemory\w+|Traceback \(|E(?:CONN\w+|NOSPC|NOMEM|PIPE|TIMEDOUT))]],
    [[(?m)^\s+at [\w.$<>/ ]+\(]],
    [[(?i)\b(?:panic|segfault|segmentation fault|core dumped|crashed|timed[ -]out|deadline exceeded|DeadlineExceeded|out of memory|cannot allocate memory|no space left|disk quota|read-only file ?system)\b]],
    [[(?i)\b(?:(?:unhandled|uncaught|unexpected|fatal) (?:\w+ )?exception|exception\b.{0,40}\b(?:thrown|raised|caught|occurred|causing))\b]],
    [[(?i)\bconnection (?:refused|reset|aborted|lost)\b|\bconnection (?:(?:to|for|from|of) (?:\S{1,60} ){1,3})?failed\b]],
    [[(?i)\b(?:to|not) connect\b|\bno route to host\b|\bno such host\b|\bbroken pipe\b|\blink has been severed\b]],
    [[(?i)\b(?:i/o|read|write|connect|request|gateway|query|statement|lock) timeout\b|\btimeout (?:after|while|waiting|occurred)\b]],
    [[(?i)\bdeadlock\b|\bviolates \w+|\b(?:relation|column|table|function|database|role) (?:"[^"\n]{1,80}"|\S{1,80}) does not exist\b|\bduplicate (?:key|entry)\b|\bSQLSTATE\b|\bsyntax error at\b]],
    [[(?i)\bcanceling statement\b]],
    -- security.*
    [[(?i)(?<![a-z])(?:log[ _-]?[io]n|sign[ _-]?in|auth\w*|password|credentials?|token|csrf)\b.{0,60}(?:fail|denied|invalid|incorrect|error|mismatch|expired|reject|not found|missing)]],
    [[(?i)\b(?:fail\w*|invalid|incorrect|bad|wrong|unknown|expired|rejected)\b.{0,40}(?:log[ _-]?[io]n|user|auth\w*|password|credentials?|token|certificate)\b]],
    [[(?i)\bunsuccessful\b.{0,30}\bauth|\bwas not found in "|\berror="?user not found\b|\Auser not found\Z]],
    [[(?i)\b(?:malformed|invalid) (?:uri|host header|request)\b|\bscript not found\b|\bFile does not exist: /]],
    [[(?i)\b(?:denied|(?<!index )forbidden|unauthori[sz]ed|not authori[sz]ed|permissions?|modsecurity|injection|suspicious|flood|brute[ _-]?force|account_lock\w+|locked|lockout|escalation)\b]],
    -- microservices.* and performance.*
    [[(?i)\b(?:crashloopbackoff|(?:err)?image ?pull\w*|pull ?image|pull (?:and unpack )?image|oomkilled|circuit[ _-]?breaker|circuit is open|hystrix|rate[ _-]?limit\w*|limiting (?:requests|connections)|throttl\w+|too many (?:requests|connections|clients)|probe failed|unhealthy|health[ _-]?check)\b]],
    [[(?i)\b(?:pool (?:is )?exhausted|connection slots|service (?:\S{1,60} )?(?:is )?(?:unavailable|down)|(?:giving|gave) up after|retries exhausted|failed after \d+|bad gateway|upstream|code = Unavailable|StartContainer|slow (?:query|response|request)|lock wait|memory (?:usage|pressure)|dead[ -]letter)\b]],
  },
  match = function(event)
    return event.level == "critical" and { severity = "high" } or true
  end,

  tests = {
    { "JSON", log = [[{"level":"error","service":"tax","message":"rate table has no entry for region 17"}]],
      expect = { { service = "tax", severity = "medium" } } },
    { "fatal is worse", log = [[2024-11-26 10:15:00 FATAL [boot] configuration has no section "db"]], expect = { { severity = "high" } } },
    { "named by another rule", log = [[2024-11-26 10:15:00 ERROR connection refused by 192.0.2.4]], expect = 0 },
    { "the word in a calm line", log = [[2024-11-26 10:15:00 INFO error_handler installed, 0 errors, errors=0]], expect = 0 },
    { "level info", log = [[{"level":"info","message":"last error cleared","error":null}]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR region 17 has no entry]],
      [[{"level":"error","status":399,"message":"odd answer"}]],
      [[{"level":"error","response_flags":"-","message":"odd answer"}]],
    }, expect = 3 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR ValueError: x]],
      "2024-11-26 10:15:02 ERROR job\n\tat com.example.Pay.run(Pay.java:41)",
      [[2024-11-26 10:15:03 ERROR crashed]],
      [[2024-11-26 10:15:04 ERROR uncaught promise exception]],
      [[2024-11-26 10:15:05 ERROR connection lost]],
      [[2024-11-26 10:15:06 ERROR broken pipe]],
      [[2024-11-26 10:15:07 ERROR gateway timeout]],
      [[2024-11-26 10:15:08 ERROR deadlock]],
      [[2024-11-26 10:15:09 ERROR canceling statement]],
      [[2024-11-26 10:15:10 ERROR login of mia failed]],
      [[2024-11-26 10:15:11 ERROR invalid user]],
      [[2024-11-26 10:15:12 ERROR error=user not found]],
      [[2024-11-26 10:15:13 ERROR malformed request]],
      [[2024-11-26 10:15:14 ERROR permissions missing]],
      [[2024-11-26 10:15:15 ERROR throttled]],
      [[2024-11-26 10:15:16 ERROR dead letter]],
      [[{"level":"error","status":400,"message":"odd answer"}]],
      [[{"level":"error","response_flags":"UH","message":"odd answer"}]],
    }, expect = 0 },
  },
}
