local access = regex.compile(access_line)
local SAID = [[(?i)\b(?:path|directory)[ _-]traversal\b]]

return rule {
  id          = "web.path_traversal",
  title       = "Path traversal attempt from {ip}",
  type        = "Security",
  severity    = "high",
  description = "A request that climbs out of the web root or asks for system files.",
  tags        = { "attack.t1083", "attack.t1190" },

  any = {
    SAID,
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?: \S*)?(?:=\.\./|\.\./\.\./|\.\.%2f|%2e%2e(?:/|%2f|%5c)|\.\.\\|%252e%252e|/\.%2e/|%c0%ae|\.\.%c[01]%(?:af|9c|1c))]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:/etc/(?:passwd|shadow|hosts)\b|/proc/self/|win\.ini\b|boot\.ini\b)]],
  },
  none = { [[(?i)\b(?:path|directory)[ _-]traversal (?:check|protection|test) (?:passed|enabled|ok)\b]] },
  match = function(event, found)   -- the first pattern is what a filter says: in an access log it is a client's, or a page about it
    return #found > 1 or found[1].pattern ~= SAID or not regex.find(access, event.raw)
  end,

  tests = {
    { "access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /files?f=../../../../etc/passwd HTTP/1.1" 403 91 "-" "-"]], expect = 1 },
    { "JSON", log = [[{"level":"warn","service":"files","message":"path traversal rejected","path":"/f/..%2f..%2fkey","ip":"203.0.113.9"}]], expect = 1 },
    { "a build", log = [[2024-11-26 10:15:02 INFO GET /docs/v1..v2/diff done, base ../../srv]], expect = 0 },
    { "checked", log = [[2024-11-26 10:15:02 INFO path traversal check passed]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN directory traversal]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /f?x=../../a HTTP/1.1" 403 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /f?x=/etc/shadow HTTP/1.1" 403 91 "-" "-"]],
    }, expect = 3 },
    { "a page about it: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /blog/path-traversal HTTP/1.1" 200 91 "-" "-"]],
    }, expect = 0 },
    { "both: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /path-traversal?x=../../a HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 1 },
    { "overlong: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /..%c0%af..%c0%afetc/x HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 1 },
    { "overlong: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /a%c3%afb HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 0 },
  },
}
