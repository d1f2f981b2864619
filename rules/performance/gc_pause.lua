return rule {
  id          = "performance.gc_pause",
  title       = "Garbage collection pause: {duration_ms} ms",
  type        = "Performance",
  severity    = "medium",
  description = "A garbage collection that stopped the program over the limits of lua/logaudit/thresholds.lua.",
  tags        = { "performance.gc" },
  dedup       = { "service", "host" },

  any = {
    [[\bPause (?:Full|Young|Remark|Cleanup|Init Mark|Final Mark)\b]],
    [[(?i)\b(?:gc|garbage collect(?:ion|or))\b.{0,40}\b(?:pause[ds]?|took|stopped|stop-the-world|collecting|duration)\b]],
    [[(?i)\b(?:long|excessive|high) (?:gc|garbage collection)\b|\[(?:Full )?GC \(|\[gc\]\[|\bjvm (?:paused|pause detected)\b]],
  },
  none  = { access_line, [[(?i)\bGC overhead limit exceeded\b]] },
  match = function(event, found)
    local ms, slow = event.duration_ms, thresholds.slow_ms
    if not ms then   -- no duration: only what the log itself calls long
      for _, hit in ipairs(found) do
        local said = text.lower(hit.text)
        if text.contains(said, "long ") or text.contains(said, "excessive") then return true end
      end
      return nil
    end
    if ms >= slow.critical then return { severity = "critical" } end
    if ms >= slow.high then return { severity = "high" } end
    return ms >= slow.medium
  end,

  tests = {
    { "JVM log", log = [[[2024-11-26T10:15:00.123+0000][91.4s][info][gc] GC(31) Pause Full (System.gc()) 3071M->2890M(3072M) 6120.120ms]],
      expect = { { severity = "high" } } },
    { "JSON", log = [[{"level":"warn","service":"search","message":"GC pause","duration_ms":1400}]], expect = { { severity = "medium" } } },
    { "young and quick", log = [[[2024-11-26T10:15:00.123+0000][91.4s][info][gc] GC(30) Pause Young (Mixed) (G1 Humongous) 900M->120M(3072M) 9.120ms]],
      expect = 0 },
    { "start", log = [[2024-11-26T10:15:00Z INFO using G1 garbage collector, pause target 200 ms]], expect = 0 },
    { "each severity", log = {
      [[{"message":"gc pause","duration_ms":999}]],
      [[{"message":"gc pause","duration_ms":1000}]],
      [[{"message":"gc pause","duration_ms":4999}]],
      [[{"message":"gc pause","duration_ms":5000}]],
      [[{"message":"gc pause","duration_ms":9999}]],
      [[{"message":"gc pause","duration_ms":10000}]],
      [[2024-11-26 10:15:07 WARN long garbage collection]],
      [[[2024-11-26T10:15:08.123+0000][91.4s][info] run(31) Pause Full (System.call()) 3071M->2890M(3072M) 1120.120ms]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "high" }, { severity = "critical" }, { severity = "medium" }, { severity = "medium" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "[2024-11-26T10:15:00.123+0000][91.4s][info][gc] GC(31) Pause Full (System.gc()) 3071M->2890M(3072M) 6120.120ms" 6.120]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN excessive gc: GC overhead limit exceeded]],
    }, expect = 0 },
    { "durations in brackets: found", log = {
      [=[2024-11-26T10:15:01.123+0000: 81.112: [Full GC (Ergonomics) [PSYoungGen: 12K->0K(1024K)] 88K->44K(2048K), 3.2113450 secs]]=],
      [=[[2024-11-26T10:15:02,345][WARN ][o.e.m.j.JvmGcMonitorService] [node-1] [gc][young][881][12] duration [2.2s], collections [1]/[2.5s], total [2.2s]/[8.8s]]=],
      [=[[2024-11-26T10:15:03,345][WARN ][o.e.m.j.JvmGcMonitorService] [node-1] [gc][881] overhead, spent [1.2s] collecting in the last [1.5s]]=],
      [[2024-11-26 10:15:01 WARN Long GC pause detected: 2500 ms]],
    }, expect = 4 },
    { "durations in brackets: harmless", log = {
      [=[2024-11-26T10:15:01.123+0000: 81.112: [GC (Allocation Failure) [PSYoungGen: 12K->0K(1024K)] 88K->44K(2048K), 0.0113450 secs]]=],
    }, expect = 0 },
  },
}
