return rule {
  id          = "performance.disk_space",
  title       = "Disk space low",
  type        = "Performance",
  severity    = "medium",
  description = "A disk at 80 % or more (95 % high), or space that the log calls low; full is errors.disk_full.",
  tags        = { "performance.disk" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:disk|volume|file ?system|partition|storage|inodes?)\b(?: (?:space|usage|used|utili[sz]ation|is|at|now|on|/\S{0,60}|full))*[:= ]{1,3}(?:at |of |is )?(?P<percent>\d{1,3})(?:\.\d+)? ?%(?! (?:free|available|left))]],
    [[\b(?:space|inode) usage (?P<percent>\d{1,3})(?:\.\d+)?% matches resource limit\b]],    -- Monit
    [[(?i)\b(?:low|insufficient|running out of|critically low) (?:on )?(?:disk(?: space)?|storage space|free space|inodes)\b]],
    [[(?i)\bdisk space ?(?:is )?(?:\w+ )?low\b|\b(?:less than|only) \d{1,2}(?:\.\d+)? ?% (?:disk space |space )?(?:is )?(?:free|available|left)\b|\bdisk watermark \[[^\]\n]{1,20}\] exceeded\b]],
    [[(?i)\b(?:high|excessive) (?:disk|io|i/o) (?:usage|latency|wait|utili[sz]ation)\b|\bblocked for more than \d+ seconds\b]],
  },
  none  = { access_line, [[(?i)\bno space left\b|\bENOSPC\b|\bdisk space (?:is )?(?:ok|sufficient)\b]] },
  match = function(_, found)
    local percent = nil
    for _, hit in ipairs(found) do percent = percent or tonumber(hit.groups.percent) end
    if not percent then return true end
    return percent >= 95 and { severity = "high" } or percent >= 80
  end,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"db","message":"Disk space low on /var/lib: 6% left"}]], expect = 1 },
    { "text", log = [[2024-11-26 10:15:00 WARN disk usage at 96% on /data]], expect = { { severity = "high" } } },
    { "Monit", log = [=[[2024-11-26T10:15:00+0000] warning  : 'rootfs' space usage 95.2% matches resource limit [space usage > 90.0%]]=],
      expect = { { severity = "high" } } },
    { "plenty", log = [[2024-11-26 10:15:00 INFO disk usage: 41%]], expect = 0 },
    { "free, not used", log = [[2024-11-26 10:15:00 INFO volume /data 88% free]], expect = 0 },
    { "each severity", log = {
      [[2024-11-26 10:15:01 WARN disk usage: 79%]],
      [[2024-11-26 10:15:02 WARN disk usage: 80%]],
      [[2024-11-26 10:15:03 WARN disk usage: 94%]],
      [[2024-11-26 10:15:04 WARN disk usage: 95%]],
      [[2024-11-26 10:15:05 WARN running out of inodes]],
      [[2024-11-26 10:15:06 WARN excessive io wait]],
      [[2024-11-26 10:15:07 WARN disk space low]],
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" }, { severity = "medium" }, { severity = "medium" }, { severity = "medium" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "disk usage at 96% on /data"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN low on disk space: no space left]],
    }, expect = 0 },
    { "what is left: found", log = {
      [[2024-11-26 10:15:01 WARN DiskSpaceLow on db1: / has less than 5% free]],
      [=[2024-11-26 10:15:01 WARN high disk watermark [90%] exceeded on [q1][node-1][/data] free: 4gb[8.1%]]=],
    }, expect = 2 },
    { "what is left: harmless", log = {
      [[2024-11-26 10:15:01 INFO disk /var: 91% free]],
    }, expect = 0 },
  },
}
