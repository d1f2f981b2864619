-- What an attack looks like in a path, query or URL of a structured record.
local ATTACK = [[(?i)union(?:%20|\+|\s)+(?:all(?:%20|\+|\s)+)?select]]
  .. [[|(?:'|%27)(?:%20|\+|\s)*(?:or|and)(?:%20|\+|\s)]]
  .. [[|(?:<|%3c)(?:script|svg|img)|jndi:]]
  .. [[|\.\./|\.\.%2f|%2e%2e|/etc/passwd|/\.env\b|/\.git/|/wp-login\.php]]

return rule {
  id          = "web.attack_in_path",
  title       = "Attack in a request: {path}",
  type        = "Security",
  severity    = "high",
  description = "The same attacks as the other web rules, in the path, query or agent of a structured (JSON) request record.",
  tags        = { "attack.t1190" },

  where = {
    { path = { re = ATTACK } },
    { query = { re = ATTACK } },
    { ["$.uri|$.url|$.request_uri|$.requestUri|$.http.url|$.req.url"] = { re = ATTACK } },    -- `path` ends before the query
    { user_agent = { re = [[(?i)\b(?:sqlmap|nikto|nuclei|masscan|zgrab|wpscan|gobuster)\b|jndi:]] } },
  },
  none = {   -- a text record: the other web rules read its request line
    [[\b(?:GET|POST|PUT|HEAD|DELETE|PATCH|OPTIONS) ]],
    [[(?i)\bsql[ _-]?injection\b|\bxss\b|\bcross[ -]site\b|\btraversal\b|jndi:]],
  },

  tests = {
    { "path", log = [[{"service":"web","message":"request done","path":"/files/../../etc/passwd","status":404,"ip":"203.0.113.9"}]],
      expect = { { ip = "203.0.113.9" } } },
    { "agent", log = [[{"service":"web","message":"request done","path":"/","user_agent":"sqlmap/1.8","ip":"203.0.113.9"}]], expect = 1 },
    { "a file name", log = [[{"service":"web","message":"request done","path":"/unions/select-committee.html","status":200}]], expect = 0 },
    { "text", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /.env HTTP/1.1" 404 91 "-" "curl/8"]], expect = 0 },
    { "each form", log = {
      [[{"url":"/a/.env","status":404}]],
      [[{"query":"id=1%27 or 1=1","status":200}]],
    }, expect = 2 },
    { "each exception", log = {
      [[{"path":"/.env","message":"xss"}]],
    }, expect = 0 },
    { "a whole address: found", log = {
      [[{"method":"GET","uri":"/files?name=..%2f..%2fetc%2fpasswd","status":400}]],
    }, expect = 1 },
    { "a whole address: harmless", log = {
      [[{"method":"GET","uri":"/files?name=a.pdf","status":400}]],
    }, expect = 0 },
  },
}
