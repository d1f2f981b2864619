return rule {
  id          = "performance.memory_pressure",
  title       = "Memory nearly used up",
  type        = "Performance",
  severity    = "medium",
  description = "Memory, heap or swap at 80 % or more (90 % high, 97 % critical), or memory pressure that the log names.",
  tags        = { "performance.memory" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:memory|heap|ram|swap|rss|old gen)\b(?:[ _-]?(?:usage|used|utili[sz]ation|consumption|is|at|in use|high|detected|now|limit|reached|exceeds|above|of|percent|space))*["':= ]{1,4}(?:at |of |is )?(?P<percent>\d{1,3})(?:\.\d+)? ?%(?! ?(?:idle|free|available|left|remaining))]],
    [[(?i)\b(?P<percent>\d{1,3})(?:\.\d+)? ?% (?:of )?(?:the )?(?:memory|heap|ram|swap)\b(?! [a-z]{2,30}s\b)]],
    [[(?i)\b(?:high|excessive|critical) (?:memory|heap|swap) (?:usage|use|consumption|pressure|utili[sz]ation)\b|\bmemory pressure\b|\b(?:memory|heap|swap|ram) (?:usage|used|use|consumption|utili[sz]ation) (?:is |has )?(?:too high|high|above|over|exceed(?:s|ed))\b|\bmemory quota (?:\w+ )?exceeded\b]],
    [[(?i)\bmemory leak (?:detected|suspected)\b|\blow (?:on )?memory\b|\bmemory (?:limit|threshold) (?:reached|exceeded)\b]],
    [[(?i)\bheap (?:is )?almost full\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:no|0) memory (?:leaks?|pressure)\b|\bmemory pressure (?:is )?(?:normal|cleared|ended|resolved)\b|\bmemory pressure (?:state|level)\s*[:=]\s*(?:0\b|normal)]],
    [[\bMemoryPressure(?:=| )False\b|(?i:\bevicted\b)|\bout of memory\b]],
  },
  match = function(_, found)
    local percent = nil
    for _, hit in ipairs(found) do percent = percent or tonumber(hit.groups.percent) end
    if not percent then return true end
    if percent >= 97 then return { severity = "critical" } end
    if percent >= 90 then return { severity = "high" } end
    return percent >= 80
  end,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"search","message":"High memory usage detected: 85%"}]],
      expect = { { severity = "medium", service = "search" } } },
    { "text", log = [[2024-11-26T10:15:00Z WARN heap usage at 92% of 4 GiB]], expect = { { severity = "high" } } },
    { "no figure", log = [[2024-11-26T10:15:00Z WARN memory pressure on node-3, shedding caches]], expect = 1 },
    { "half full", log = [[2024-11-26T10:15:00Z INFO memory usage at 47% of limit]], expect = 0 },
    { "over", log = [[2024-11-26T10:15:00Z INFO memory pressure cleared on node-3]], expect = 0 },
    { "each severity", log = {
      [[2024-11-26 10:15:01 WARN heap usage: 79%]],
      [[2024-11-26 10:15:02 WARN heap usage: 80%]],
      [[2024-11-26 10:15:03 WARN heap usage: 89%]],
      [[2024-11-26 10:15:04 WARN heap usage: 90%]],
      [[2024-11-26 10:15:05 WARN heap usage: 96%]],
      [[2024-11-26 10:15:06 WARN heap usage: 97%]],
      [[2024-11-26 10:15:07 WARN 91% of memory]],
      [[2024-11-26 10:15:08 WARN excessive memory consumption]],
      [[2024-11-26 10:15:09 WARN memory leak suspected]],
      [[2024-11-26 10:15:10 WARN heap is almost full]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "high" }, { severity = "critical" }, { severity = "high" }, { severity = "medium" }, { severity = "medium" }, { severity = "medium" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "heap usage at 92% of 4 GiB"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN memory pressure: pod was Evicted]],
      [[2024-11-26 10:15:02 INFO Thermal pressure state: 1 Memory pressure state: 0]],
    }, expect = 0 },
    { "said in words: found", log = {
      [[{"level":"warn","msg":"heap usage above threshold","used_percent":94}]],
      [[2024-11-26T10:15:01Z app[web.1]: Error R14 (Memory quota exceeded)]],
    }, expect = 2 },
    { "said in words: harmless", log = {
      [[2024-11-26 10:15:01 INFO memory 90% free]],
    }, expect = 0 },
    { "a share of something else: found", log = {
      [[2024-11-26 10:15:01 WARN 95% of the heap in use]],
    }, expect = 1 },
    { "a share of something else: harmless", log = {
      [[2024-11-26 10:15:01 INFO sampling 100% of memory events]],
    }, expect = 0 },
  },
}
