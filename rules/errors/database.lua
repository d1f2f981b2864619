return rule {
  id          = "errors.database",
  title       = "Database error",
  type        = "Error",
  severity    = "high",
  description = "A statement failed: deadlock, constraint, missing object, replication or corruption.",
  tags        = { "error.database" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bdeadlock (?:detected|found)\b]],
    [[(?i)\bviolates (?:unique|foreign key|check|not-null|exclusion) constraint\b|\bduplicate (?:key value|entry) ]],
    [[(?i)\b(?:relation|column|table|function|database) (?:"[^"\n]{1,80}"|\S{1,80}) (?:does not|doesn't) exist\b]],
    [[(?i)\bSQLSTATE\b|\bORA-\d{5}\b|\bsyntax error at or near\b|\berror in your SQL syntax\b]],
    [[(?i)\bcanceling statement due to\b|\bcould not serialize access\b|\bcurrent transaction is aborted\b]],
    [[(?i)\breplication (?:\w+ )?(?:failed|broken|stopped|error)\b|\binvalid page in block\b|\bdata(?:base|file)? corrupt]],
    [[(?i)\b(?:the )?database system is (?:shutting down|starting up|in recovery mode)\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:0|no) deadlocks?\b|\bdeadlock detector\b]],
    [[(?i)\b(?:connection slots|too many (?:clients|connections))\b]],    -- microservices.connection_pool
    [[(?m)^\s+at [\w.$<>/ ]+\(|\b\w+Exception: ]],                        -- errors.exception
  },
  unless = { level = { "trace", "debug", "info", "notice" } },

  tests = {
    { "PostgreSQL", log = [[2024-11-26 10:15:00.120 UTC [311] shop@orders ERROR:  deadlock detected]],
      expect = { { level = "error" } } },
    { "JSON", log = [[{"level":"error","service":"orders","msg":"insert","error":"Duplicate entry '17' for key 'PRIMARY'"}]], expect = 1 },
    { "statistics", log = [[2024-11-26 10:15:00 INFO lock monitor: 0 deadlocks, deadlock detected never]], expect = 0 },
    { "a migration", log = [[2024-11-26 10:15:00 INFO table audit_2023 does not exist, creating it]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR deadlock found]],
      [[2024-11-26 10:15:02 ERROR duplicate key value 17]],
      [[2024-11-26 10:15:03 ERROR column "x" does not exist]],
      [[2024-11-26 10:15:04 ERROR ORA-00942 at line 1]],
      [[2024-11-26 10:15:05 ERROR canceling statement due to user request]],
      [[2024-11-26 10:15:06 ERROR replication slot broken: replication failed]],
      [[2024-11-26 10:15:07 ERROR the database system is starting up]],
    }, expect = 7 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "deadlock detected"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR 0 deadlocks, deadlock detected never]],
      [[2024-11-26 10:15:02 ERROR connection slots, SQLSTATE 53300]],
      [[2024-11-26 10:15:03 ERROR DbException: SQLSTATE 42P01]],
      [[{"level":"info","message":"SQLSTATE 00000"}]],
    }, expect = 0 },
  },
}
