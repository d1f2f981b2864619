-- Names of events by which products say that a protection was switched off or loosened.
local OFF = {
  -- GitHub, GitLab
  "org.disable_two_factor_requirement", "org.disable_saml", "org.disable_oauth_app_restrictions", "business.disable_two_factor_requirement", "business.disable_saml",
  "protected_branch.destroy", "protected_branch.policy_override", "protected_branch.update_admin_enforced", "protected_branch.rejected_ref_update",
  "secret_scanning.disable", "secret_scanning_new_repos.disable", "repository_secret_scanning.disable", "repository_secret_scanning_push_protection.disable",
  "secret_scanning_push_protection.disable", "secret_scanning_push_protection.bypass", "dependabot_alerts.disable", "dependabot_alerts_new_repos.disable",
  "dependabot_security_updates.disable", "dependabot_security_updates_new_repos.disable", "repository_vulnerability_alerts.disable", "repository_vulnerability_alert.dismiss",
  "business_advanced_security.disabled", "org.advanced_security_disabled_on_all_repos", "repo.advanced_security_disabled", "ip_allow_list.disable", "ip_allow_list_entry.destroy",
  "audit_log_streaming.destroy", "hook.destroy",
  -- Okta, Auth0, OneLogin, Duo
  "system.mfa.factor.deactivate", "user.mfa.factor.deactivate", "user.mfa.factor.reset_all", "policy.lifecycle.deactivate", "policy.lifecycle.delete", "policy.rule.deactivate",
  "policy.rule.delete", "zone.deactivate", "zone.delete", "system.log_stream.lifecycle.deactivate", "system.log_stream.lifecycle.delete", "application.policy.sign_on.deny_access_off",
  "policy_delete", "bypass_create", "admin_2fa_disabled",
  -- Slack, Zoom, Box, Atlassian, Asana, Notion, MongoDB Atlas, Salesforce
  "ekm_unenrolled", "native_dlp_rule_deactivated", "barrier_deleted", "pref.two_factor_auth_changed", "pref.sso_setting_changed", "information_barrier_deleted",
  "workspace_require_app_approvals_disabled", "workspace_saml_disabled", "workspace_2fa_disabled", "ORG_TWO_FACTOR_AUTH_OPTIONAL", "ORG_TWO_FACTOR_AUTH_DISABLED",
  "ACCESS_LIST_ENTRY_REMOVED", "DATA_ENCRYPTION_DISABLED", "ENCRYPTION_AT_REST_DISABLED", "AUDIT_LOG_CONFIGURATION_DISABLED", "ALERT_CONFIG_DISABLED_AUDIT",
  -- Google Workspace
  "ALLOW_STRONG_AUTHENTICATION", "ENFORCE_STRONG_AUTHENTICATION_OFF", "2sv_disable", "titanium_unenroll", "TURN_OFF_2_STEP_VERIFICATION", "UNENROLL_USER_FROM_STRONG_AUTH",
  "ALERT_CENTER_DELETE_ALERT", "SYSTEM_DEFINED_RULE_UPDATED", "REMOVE_APPLICATION_FROM_WHITELIST",
  -- Databricks, Tines, Teleport, SentinelOne
  "deleteIpAccessList", "mfaDeleteKey", "ActionsDisabledChange", "cluster_networking_config.update",
}

