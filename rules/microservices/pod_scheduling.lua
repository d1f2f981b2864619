return rule {
  id          = "microservices.pod_scheduling",
  title       = "Pod evicted or not placed",
  type        = "Microservice",
  severity    = "high",
  description = "Kubernetes evicted a pod, cannot place it, cannot mount its volume or lost its node.",
  tags        = { "microservice.kubernetes" },
  dedup       = { "service", "host" },

  any = {
    [[\b(?:FailedScheduling|FailedMount|FailedAttachVolume|FailedCreatePodSandBox|NodeNotReady|NodeHasDiskPressure|NodeHasInsufficientMemory)\b]],
    [[\bEvicted\b.{0,120}\b(?:low on resource|pressure|exceeded)\b|\bThe node was low on resource\b]],
    [[(?i)\b0/\d+ nodes are available\b|\bunable to place a task\b|\bpod (?:\S{1,80} )?(?:was |has been )?evicted\b|\bnode \S{1,80} (?:is |became )?not ready\b]],
  },
  none = { access_line },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "evicted", log = [[2024-11-26T10:15:00Z Warning Evicted pod/pay-7 The node was low on resource: ephemeral-storage]], expect = 1 },
    { "JSON", log = [[{"level":"warn","service":"scheduler","message":"FailedScheduling: 0/4 nodes are available: no gpu"}]], expect = 1 },
    { "placed", log = [[2024-11-26T10:15:00Z Normal Scheduled pod/pay-7 placed on node-1]], expect = 0 },
    { "a word", log = [[2024-11-26T10:15:00Z INFO cache: 17 keys evicted]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN FailedMount]],
      [[2024-11-26 10:15:02 WARN Evicted: pod was low on resource]],
      [[2024-11-26 10:15:03 WARN node n-7 is not ready]],
    }, expect = 3 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Warning Evicted pod/pay-7 The node was low on resource: ephemeral-storage"]], expect = 0 },
    { "each exception", log = {
      [[{"level":"debug","message":"FailedMount"}]],
    }, expect = 0 },
    { "ECS: found", log = {
      [[(service cart) was unable to place a task because no container instance met all of its requirements.]],
    }, expect = 1 },
    { "ECS: harmless", log = {
      [[(service cart) has started 1 tasks: (task 7c1).]],
    }, expect = 0 },
    { "evicted: found", log = {
      [[2024-11-26 10:15:01 WARN pod tax-1 evicted: node under pressure]],
    }, expect = 1 },
    { "evicted: harmless", log = {
      [[2024-11-26 10:15:01 INFO pod tax-1 started]],
    }, expect = 0 },
  },
}
