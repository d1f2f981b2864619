return rule {
  id          = "security.mesh_denied",
  title       = "Service mesh refused a request: {reason}",
  type        = "Security",
  severity    = "medium",
  description = "Envoy turned a request away: its token, the access policy or the external authorization said no.",
  tags        = { "attack.t1078" },
  dedup       = { "service", "route", "reason" },

  any = {
    -- The first quoted text of the line is the request; what follows it is Envoy's.
    [[\A[^"\n]*"[^"\n]* HTTP/[\d.]{1,3}" 40[13] \S+ (?P<reason>(?:jwt_authn|rbac|ext_authz)_\w{1,60})]],
    [["response_code_details" ?: ?"(?P<reason>(?:jwt_authn|rbac|ext_authz)_\w{1,60})]],
  },

  tests = {
    { "token", log = [=[[2024-11-26T10:15:02.123Z] "GET /pay HTTP/1.1" 401 - jwt_authn_access_denied{Jwt_is_expired} - "-" 0 91 0 - "-" "curl/8" "rq-1" "pay:8080" "-"]=],
      expect = { { reason = "jwt_authn_access_denied", status = 401 } } },
    { "policy, as JSON", log = [[{"path":"/pay","response_code":403,"response_code_details":"rbac_access_denied_matched_policy[none]","user_agent":"curl/8"}]],
      expect = { { reason = "rbac_access_denied_matched_policy" } } },
    { "served", log = [=[[2024-11-26T10:15:02.123Z] "GET /pay HTTP/1.1" 200 - via_upstream - "-" 0 91 5 4 "-" "rbac_access_denied" "rq-1" "pay:8080" "192.0.2.4:8080"]=], expect = 0 },
    { "what a client said in an access log", log = {
      [=[[2024-11-26T10:15:02.123Z] "GET /pay HTTP/1.1" 200 - via_upstream - "-" 0 91 5 4 "-" "GET / HTTP/1.1" 403 - rbac_access_denied" "rq-1" "pay:8080" "192.0.2.4:8080"]=],
      [[{"path":"/pay","response_code":200,"user_agent":"\"response_code_details\":\"rbac_access_denied\""}]],
    }, expect = 0 },
  },
}
