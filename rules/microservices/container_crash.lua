return rule {
  id          = "microservices.container_crash",
  title       = "Container crashed",
  type        = "Microservice",
  severity    = "high",
  description = "A container crashed, is restarted again and again, cannot start, or was killed for memory.",
  tags        = { "microservice.container" },
  dedup       = { "service", "host" },

  any = {
    -- Who died, where kubelet or the kernel says it: the finding's service is not the one that reports.
    [[(?i)\bback-?off .{0,20}\brestarting failed container=(?P<service>[\w.-]{1,80})]],
    [[(?i)\bmemory cgroup out of memory: kill(?:ed)? process \d+ \((?P<service>[^()\n]{1,80})\)]],
    [[\boom-kill:constraint=CONSTRAINT_MEMCG\b.{0,400}[,:]task=(?P<service>[^,\n]{1,80})]],
    [[\bCrashLoopBackOff\b|\bOOMKilled\b|\bOOMKilling\b|\b(?:CreateContainer(?:Config)?|RunContainer)Error\b]],
    [[(?i)\bback-?off restarting failed container\b]],
    [[(?i)\bmemory cgroup out of memory\b|\boom-kill:constraint=CONSTRAINT_MEMCG\b]],
    [[(?i)\b(?:container|pod) (?:\S{1,80} )?(?:has )?(?:crashed|died|was killed|is crash(?:ing| looping)|(?:was |has been )?restarted \d+ times)\b|\bnon-zero exit \(\d+\)]],
    [[(?i)\b(?:container|task|pod)\b.{0,80}\b(?:exited|terminated|stopped|died)\b.{0,40}\b(?:code|status)[ :=(]{1,3}(?!0\b)\d{1,3}\b]],
    [[(?i)\b(?:exit ?code|exitcode)"?[ :=]{1,3}"?(?:137|139|143|134)\b]],
  },
  none   = { access_line, [[(?i)\bOOMKill(?:ed|ing)\b(?: \w{1,20})?"?[=: ]+"?(?:0\b|false)|\bcontainer (?:\S{1,80} )?recovered\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "kubelet", log = [[E1126 10:15:00.120421    1701 kubelet.go:99] "pod not running" err="container pay: CrashLoopBackOff, next try in 40s"]],
      expect = 1 },
    { "who died", log = {
      [[Nov 26 10:15:00 node-2 kubelet[11]: E1126 10:15:00.120421 11 pod_workers.go:1298] "Error syncing pod" err="CrashLoopBackOff: \"back-off 5m0s restarting failed container=pay pod=pay-7_shop(1-2)\""]],
      [[Nov 26 10:15:01 node-2 kernel: [91.1] Memory cgroup out of memory: Killed process 811 (java) total-vm:91kB]],
      [[Nov 26 10:15:01 node-2 kernel: [91.0] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/pods/7,task=java,pid=811,uid=0]],
    }, expect = { { service = "pay", host = "node-2" }, { service = "java" }, { service = "java" } } },
    { "JSON", log = [[{"level":"warn","service":"agent","message":"container pay-7 exited with code 137 (OOMKilled)"}]], expect = 1 },
    { "cgroup", log = [[Nov 26 10:15:00 node-2 kernel: [91.1] Memory cgroup out of memory: Killed process 811 (java) total-vm:91kB]], expect = 1 },
    { "a clean end", log = [[2024-11-26T10:15:00Z INFO container migrate-7 exited with code 0]], expect = 0 },
    { "started", log = [[2024-11-26T10:15:00Z Normal Started pod/pay-7 container pay runs, restart policy OnFailure]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN CrashLoopBackOff]],
      [[2024-11-26 10:15:02 WARN back-off restarting failed container]],
      [[2024-11-26 10:15:03 WARN oom-kill:constraint=CONSTRAINT_MEMCG]],
      [[2024-11-26 10:15:04 WARN container pay-7 died]],
      [[2024-11-26 10:15:05 WARN task pay-7 exited with status 3]],
      [[2024-11-26 10:15:06 WARN exit code: 139]],
    }, expect = 6 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "OOMKilled"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN container pay-7 died, container pay-7 recovered]],
      [[{"level":"debug","message":"container pay-7 died"}]],
    }, expect = 0 },
    { "counts: found", log = {
      [[task cart.1 non-zero exit (137): OOM]],
      [[2024-11-26 10:15:01 WARN kubelet: container cart restarted 12 times in 5 minutes]],
    }, expect = 2 },
    { "counts: harmless", log = {
      [[2024-11-26 10:15:01 INFO OOMKilled events: 0]],
      [[{"level":"info","msg":"state","OOMKilled":false}]],
    }, expect = 0 },
  },
}
