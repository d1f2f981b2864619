return rule {
  id          = "performance.cpu",
  title       = "CPU saturated",
  type        = "Performance",
  severity    = "medium",
  description = "CPU at 80 % or more (95 % high), throttled, or a load that the log calls high.",
  tags        = { "performance.cpu" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bcpu\b(?:[ _-]?(?:usage|used|utili[sz]ation|load|is|at|high|detected|now|percent))*["':= ]{1,4}(?:at |of |is )?(?P<percent>\d{1,3})(?:\.\d+)? ?%(?! ?(?:idle|free|available|left))]],
    [[(?i)\b(?:high|excessive|critical) (?:cpu|system load|load average)\b|\bcpu (?:usage|load|utili[sz]ation) (?:is |has )?(?:too high|high|above|over|exceed(?:s|ed))\b|\bcpu (?:starvation|saturat\w+|throttl(?:ed|ing detected))\b]],
    [[(?i)\bsoft lockup\b|\bthread starvation\b|\bclock leap detected\b]],
  },
  none  = { access_line, [[(?i)\bcpu (?:usage |load )?(?:is )?(?:back to normal|normal|recovered)\b|\bno cpu thrott]] },
  match = function(_, found)
    local percent = nil
    for _, hit in ipairs(found) do percent = percent or tonumber(hit.groups.percent) end
    if not percent then return true end
    return percent >= 95 and { severity = "high" } or percent >= 80
  end,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"search","message":"CPU usage at 97%"}]], expect = { { severity = "high" } } },
    { "text", log = [[2024-11-26 10:15:00 WARN high CPU load on db-1: 31.4]], expect = { { severity = "medium" } } },
    { "idle", log = [[2024-11-26 10:15:00 INFO CPU usage: 12%]], expect = 0 },
    { "recovered", log = [[2024-11-26 10:15:00 INFO CPU load back to normal]], expect = 0 },
    { "each severity", log = {
      [[2024-11-26 10:15:01 WARN CPU usage: 79%]],
      [[2024-11-26 10:15:02 WARN CPU usage: 80%]],
      [[2024-11-26 10:15:03 WARN CPU usage: 94%]],
      [[2024-11-26 10:15:04 WARN CPU usage: 95%]],
      [[2024-11-26 10:15:05 WARN soft lockup]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "medium" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "high CPU load on db-1: 31.4"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO high CPU is back? CPU load is normal]],
    }, expect = 0 },
    { "idle: found", log = {
      [[2024-11-26 10:15:01 WARN CPU usage exceeds the limit on web1]],
    }, expect = 1 },
    { "idle: harmless", log = {
      [[2024-11-26 10:15:01 INFO cpu is 95% idle]],
    }, expect = 0 },
  },
}
