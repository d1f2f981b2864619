local MADE = {
  "system.api_token.create", "application.lifecycle.create", "app.oauth2.client.lifecycle.create", "app.oauth2.credentials.lifecycle.create", "user.session.impersonation.grant",
  "personal_access_token.create", "personal_access_token.access_granted", "oauth_access.create", "public_key.create", "deploy_key.create", "integration_installation.create",
  "integration.generate_client_secret", "org_credential_authorization.grant", "hook.create", "repo.register_self_hosted_runner", "org.register_self_hosted_runner",
  "bot_token_upgraded", "app_scopes_expanded", "app_resources_added", "app_resources_granted", "app_installed", "app_token_created", "service_account_created",
  "generateDbToken", "createStorageCredential", "getSecret", "generateTemporaryTableCredential", "generateTemporaryVolumeCredential", "generateTemporaryPathCredential", "mfaAddKey",
  "API_KEY_CREATED", "PERSONAL_API_KEY_CREATED", "API_KEY_ADDED", "api_key.created", "api_key.create", "service_account.created", "user_api_token_created", "user_token_created",
  "integration_skey_view", "integration_skey_bulk_view", "integration_create", "CreateServiceAccount", "CreateApiToken", "CreateAPIToken", "CREATE_ACCESS_TOKEN", "authorize_api_client_access",
  "personal_access_token_created", "workspace_api_token_created", "super_admin_generated_password", "AUTHORIZE_API_CLIENT_ACCESS",
}

return rule {
  id          = "cloud.credential_created",
  title       = "{action}: a key or token for {user_id}",
  type        = "Security",
  severity    = "medium",
  description = "Audit logs of products and clouds: an API token, key, service account, webhook or app that can act later was made or its secret was shown.",
  tags        = { "attack.t1098.001", "attack.t1528", "attack.persistence" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = MADE },
    { name = MADE, ["id.applicationName"] = { exists = true } },
    { operationName = { re = [[(?i)^Add service principal credentials|^Update application .{1,3} Certificates and secrets management|/(?:listKeys|regenerateKey|listAccountSas|listServiceSas)/action$|^Microsoft\.KeyVault/vaults/secrets/(?:getSecret|recover)/action$|^Microsoft\.Automation/automationAccounts/webhooks/(?:action|write)$]] } },
    { ["protoPayload.methodName"] = { re = [[(?i)(?:CreateServiceAccountKey|CreateServiceAccount|GenerateAccessToken|SignJwt|CreateHmacKey|CreateKey|WorkloadIdentityPools\.(?:Create|Update)\w+)$]] } },
  },
  unless = { { outcome = "failure" }, { status = { ge = 400 } }, { ["protoPayload.status.code"] = { exists = true } } },

  tests = {
    { "Okta", log = [[{"eventType":"system.api_token.create","actor":{"alternateId":"mia@example.com"},"client":{"ipAddress":"203.0.113.9"},"outcome":{"result":"SUCCESS"}}]],
      expect = { { user_id = "mia@example.com", ip = "203.0.113.9" } } },
    { "Google Workspace", log = [[{"name":"AUTHORIZE_API_CLIENT_ACCESS","id":{"applicationName":"admin"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Azure", log = [[{"action":"x","operationName":"Microsoft.Storage/storageAccounts/listKeys/action"}]], expect = 1 },
    { "Google Cloud", log = [[{"protoPayload":{"methodName":"google.iam.admin.v1.CreateServiceAccountKey"}}]], expect = 1 },
    { "none", log = {
      [[{"eventType":"system.api_token.revoke","actor":{"alternateId":"mia@example.com"}}]],
      [[{"name":"AUTHORIZE_API_CLIENT_ACCESS","price":12}]], [[{"name":"VIEW","id":{"applicationName":"admin"}}]],
      [[{"action":"x","operationName":"Microsoft.Storage/storageAccounts/read"}]], [[{"protoPayload":{"methodName":"google.iam.admin.v1.ListServiceAccountKeys"}}]],
    }, expect = 0 },
    { "it failed", log = [[{"eventType":"system.api_token.create","outcome":{"result":"FAILURE"},"actor":{"alternateId":"mia@example.com"}}]], expect = 0 },
    { "Google Cloud refused", log = [[{"protoPayload":{"methodName":"google.iam.admin.v1.CreateServiceAccountKey","status":{"code":7}}}]], expect = 0 },
    { "the status of an answer", log = {
      [[{"actionName":"generateDbToken","response":{"statusCode":399}}]],
    }, expect = 1 },
    { "a refused one", log = {
      [[{"actionName":"generateDbToken","response":{"statusCode":400}}]],
    }, expect = 0 },
  },
}
