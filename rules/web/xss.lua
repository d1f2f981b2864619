local access = regex.compile(access_line)
local SAID = [[(?i)\bcross[ -]site[ -]scripting\b|\bxss[ _-](?:attempt|attack|detected|probe|blocked|payload)\b]]

return rule {
  id          = "web.xss",
  title       = "Script injection attempt from {ip}",
  type        = "Security",
  severity    = "high",
  description = "Markup or a script in a request line (cross-site scripting), or a filter that says so.",
  tags        = { "attack.t1059.007", "attack.t1190" },

  any = {
    SAID,
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?: \S*)?(?:<|%3c|%253c)(?:%2f|/)?(?:script|img|svg|iframe|body|object)\b]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?: \S*)?(?:javascript:|javascript%3a|onerror(?:=|%3d)|onload(?:=|%3d)|onmouseover(?:=|%3d)|onfocus(?:=|%3d)|document\.cookie|alert(?:\(|%28))]],
  },
  none = { [[(?i)\b(?:xss|cross[ -]site[ -]scripting) (?:filter|protection) (?:loaded|enabled|ready|on)\b]] },
  match = function(event, found)   -- the first pattern is what a filter says: in an access log it is a client's, or a page about it
    return #found > 1 or found[1].pattern ~= SAID or not regex.find(access, event.raw)
  end,

  tests = {
    { "access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /find?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1" 200 91 "-" "-"]], expect = 1 },
    { "JSON", log = [[{"level":"warn","service":"waf","message":"XSS attempt in field comment","ip":"203.0.113.9"}]], expect = 1 },
    { "a script file", log = [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /static/script.js HTTP/1.1" 200 91 "-" "-"]], expect = 0 },
    { "protection", log = [[2024-11-26 10:15:02 INFO XSS filter enabled]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN xss probe]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /f?x=<iframe HTTP/1.1" 403 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /f?x=alert(1) HTTP/1.1" 403 91 "-" "-"]],
    }, expect = 3 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO cross-site scripting filter ready]],
    }, expect = 0 },
    { "a page about it: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /blog/xss-attack-explained HTTP/1.1" 200 91 "-" "-"]],
    }, expect = 0 },
    { "both: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /xss-attack?x=%3Cscript%3E HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 1 },
  },
}
