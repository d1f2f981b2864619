local access = regex.compile(access_line)
local SAID = [[(?i)\bsql[ _-]?injection\b|\bsqli (?:attempt|attack|detected|probe)\b]]

return rule {
  id          = "web.sql_injection",
  title       = "SQL injection attempt from {ip}",
  type        = "Security",
  severity    = "high",
  description = "SQL in a request line, or a filter that says so. Statements in database logs are not meant.",
  tags        = { "attack.t1190", "attack.initial_access" },

  any = {
    SAID,
    [[(?i)\b(?:GET|POST|PUT|HEAD|DELETE|PATCH) /?\S*(?: \S*)?(?:union(?:%20|\+|/\*|%09)[\w%+*/]{0,40}select\b|information_schema|xp_cmdshell|(?:sleep|benchmark|pg_sleep|extractvalue|updatexml)(?:\(|%28))]],
    [[(?i)\b(?:GET|POST|PUT|HEAD|DELETE|PATCH) /?\S*(?: \S*)?(?:'|%27|%22)(?:%20|\+|\)|%29)*(?:or|and|having)(?:%20|\+|'|%27|\()+[\w'"%+]{0,40}(?:=|%3d|like|<|>|--)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD|DELETE|PATCH) /?\S*\d(?:%20|\+|/\*\*/|/\*)*?(?:%20or%20|%20and%20|\+or\+|\+and\+|\*/or/\*|\*/and/\*)(?:%20|\+|\*?/|/?\*\*/)*(?:\d{1,9}(?:=|%3d|<|>|%3c|%3e)|(?:\(|%28)(?:%20|\+)*select\b)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD|DELETE|PATCH) /?\S*(?: \S*)?(?:;|%3b)(?:%20|\+)*(?:drop|truncate|delete|insert|declare|select|exec)(?:%20|\+)]],
  },
  none = { [[(?i)\b(?:no|0) sql[ _-]?injections?\b|\bsql[ _-]?injection (?:filter|protection|rules?) (?:loaded|enabled|ready|updated)\b]] },
  match = function(event, found)   -- the first pattern is what a filter says: in an access log it is a client's, or a page about it
    return #found > 1 or found[1].pattern ~= SAID or not regex.find(access, event.raw)
  end,

  tests = {
    { "access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /items?id=1%27%20OR%201=1-- HTTP/1.1" 200 91 "-" "curl/8"]], expect = 1 },
    { "union", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /items?id=1+union+all+select+null,null HTTP/1.1" 404 9 "-" "-"]], expect = 1 },
    { "JSON", log = [[{"level":"warn","service":"waf","message":"SQL injection blocked in parameter id","ip":"203.0.113.9"}]],
      expect = { { ip = "203.0.113.9" } } },
    { "a statement", log = [[2024-11-26 10:15:02 UTC [9] STATEMENT:  SELECT id FROM a UNION ALL SELECT id FROM information_schema.tables]], expect = 0 },
    { "a shop", log = [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /unions/select?from=2024 HTTP/1.1" 200 91 "-" "curl/8"]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN sqli attempt]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /f?x=union%20select HTTP/1.1" 403 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /f?x=1'+or+1=1 HTTP/1.1" 403 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:04 +0000] "GET /f?x=1;drop%20table HTTP/1.1" 403 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:05 +0000] "GET /f?x=1');declare%20@q HTTP/1.1" 403 91 "-" "-"]],
    }, expect = 5 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO 0 sql injections, sql injection]],
    }, expect = 0 },
    { "a page about it: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /blog/sql-injection-explained HTTP/1.1" 200 91 "-" "-"]],
    }, expect = 0 },
    { "numbers: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /api/users/1%20OR%201=1 HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /item?id=1%20AND%20(SELECT%201%20FROM%20dual) HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 2 },
    { "numbers: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /search?q=catch+22+and+7+others HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /search?q=2+or+3+(select) HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 0 },
    { "both: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /sql-injection?x=1%20union%20select%201 HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 1 },
  },
}
