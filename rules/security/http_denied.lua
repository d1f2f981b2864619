-- Words that name another rule. In an access log they are a client's, and that rule does not read them.
local named = [[\A(?!]] .. access_line .. [[)(?s:.*?)(?:]] .. table.concat({
  [=[(?i:\b(?:access|permission|authori[sz]ation)[ _-](?:was |is )?(?:denied|refused)|\bforbidden\b|\b(?:un|not )authori[sz]ed\b|\binsufficient[ _])]=],
  [[(?i:(?:log-?in|sign-?in|(?<![a-z])auth\w*|password|credentials?|token|session|signature|jwt|api[ _-]?key)[ _.:-](?:\S{1,40} ){0,4}(?:fail|denied|invalid|incorrect|wrong|expired|revoked|reject|unsuccessful))]],
  [[(?i:(?:fail(?:ed|ure)|invalid|incorrect|wrong|expired|revoked|bad|unsuccessful)[ _-](?:to )?(?:\w+ )?(?:log-?in|sign-?in|auth\w*|password|credentials?|user|token|session|signature|jwt|api[ _-]?key))]],
  [[(?i:\bbrute[ _-]?force|\bsuspicious\b|\bhigh[ -]risk\b)]],
}, "|") .. ")"

return rule {
  id          = "security.http_denied",
  title       = "Request refused: HTTP {status}",
  type        = "Security",
  severity    = "medium",
  description = "A request was refused with 401, 403 or 407. Every record is looked at: a status has no literal to search for.",
  tags        = { "attack.t1078" },

  where  = { status = { 401, 403, 407 } },
  unless = { ["responseStatus.code"] = { exists = true } },    -- security.kubernetes_denied
  none   = {
    named,
    -- the text names it: security.auth_failure, access_denied, invalid_token, brute_force, web.*
    [[\A[^"\n]*"[^"\n]* HTTP/[\d.]{1,3}" 40[13] \S+ (?:jwt_authn|rbac|ext_authz)_]],    -- security.mesh_denied
    [["response_code_details" ?: ?"(?:jwt_authn|rbac|ext_authz)_]],
    [[(?i)(?:union(?:\s|%20|\+)+(?:all(?:\s|%20|\+)+)?select|%3cscript|<script|\.\./|%2e%2e|/\.(?:env|git|ht|aws|ssh)|/etc/passwd|/wp-login|jndi:)]],
  },

  tests = {
    { "JSON access record", log = [[{"service":"web","message":"request done","path":"/admin","status":403,"client_ip":"203.0.113.9"}]],
      expect = { { status = 403, ip = "203.0.113.9" } } },
    { "access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "POST /api/login HTTP/1.1" 401 91 "-" "curl/8.5.0"]],
      expect = { { status = 401 } } },
    { "served", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /401 HTTP/1.1" 200 403 "-" "curl/8.5.0"]], expect = 0 },
    { "named by the mesh", log = {
      [=[[2024-11-26T10:15:02.123Z] "GET /pay HTTP/1.1" 403 - rbac_access_denied - "-" 0 91 0 - "-" "curl/8" "rq-1" "pay:8080" "-"]=],
      [[{"path":"/pay","response_code":403,"response_code_details":"rbac_access_denied_matched_policy[none]"}]],
    }, expect = 0 },
    { "a client that names another rule", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /forbidden HTTP/1.1" 403 91 "-" "access denied"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /login-denied HTTP/1.1" 403 91 "-" "token expired"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:04 +0000] "GET /a HTTP/1.1" 401 91 "-" "wrong password"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:05 +0000] "GET /a HTTP/1.1" 401 91 "-" "suspicious"]],
    }, expect = 4 },
    { "the text says it", log = [[{"message":"Unauthorized","path":"/admin","status":401}]], expect = 0 },
    { "each form", log = {
      [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /expired-offers HTTP/1.1" 403 91 "-" "curl/8.5.0"]],
      [[{"status":401,"path":"/api/items","message":"request 17 done"}]],
    }, expect = 2 },
    { "each exception", log = {
      [[{"status":403,"path":"/.git/config"}]],
      [[{"status":403,"responseStatus":{"code":403}}]],
      [[{"status":401,"message":"token of mia expired"}]],
      [[{"status":401,"message":"wrong password"}]],
      [[{"status":401,"message":"brute force"}]],
      [[{"status":403,"message":"forbidden"}]],
    }, expect = 0 },
  },
}
