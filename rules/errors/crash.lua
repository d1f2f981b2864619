return rule {
  id          = "errors.crash",
  title       = "Process crashed",
  type        = "Error",
  severity    = "critical",
  description = "A process or the kernel died: panic, segmentation fault, abort, core dump.",
  tags        = { "error.crash" },

  any = {
    [[(?m)(?:^|[\]\s"])(?:panic|PANIC): ]],
    [[(?i)\bkernel panic\b|\bpanicked at\b|\brts panic\b|\bpanic serving \S+: ]],
    [[(?i)\bsegmentation fault\b|\bsegfault at [0-9a-f]+|\bgeneral protection (?:fault|exception)\b]],
    [[\bSIG(?:SEGV|ABRT|BUS|ILL|FPE)\b]],
    [[\bFatal Python error: |\bfatal error: (?:all goroutines|unexpected signal|concurrent map|stack overflow)|\*\*\* (?:glibc|stack smashing) detected|\bterminate called (?:after|without)|\bRuntime exited with\b|\bRuntime\.ExitError\b]],
    [[(?i)\bcore dumped\b|\bdumped core\b]],
    [[(?i)\b(?:process|service|worker|server|daemon|application|thread|kernel) (?:\S{1,80} )?(?:has )?(?:crashed|terminated abnormally|terminated unexpectedly|died unexpectedly|exited unexpectedly)\b]],
    [[(?i)\bterminated by signal (?:4|6|7|8|11)\b|\bkilled by signal (?:4|6|7|8|11)\b]],
    [[\b[Mm]ain process exited, code=(?:(?:dumped|exited), status=[1-9]|killed, status=(?:4|6|7|8|9|11)/)|(?i:\bBUG: unable to handle\b)]],
    [[\btraps: .{1,40}\[\d+\] (?:general protection|trap (?:invalid opcode|divide error|int3|stack segment))|\b[Ss]tart request repeated too quickly\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:recovered from panic|panic recovered|no core dumped|core dump(?:ed)? (?:is )?disabled)\b]],
  },
  unless = { level = { "trace", "debug", "info", "notice" } },

  tests = {
    { "JSON panic",
      log = [[{"level":"fatal","service":"cart","msg":"panic: runtime error: index out of range [3]"}]],
      expect = { { service = "cart", level = "critical" } } },
    { "kernel names a segfault",
      log = [[Nov 26 10:15:00 node-1 kernel: [912.1] imgd[812]: segfault at 7f10 ip 000055 sp 00007f error 4 in imgd]],
      expect = 1 },
    { "supervisor sees a crash", log = [[2024-11-26T10:15:00Z ERROR worker mailer-3 crashed, restarting]], expect = 1 },
    { "kernel names a trap", log = [[Nov 26 10:15:00 node-1 kernel: [912.1] traps: imgd[812] general protection fault ip:7f10 sp:7fff error:0 in imgd]], expect = 1 },
    { "kernel names an older trap", log = [[Nov 26 10:15:00 node-1 kernel: traps: imgd[1] general protection]], expect = 1 },
    { "systemd gives up", log = [[Nov 26 10:15:00 node-1 systemd[1]: shop.service: Start request repeated too quickly.]], expect = 1 },
    { "caught in time", log = [[2024-11-26T10:15:00Z WARN recovered from panic: retrying]], expect = 0 },
    { "crash reporter starts", log = [[2024-11-26T10:15:00Z INFO crash reporter ready, core dumped files go to /var/crash]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR panic: index out of range]],
      [[2024-11-26 10:15:02 ERROR thread main panicked at x.rs:1]],
      [[2024-11-26 10:15:03 ERROR segmentation fault in imgd]],
      [[2024-11-26 10:15:04 ERROR caught SIGBUS]],
      [[2024-11-26 10:15:05 ERROR imgd dumped core]],
      [[2024-11-26 10:15:06 ERROR worker mailer-3 crashed]],
      [[2024-11-26 10:15:07 ERROR imgd killed by signal 11]],
      [[Nov 26 10:15:08 app-1 systemd[1]: shop.service: Main process exited, code=exited, status=1/FAILURE]],
      [[2024-11-26 10:15:09 ERROR terminate called after throwing an instance of x]],
    }, expect = 9 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "panic: runtime error"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN panic recovered, panic: none]],
      [[{"level":"info","message":"worker 3 crashed yesterday"}]],
    }, expect = 0 },
    { "a handler: found", log = {
      [[2024/11/26 10:15:01 http: panic serving 203.0.113.9:50112: runtime error: index out of range [3] with length 3]],
    }, expect = 1 },
    { "a handler: harmless", log = {
      [[2024-11-26 10:15:01 INFO panic button serves room 3]],
    }, expect = 0 },
    { "Python: found", log = {
      [[Fatal Python error: Cannot recover from stack overflow.]],
    }, expect = 1 },
    { "Python: harmless", log = {
      [[2024-11-26 10:15:01 INFO Python is ready]],
    }, expect = 0 },
  },
}
