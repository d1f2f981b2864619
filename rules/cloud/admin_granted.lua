local GRANTED = {
  "user.account.privilege.grant", "group.privilege.grant", "group.user_membership.add_admin", "iam.resourceset.bindings.add", "iam.role.create",
  "org.update_member", "business.add_admin", "org.add_outside_collaborator", "repo.add_member", "team.promote_maintainer", "org.integration_manager_added",
  "role_change_to_admin", "role_change_to_owner", "owner_transferred", "service_owner_transferred", "permissions_assigned", "role_assigned",
  "setAdmin", "setAccountAdmin", "changeAccountOwner", "addPrincipalToGroup", "USER_ROLES_CHANGED_AUDIT", "USER_ROLES_CHANGED", "ORG_USER_ROLE_CHANGED",
  "role.assignment.created", "role.bound_to_resource", "user.assigned_admin", "ASSIGN_ROLE", "GRANT_ADMIN_PRIVILEGE", "GRANT_DELEGATED_ADMIN_PRIVILEGES",
  "workspace_role_changed", "user_workspace_admin_role_changed", "team_member_change_admin_role", "member_change_admin_role", "user_granted_admin", "user_granted_role",
  "admin_create", "admin_update", "admin_activate_sms", "user_role_updated", "workspace.member.role_updated", "admin_role_granted",
  "User has elevated their access to User Access Administrator for their Azure Resources", "Add member to role", "Add eligible member to role",
  "Add member to role in PIM completed (permanent)", "Add owner to application", "Add owner to service principal", "Add app role assignment to service principal", "Consent to application",
  "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleDefinitions/write", "Microsoft.Authorization/elevateAccess/action", "Add-MailboxPermission", "New-ManagementRoleAssignment",
}

return rule {
  id          = "cloud.admin_granted",
  title       = "{action}: rights were given by {user_id}",
  type        = "Security",
  severity    = "high",
  description = "Audit logs of products and clouds: somebody became administrator or owner, or an identity got a role, policy or consent.",
  tags        = { "attack.t1098.003", "attack.t1078.004", "attack.privilege_escalation" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = GRANTED },
    { name = GRANTED, ["id.applicationName"] = { exists = true } },
    { ["protoPayload.methodName"] = { re = [[(?i)(?:\bSetIamPolicy|setIamPermissions|iam\.admin\.v1\.(?:CreateRole|UpdateRole)|addGroupMember|inboundSsoProfile(?:Created|Updated))$]] },
      raw = { re = [["action": ?"ADD"|CreateRole|UpdateRole|addGroupMember|SsoProfile]] } },
  },
  unless = { { outcome = "failure" }, { status = { ge = 400 } }, { ["protoPayload.status.code"] = { exists = true } } },

  tests = {
    { "Okta", log = [[{"eventType":"user.account.privilege.grant","actor":{"alternateId":"mia@example.com"},"outcome":{"result":"SUCCESS"}}]], expect = { { user_id = "mia@example.com" } } },
    { "Google Workspace", log = [[{"name":"ASSIGN_ROLE","id":{"applicationName":"admin"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Google Cloud", log = [[{"protoPayload":{"methodName":"SetIamPolicy","serviceData":{"policyDelta":{"bindingDeltas":[{"action":"ADD","role":"roles/owner"}]}}}}]], expect = 1 },
    { "none", log = {
      [[{"eventType":"user.account.privilege.revoke","actor":{"alternateId":"mia@example.com"}}]],
      [[{"name":"ASSIGN_ROLE","play":"Hamlet"}]], [[{"name":"VIEW_ROLE","id":{"applicationName":"admin"}}]],
      [[{"protoPayload":{"methodName":"SetIamPolicy","serviceData":{"policyDelta":{"bindingDeltas":[{"action":"REMOVE"}]}}}}]],
      [[{"protoPayload":{"methodName":"GetIamPolicy","x":{"action":"ADD"}}}]],
    }, expect = 0 },
    { "it failed", log = [[{"eventType":"user.account.privilege.grant","outcome":{"result":"FAILURE"}}]], expect = 0 },
    { "Google Cloud refused", log = [[{"protoPayload":{"methodName":"SetIamPolicy","serviceData":{"action":"ADD"},"status":{"code":7}}}]], expect = 0 },
    { "the status of an answer", log = {
      [[{"actionName":"setAdmin","response":{"statusCode":399}}]],
    }, expect = 1 },
    { "a refused one", log = {
      [[{"actionName":"setAdmin","response":{"statusCode":400}}]],
    }, expect = 0 },
  },
}
