local CHANGED = {
  "user.lifecycle.create", "user.lifecycle.activate", "user.lifecycle.deactivate", "user.lifecycle.suspend", "user.lifecycle.unsuspend", "user.lifecycle.delete.initiated", "user.account.unlock",
  "user.account.update_password", "user.account.reset_password", "user.account.update_profile", "user.mfa.factor.activate", "user.mfa.factor.update", "group.user_membership.add", "group.user_membership.remove",
  "application.user_membership.add", "user.account.privilege.revoke",
  "org.add_member", "org.remove_member", "org.invite_member", "team.create", "team.destroy", "team.add_member", "team.remove_member", "team.add_repository", "repo.remove_member", "repo.create", "repo.destroy",
  "repo.archived", "user_created", "user_deactivated", "user_reactivated", "user_joined_workspace", "role_change_to_user", "role_change_to_guest", "user_session_reset_by_admin", "user_added_to_group",
  "CREATE_USER", "DELETE_USER", "SUSPEND_USER", "UNSUSPEND_USER", "CHANGE_PASSWORD", "CREATE_ROLE", "DELETE_ROLE", "CREATE_GROUP", "ADD_GROUP_MEMBER", "password_edit", "2sv_enroll", "recovery_email_edit",
  "Add user", "Delete user", "Update user", "Disable account", "Enable account", "Reset user password", "Change user password", "Add member to group", "Remove member from group",
  "createUser", "deleteUser", "createGroup", "removeGroup", "removePrincipalFromGroup", "removeAdmin", "revokeDbToken", "JOINED_ORG", "INVITED_TO_ORG", "REMOVED_FROM_ORG",
  "user_create", "user_update", "user_delete", "user_invited", "user_removed", "member_add", "member_change_status", "NEW_USER", "DELETE_USER_ACCOUNT", "invite.sent", "invite.accepted", "user.added", "user.deleted", "user.updated",
}

return rule {
  id          = "cloud.account_change",
  title       = "{action} by {user_id}",
  type        = "UserActivity",
  severity    = "low",
  description = "Audit logs of products and clouds: users, groups, teams and repositories came, went or changed.",
  tags        = { "activity.account", "attack.t1136.003" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = CHANGED },
    { name = CHANGED, ["id.applicationName"] = { exists = true } },
    { ["data.type"] = { "ss", "sce", "scp", "scpr", "du", "ublkdu" }, log_id = { exists = true } },
  },
  none = { [[(?i)(?<![a-z])(?:user|account|customer)[ _.-](?:\S{1,60} )?(?:was |has been |is )?(?:created|registered|deleted|removed|disabled|enabled|deactivated|activated|suspended|unlocked)(?![a-z])]] },    -- activity.account_change

  tests = {
    { "Okta", log = [[{"eventType":"user.lifecycle.create","actor":{"alternateId":"mia@example.com"}}]], expect = { { user_id = "mia@example.com" } } },
    { "Google Workspace", log = [[{"name":"CREATE_USER","id":{"applicationName":"admin"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Auth0", log = [[{"log_id":"9","data":{"type":"scp"}}]], expect = 1 },
    { "no change", log = {
      [[{"eventType":"user.session.start","actor":{"alternateId":"mia@example.com"}}]], [[{"name":"CREATE_USER","demo":1}]], [[{"name":"VIEW","id":{"applicationName":"admin"}}]],
      [[{"log_id":"9","data":{"type":"s"}}]], [[{"data":{"type":"scp"}}]],
    }, expect = 0 },
    { "the text says it", log = [[{"action":"user_create","message":"user mia was created"}]], expect = 0 },
  },
}
