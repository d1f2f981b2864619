return rule {
  id          = "errors.database_crash",
  title       = "Database server crashed",
  type        = "Error",
  severity    = "critical",
  description = "A database server lost a process, restarts after a crash or repairs itself; databases say so at a calm level.",
  tags        = { "error.database", "error.crash" },
  dedup       = { "host", "service" },

  any = {
    [[\bserver process \(PID \d+\) (?:was terminated by|exited with exit code)|\bterminating any other active server processes\b|\ball server processes terminated; reinitializing\b]],
    [[\bdatabase system was (?:not properly shut down|interrupted)\b|\bStarting crash recovery\b|\bmysqld got signal \d+|\bmysqld_safe .{0,40}\brestarted\b]],
    [[\bWT_PANIC\b|\bUnclean shutdown detected\b|\b=== REDIS BUG REPORT START\b]],
  },
  none = { access_line },

  tests = {
    { "each form", log = {
      [[2024-11-26 10:15:01 UTC [9] LOG:  server process (PID 4711) was terminated by signal 9: Killed]],
      [[2024-11-26 10:15:02 UTC [9] LOG:  database system was interrupted; last known up at 2024-11-26 10:14:00 UTC]],
      [[2024-11-26 10:15:03 INFO mongod: Unclean shutdown detected]],
    }, expect = 3 },
    { "a session ends", log = [[2024-11-26 10:15:01 UTC [9] LOG:  disconnection: session time: 0:00:01.120 user=mia database=shop]], expect = 0 },
    { "stopped on purpose", log = [[2024-11-26 10:15:01 UTC [9] LOG:  database system was shut down at 2024-11-26 10:14:00 UTC]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "UTC [9] LOG:  server process (PID 4711) was terminated by signal 9: Killed"]], expect = 0 },
  },
}
