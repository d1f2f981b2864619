local THREAT = {
  "security.threat.detected", "security.attack.start", "security.breached_credential.detected", "user.account.report_suspicious_activity_by_enduser", "user.risk.detect", "app.generic.unauth_app_access_attempt",
  "user.account.lock", "security.device.temporarily_disable_risk",
  "SUSPICIOUS_ACTIVITY_EVENT", "DEVICE_COMPROMISED_EVENT", "account_disabled_hijacked", "account_disabled_spamming", "account_disabled_spamming_through_relay", "account_disabled_password_leak",
  "account_disabled_generic", "suspicious_login", "suspicious_login_less_secure_app", "suspicious_programmatic_login", "gov_attack_warning", "risky_sensitive_action_blocked", "login_challenge_failed",
  "file_malicious_content_detected", "anomaly", "excessive_malware_uploads", "user_session_invalidated", "bulk_session_reset_by_admin",
  "ApiAnomalyEventStore", "CredentialStuffingEventStore", "ReportAnomalyEventStore", "SessionHijackingEventStore", "GuestUserAnomalyEventStore", "LoginAnomalyEventStore",
  "SHIELD_ALERT", "MALICIOUS_CONTENT", "CONTENT_ACCESS_ABNORMAL", "user_marked_fraud", "bypass_fraud", "user_logged_in_as_user",
  "user.session.impersonation.initiate", "IpAccessDenied", "ip_access_denied", "pwd_leak", "signup_pwd_leak", "limit_wc", "limit_mu", "limit_sul", "limit_ui", "ROOT_LOGIN",
}

return rule {
  id          = "cloud.threat_reported",
  title       = "{action}: {user_id} under attack, says the product",
  type        = "Security",
  severity    = "high",
  description = "Audit logs of products and clouds: the product itself reports an attack, a suspicious login, leaked credentials, malware or that somebody acts as somebody else.",
  tags        = { "attack.t1078", "attack.initial_access" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = THREAT },
    { name = THREAT, ["id.applicationName"] = { exists = true } },
    { ["data.type"] = THREAT, log_id = { exists = true } },                                  -- Auth0
    { ["event.kind"] = "alert" },
    { riskLevelDuringSignIn = { "medium", "high" } },
    { ["properties.riskLevelDuringSignIn"] = { "medium", "high" } },
    { ["securityContext.isThreatSuspected"] = true },
    { ["debugContext.debugData.threatSuspected"] = true },
  },

  tests = {
    { "Okta", log = [[{"eventType":"security.threat.detected","actor":{"alternateId":"mia@example.com"},"client":{"ipAddress":"203.0.113.9"}}]], expect = { { user_id = "mia@example.com", ip = "203.0.113.9" } } },
    { "Google Workspace", log = [[{"name":"gov_attack_warning","id":{"applicationName":"login"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Auth0", log = [[{"log_id":"9","data":{"type":"pwd_leak","ip":"203.0.113.9"}}]], expect = 1 },
    { "an alert", log = [[{"event":{"kind":"alert"},"rule":{"name":"x"}}]], expect = 1 },
    { "Entra", log = [[{"riskLevelDuringSignIn":"high"}]], expect = 1 },
    { "Entra through Azure", log = [[{"properties":{"riskLevelDuringSignIn":"medium"}}]], expect = 1 },
    { "Okta's guess", log = [[{"securityContext":{"isThreatSuspected":true}}]], expect = 1 },
    { "Okta's debug data", log = [[{"debugContext":{"debugData":{"threatSuspected":"true"}}}]], expect = 1 },
    { "no threat", log = {
      [[{"eventType":"user.session.end","securityContext":{"isThreatSuspected":false},"debugContext":{"debugData":{"threatSuspected":"false"}}}]],
      [[{"name":"login_success","id":{"applicationName":"login"}}]], [[{"name":"gov_attack_warning","film":true}]],
      [[{"log_id":"9","data":{"type":"s"}}]], [[{"data":{"type":"pwd_leak"}}]],
      [[{"event":{"kind":"state"}}]], [[{"riskLevelDuringSignIn":"none","properties":{"riskLevelDuringSignIn":"low"}}]],
    }, expect = 0 },
  },
}
