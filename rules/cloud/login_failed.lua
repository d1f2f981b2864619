return rule {
  id          = "cloud.login_failed",
  title       = "Login of {user_id} failed",
  type        = "Security",
  severity    = "medium",
  description = "Sign-in logs of identity providers and services (Entra, Google, Auth0, 1Password, Snowflake, Duo, Salesforce, Zoom, Teleport, Databricks) whose fields say that it failed.",
  tags        = { "attack.t1110", "attack.credential_access" },
  dedup       = { "service", "user_id", "ip" },

  where = {
    { operationName = { "Sign-in activity", "SignInLogs" }, resultType = { re = [[^[1-9]\d*$]] } },
    { ["$.Operation|$.operation"] = { "UserLoginFailed", "UserLoginDenied" } },
    { type = { "LOGIN_ERROR", "CODE_TO_TOKEN_ERROR", "CLIENT_LOGIN_ERROR", "IDENTITY_PROVIDER_LOGIN_ERROR" }, realmId = { exists = true } },    -- Keycloak
    { name = { "login_failure", "login_blocked" }, ["id.applicationName"] = { exists = true } },
    { ["data.type"] = { "f", "fp", "fu", "fc", "fco", "fcoa", "fens", "feccft", "ferrt", "fsa", "gd_auth_failed" }, ["data.client_id"] = { exists = true } },
    { category = { "credentials_failed", "mfa_failed", "modified_version_failed", "firewall_failed", "sso_failed" }, target_user = { exists = true } },
    { event_type_id = 6, user_name = { exists = true } },                                    -- OneLogin
    { EVENT_TYPE = "LOGIN", IS_SUCCESS = "NO" },
    { ["access_device.ip"] = { exists = true }, result = { "denied", "fraud", "failure" } },
    { event_type = { "FAILED_LOGIN", "LOGIN_FAILED", "user_login_failed", "login_fail", "user.login_failed", "login.failed", "USER_LOGIN_FAILED", "AUTHENTICATION_FAILED" } },
    { event = { "auth", "user.login", "session.start" }, code = { suffix = "W" }, success = false },
    { actionName = { "login", "samlLogin", "jwtLogin", "tokenLogin", "aadBrowserLogin", "oidcBrowserLogin" }, ["response.statusCode"] = { ge = 400 } },
    { ["outcome.result"] = { "FAILURE", "DENY" }, eventType = "policy.evaluate_sign_on" },
  },
  none = { [[(?i)(?:fail(?:ed|ure)|denied|reject|unsuccessful|invalid|incorrect|wrong|unauthori[sz]ed) ]], [[(?i)\bfail(?:ed|ure)\Z]] },    -- security.auth_failure and access_denied read it in the text

  tests = {
    { "Entra", log = [[{"operationName":"Sign-in activity","resultType":"50126","callerIpAddress":"203.0.113.9","properties":{"userPrincipalName":"mia@example.com"}}]],
      expect = { { user_id = "mia@example.com", ip = "203.0.113.9" } } },
    { "Microsoft 365", log = [[{"operation":"UserLoginFailed","UserId":"mia@example.com","ClientIP":"203.0.113.9"}]], expect = 1 },
    { "Google Workspace", log = [[{"name":"login_failure","id":{"applicationName":"login"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Auth0", log = [[{"log_id":"9","data":{"type":"fp","client_id":"x","ip":"203.0.113.9","user_name":"mia"}}]], expect = 1 },
    { "1Password", log = [[{"category":"mfa_failed","type":"totp","target_user":{"email":"mia@example.com"},"client":{"ip_address":"203.0.113.9"}}]], expect = 1 },
    { "OneLogin", log = [[{"event_type_id":6,"user_name":"mia","ipaddr":"203.0.113.9"}]], expect = { { user_id = "mia", ip = "203.0.113.9" } } },
    { "Snowflake", log = [[{"EVENT_TYPE":"LOGIN","IS_SUCCESS":"NO","USER_NAME":"MIA","CLIENT_IP":"203.0.113.9"}]], expect = { { user_id = "MIA" } } },
    { "Duo", log = [[{"access_device":{"ip":"203.0.113.9"},"result":"denied","user":{"name":"mia"}}]], expect = 1 },
    { "others by their type", log = [[{"event_type":"FAILED_LOGIN","login":"mia"}]], expect = 1 },
    { "Teleport", log = [[{"event":"auth","code":"T3007W","success":false,"user":"mia"}]], expect = 1 },
    { "Databricks", log = [[{"serviceName":"accounts","actionName":"samlLogin","response":{"statusCode":400},"userIdentity":{"email":"mia@example.com"}}]], expect = 1 },
    { "Okta's policy", log = [[{"eventType":"policy.evaluate_sign_on","outcome":{"result":"DENY"},"actor":{"alternateId":"mia@example.com"}}]], expect = 1 },
    { "no failed login", log = {
      [[{"operationName":"Sign-in activity","resultType":"0"}]], [[{"operationName":"Add user","resultType":"50126"}]],
      [[{"operation":"UserLoggedIn"}]], [[{"name":"login_success","id":{"applicationName":"login"}}]], [[{"name":"login_failure","song":"x"}]],
      [[{"data":{"type":"s","client_id":"x"}}]], [[{"data":{"type":"f"}}]],
      [[{"category":"success","target_user":{"email":"mia@example.com"}}]], [[{"category":"mfa_failed"}]],
      [[{"EVENT_TYPE":"LOGIN","IS_SUCCESS":"YES"}]], [[{"EVENT_TYPE":"EXPORT","IS_SUCCESS":"NO"}]],
      [[{"access_device":{"ip":"192.0.2.7"},"result":"success"}]], [[{"result":"denied","loan":7}]],
      [[{"event_type_id":5,"user_name":"mia"}]], [[{"event_type_id":6,"order":7}]],
      [[{"event_type":"LOGIN"}]], [[{"event":"auth","code":"T3007I","success":false}]], [[{"event":"auth","code":"T3007W","success":true}]], [[{"event":"scp","code":"T3007W","success":false}]],
      [[{"actionName":"samlLogin","response":{"statusCode":399}}]], [[{"actionName":"getShare","response":{"statusCode":404}}]],
      [[{"eventType":"policy.evaluate_sign_on","outcome":{"result":"ALLOW"}}]], [[{"eventType":"policy.rule.update","outcome":{"result":"DENY"}}]],
    }, expect = 0 },
    { "the text says it", log = {
      [[{"operation":"UserLoginFailed","message":"invalid password for mia"}]], [[{"operation":"UserLoginFailed","message":"login failed"}]],
    }, expect = 0 },
    { "spelt otherwise: found", log = {
      [[{"Operation":"UserLoginFailed","Workload":"AzureActiveDirectory","UserId":"mia@shop.example"}]],
      [[{"type":"LOGIN_ERROR","realmId":"shop","clientId":"web","ipAddress":"203.0.113.9","error":"user_not_found"}]],
    }, expect = 2 },
    { "spelt otherwise: harmless", log = {
      [[{"type":"LOGIN","realmId":"shop"}]],
      [[{"type":"LOGIN_ERROR","page":"help"}]],
    }, expect = 0 },
  },
}