return rule {
  id          = "cloud.control_weakened",
  title       = "{action}: a protection was switched off by {user_id}",
  type        = "Security",
  severity    = "high",
  description = "Audit logs of products and clouds: second factors, scanning, branch protection, policies, network limits or alarms were removed or loosened.",
  tags        = { "attack.t1562", "attack.defense_evasion" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = OFF },
    { name = OFF, ["id.applicationName"] = { exists = true } },                                      -- Google Workspace, flat
    { action = "Disable", category_type = { exists = true } },                                       -- Zoom
    { operation_detail = { re = [[(?i)(?:security|authentication|password|encrypt|passcode|waiting room|sign ?-?in).{0,160}: from On to Off]] } },
    { action = { re = [[(?i)^Microsoft\.(?:Insights/(?:diagnosticSettings|actionGroups|activityLogAlerts|metricAlerts)|Network/(?:networkSecurityGroups(?:/securityRules)?|firewallPolicies|azureFirewalls|networkWatchers|applicationGatewayWebApplicationFirewallPolicies|ddosProtectionPlans)|Authorization/(?:locks|policyAssignments)|Security/\w+|KeyVault/vaults|OperationalInsights/workspaces|EventHub/namespaces(?:/eventhubs|/authorizationRules)?|RecoveryServices/vaults\S*|Compute/restorePointCollections)/delete$|^Microsoft\.Security/alertsSuppressionRules/write$|^Microsoft\.KeyVault/locations/deletedVaults/purge/action$]] } },
    { operationName = { "Delete conditional access policy", "Disable Strong Authentication", "Delete policy", "Remove multi-factor authentication" } },
    { ["protoPayload.methodName"] = { re = [[(?i)(?:DeleteSink|DeleteLogBucket|DeleteLog$|DeleteExclusion|DeleteAlertPolicy|DeleteNotificationChannel|firewalls\.delete|dns\.managedZones\.delete|DestroyCryptoKeyVersion|inboundSsoProfileDeleted|securityPolicies\.delete)]] } },
  },
  unless = { { outcome = "failure" }, { status = { ge = 400 } }, { ["protoPayload.status.code"] = { exists = true } } },

  tests = {
    { "GitHub", log = [[{"action":"secret_scanning.disable","actor":"mia","repo":"shop/cart"}]], expect = { { user_id = "mia" } } },
    { "Google Workspace", log = [[{"name":"2sv_disable","id":{"applicationName":"user_accounts"},"actor":{"email":"mia@example.com"}}]], expect = { { user_id = "mia@example.com" } } },
    { "Zoom", log = [[{"action":"Disable","category_type":"User","operator":"mia@example.com"}]], expect = 1 },
    { "a setting of Zoom", log = [[{"action":"Update","category_type":"Account","operation_detail":"Security - Waiting room: from On to Off"}]], expect = 1 },
    { "Azure", log = [[{"operationName":"Microsoft.Network/networkSecurityGroups/delete","callerIpAddress":"203.0.113.9"}]], expect = { { ip = "203.0.113.9" } } },
    { "Entra", log = [[{"action":"x","operationName":"Delete conditional access policy"}]], expect = 1 },
    { "Google Cloud", log = [[{"protoPayload":{"methodName":"google.logging.v2.ConfigServiceV2.DeleteSink"}}]], expect = 1 },
    { "no protection", log = {
      [[{"action":"secret_scanning.enable","actor":"mia"}]],
      [[{"name":"2sv_enroll","id":{"applicationName":"user_accounts"}}]], [[{"name":"2sv_disable","price":12}]],
      [[{"action":"Update","category_type":"User"}]], [[{"action":"Disable","item":"newsletter"}]],
      [[{"action":"Update","category_type":"Account","operation_detail":"Recording: from On to Off"}]],
      [[{"operationName":"Microsoft.Network/networkSecurityGroups/write"}]], [[{"action":"x","operationName":"Add policy"}]],
      [[{"protoPayload":{"methodName":"google.logging.v2.ConfigServiceV2.ListSinks"}}]],
    }, expect = 0 },
    { "it failed", log = [[{"action":"secret_scanning.disable","actor":"mia","outcome":"failure"}]], expect = 0 },
    { "Google Cloud refused", log = [[{"protoPayload":{"methodName":"google.logging.v2.ConfigServiceV2.DeleteSink","status":{"code":7}}}]], expect = 0 },
    { "the status of an answer", log = {
      [[{"actionName":"deleteIpAccessList","response":{"statusCode":399}}]],
    }, expect = 1 },
    { "a refused one", log = {
      [[{"actionName":"deleteIpAccessList","response":{"statusCode":400}}]],
    }, expect = 0 },
  },
}
