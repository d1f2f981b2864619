--- The 20 rules of the benchmarks, such as teams write for their services. What corpus.py calls loud is hit by one
--- or more of them. The last three look at fields only; what stands in for them in other tools is in patterns.lua.

local function logged(message, level)
  return "2024-11-26T10:15:00.123Z " .. (level or "INFO") .. " [orders] req=8f3a2b1c9d0e4f56 " .. message
end

--- A rule of one pattern, with a line that it finds, what it then holds, and one that it does not find.
local function search(id, type, severity, pattern, found, fields, other)
  return rule {
    id = id, type = type, severity = severity, any = { pattern },
    tests = {
      { "found", log = logged(found), expect = { fields } },
      { "not found", log = logged(other), expect = 0 },
    },
  }
end

local function compare(id, type, severity, where, found, other)
  return rule {
    id = id, type = type, severity = severity, where = where,
    tests = { { "found", log = found, expect = 1 }, { "not found", log = other, expect = 0 } },
  }
end

return {
  search("auth.failed", "Security", "high",
    [[(?i)\bfailed (?:login|password) for (?:invalid user )?(?P<user_id>[\w.-]+)]],
    "Failed password for invalid user mia.chen from 203.0.113.9", { user_id = "mia.chen" },
    "login of user mia.chen accepted"),
  search("auth.token", "Security", "medium",
    [[(?i)\b(?:invalid|expired) (?:access |refresh |bearer )?token\b]],
    "rejected: Expired access token", {}, "access token renewed"),
  search("auth.locked", "Security", "high",
    [[(?i)\baccount (?P<user_id>[\w.-]+) (?:has been )?locked\b]],
    "Account bo.lee has been locked", { user_id = "bo.lee" }, "account bo.lee unlocked"),
  search("auth.denied", "Security", "medium",
    [[(?i)\b(?:access|permission) denied\b|\bnot authori[sz]ed\b]],
    "Permission denied", {}, "access granted"),
  search("error.exception", "Error", "high",
    [[\b(?P<class>[A-Z]\w*(?:Exception|Error)): (?P<reason>.{1,200})]],
    "java.io.IOException: broken pipe", { class = "IOException", reason = "broken pipe" }, "no Exception was seen"),
  search("error.memory", "Error", "critical",
    [[(?i)\bout of memory\b|\bOutOfMemoryError\b|\boom[- ]?kill(?:ed|er)\b]],
    "container oom-killed", {}, "memory is fine, no room"),
  search("error.panic", "Error", "critical",
    [[\b(?:panic|fatal error): (?P<reason>.+)]],
    "panic: nil map", { reason = "nil map" }, "no reason to panic"),
  search("error.null", "Error", "high",
    [[(?i)\bnull ?pointer(?:exception)?\b|\bundefined is not an? (?:object|function)\b]],
    "undefined is not a function", {}, "pointer is null"),
  search("net.timeout", "Microservice", "high",
    [[(?i)\b(?:timed out|timeout) after (?P<waited>\d+) ?ms\b]],
    "call timed out after 5000 ms", { waited = "5000" }, "timeout set to 5000 ms"),
  search("net.connection", "Microservice", "high",
    [[(?i)\bconnection (?P<how>refused|reset)(?: by peer)?\b]],
    "Connection reset by peer", { how = "reset" }, "connection accepted"),
  search("net.dns", "Microservice", "medium",
    [[(?i)\bno such host\b|\b(?:temporary failure in )?name resolution failed\b|\bcould not resolve\b]],
    "lookup db: no such host", {}, "resolved host"),
  search("net.tls", "Security", "medium",
    [[(?i)\bcertificate (?:has )?expired\b|\btls handshake (?:failed|error)\b|\bx509: ]],
    "TLS handshake failed", {}, "certificate renewed"),
  search("db.slow_query", "Performance", "high",
    [[(?i)\bslow query\b.{0,40}?\b(?P<duration_ms>\d+(?:\.\d+)?) ?ms\b]],
    "Slow query: 1210 ms", { duration_ms = 1210 }, "query took 3 ms"),
  search("db.deadlock", "Error", "high",
    [[(?i)\bdeadlock (?:detected|found)\b]],
    "rolled back: deadlock detected", {}, "no deadlock"),
  search("db.pool", "Microservice", "high",
    [[(?i)\bpool (?:is )?exhausted\b]],
    "connection pool is exhausted", {}, "pool stats: 3 idle"),
  search("service.breaker", "Microservice", "critical",
    [[(?i)\bcircuit[- ]?breaker\b.*\b(?P<state>open(?:ed)?|half-open)\b]],
    "circuit breaker for stock changed to open", { state = "open" }, "circuit breaker for stock is closed"),
  search("service.gave_up", "Microservice", "high",
    [[(?i)\b(?:giving|gave) up after (?P<attempts>\d+) (?:attempts|retries)\b]],
    "giving up after 3 attempts", { attempts = 3 }, "attempt 3 of 5"),
  compare("http.5xx", "Error", "high", { status = { ge = 500, lt = 600 } },
    logged "request failed status=503", logged "request handled status=200"),
  compare("http.slow", "Performance", "medium", { duration_ms = { ge = 2000 } },
    logged "request handled duration_ms=2310", logged "request handled duration_ms=31"),
  compare("level.critical", "Error", "critical", { level = "critical" },
    logged("batch lost", "FATAL"), logged("batch done", "WARN")),
}
