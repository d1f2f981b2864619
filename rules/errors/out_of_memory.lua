return rule {
  id          = "errors.out_of_memory",
  title       = "Out of memory",
  type        = "Error",
  severity    = "critical",
  description = "An allocation failed or the kernel killed a process for memory (containers: microservices.container_crash).",
  tags        = { "error.memory" },
  dedup       = { "service", "host" },

  any = {
    -- Who the kernel killed: the finding's service is not the one that reports.
    [[\b(?P<service>[\w.-]{1,80}) invoked oom-killer\b]],
    [[\bOut of memory: Kill(?:ed)? process \d+ \((?P<service>[^()\n]{1,80})\)]],
    [[\bOutOfMemoryError\b|\bOutOfMemoryException\b]],
    [[(?i)\bout of memory\b|\bcannot allocate memory\b|\bmemory exhausted\b|\bstd::bad_alloc\b]],
    [[(?i)\b(?:java|javascript) heap (?:space|out of memory)\b|\bGC overhead limit exceeded\b]],
    [[\bENOMEM\b|\bMemoryError\b]],
    [[(?i)\bAllowed memory size of \d+ bytes exhausted\b]],
    [[(?i)\boom[ _-]?killer\b.{0,60}\b(?:invoked|killed)\b|\boom-kill:constraint=CONSTRAINT_(?:NONE|CPUSET|MEMORY_POLICY)\b]],
  },
  none = {
    access_line,
    [[(?i)\bmemory cgroup out of memory\b|\bCONSTRAINT_MEMCG\b|\bOOMKilled\b]],
    [[(?i)\b(?:never|not|0) out of memory\b|\bon out of memory\b|\bout of memory (?:handl\w+|policy|detect\w+|protection|test)\b]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON from a JVM",
      log = [[{"level":"ERROR","service":"reports","message":"render failed","exception":"java.lang.OutOfMemoryError: Java heap space"}]],
      expect = { { service = "reports" } } },
    { "kernel kills a process", log = [[Nov 26 10:15:00 db-1 kernel: Out of memory: Killed process 8112 (mysqld) total-vm:8123456kB]],
      expect = { { service = "mysqld", host = "db-1" } } },
    { "kernel looks for one to kill", log = [[Nov 26 10:15:00 db-1 kernel: [91.1] java invoked oom-killer: gfp_mask=0xcc0, order=0]],
      expect = { { service = "java", host = "db-1" } } },
    { "fork fails", log = [[2024-11-26 10:15:00 ERROR fork: Cannot allocate memory]], expect = 1 },
    { "an option", log = [[2024-11-26 10:15:00 INFO on out of memory: dump heap to /var/dumps]], expect = 0 },
    { "memory statistics", log = [[2024-11-26 10:15:00 INFO memory in use 412 MB of 2048 MB, 0 out of memory events]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR java.lang.OutOfMemoryError]],
      [[2024-11-26 10:15:02 ERROR cannot allocate memory]],
      [[2024-11-26 10:15:03 ERROR GC overhead limit exceeded]],
      [[2024-11-26 10:15:04 ERROR MemoryError in job]],
      [[2024-11-26 10:15:05 ERROR Allowed memory size of 9 bytes exhausted]],
      [[2024-11-26 10:15:06 WARN imgd invoked oom-killer]],
      [[Nov 26 10:15:07 db-1 kernel: [91.1] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),pid=811,uid=0]],
    }, expect = 7 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Out of memory: Killed process 1 (java)"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN memory cgroup out of memory: killed 7]],
      [[2024-11-26 10:15:02 WARN never out of memory]],
      [[{"level":"debug","message":"out of memory, asking for less"}]],
    }, expect = 0 },
    { "a policy: harmless", log = {
      [[2024-11-26 10:15:01 INFO out of memory handling: kill-process policy configured]],
    }, expect = 0 },
  },
}
