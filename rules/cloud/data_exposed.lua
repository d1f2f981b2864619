local SHARED = {
  "repo.access", "repo.transfer", "repo.transfer_outgoing", "repo.transfer_start", "repo.publicized", "private_repository_forking.enable", "enterprise.config.enable_anonymous_git_access",
  "private_channel_converted_to_public", "external_shared_channel_connected", "file_public_link_created", "workspace_data_export_started", "manual_export_started", "corporate_exports_enabled",
  "shared_link_create", "shared_content_add_link_password_off", "shared_folder_change_members_policy", "external_sharing_create_report", "shared_link_change_visibility",
  "email_forwarding_out_of_domain", "change_document_visibility", "change_document_access_scope", "CUSTOMER_TAKEOUT_INITIATED", "DOWNLOAD_USERLIST_CSV", "DATA_EXPORTED", "workspace.exported",
  "workspace_export_started", "user.exported", "page.exported", "page.permissions.shared_to_public_role_added", "createRecipient", "downloadPreviewResults", "ITEM_SHARED_CREATE", "SHARED_LINK_CREATED",
  "team_folder_downgrade", "member_transfer_account_contents", "ReportEventStream", "CUSTOMER_DATA_EXPORT",
}

return rule {
  id          = "cloud.data_exposed",
  title       = "{action}: data was opened or taken out by {user_id}",
  type        = "Security",
  severity    = "medium",
  description = "Audit logs of products and clouds: something became public, was shared or forwarded outside, or was exported as a whole.",
  tags        = { "attack.t1567", "attack.t1114.003", "attack.exfiltration" },
  dedup       = { "service", "user_id", "action" },

  where = {
    { action = SHARED },
    { name = SHARED, ["id.applicationName"] = { exists = true } },
    { ["protoPayload.methodName"] = { re = [[(?i)(?:storage\.setIamPermissions|storage\.buckets\.update|firewalls\.(?:insert|patch)|\.setIamPolicy|SetIamPolicy)$]] },
      raw = { re = [["(?:allUsers|allAuthenticatedUsers|0\.0\.0\.0/0)"]] } },
    { operation = { "Set-Mailbox", "New-InboxRule", "Set-InboxRule", "New-TransportRule", "AnonymousLinkCreated", "AddedToSecureLink", "SharingInvitationCreated" },
      raw = { re = [[(?i)"(?:Forwarding(?:Smtp)?Address|ForwardTo|RedirectTo|ForwardAsAttachmentTo|BlindCopyTo)"|AnonymousLink|SecureLink|SharingInvitation]] } },
  },
  unless = { { outcome = "failure" }, { status = { ge = 400 } } },

  tests = {
    { "GitHub", log = [[{"action":"repo.access","actor":"mia","visibility":"public"}]], expect = { { user_id = "mia" } } },
    { "Google Workspace", log = [[{"name":"email_forwarding_out_of_domain","id":{"applicationName":"user_accounts"},"actor":{"email":"mia@example.com"}}]], expect = 1 },
    { "Google Cloud", log = [[{"protoPayload":{"methodName":"storage.setIamPermissions","x":{"member":"allUsers"}}}]], expect = 1 },
    { "Exchange", log = [[{"operation":"New-InboxRule","userid":"mia@example.com","parameters":[{"Name":"ForwardTo","Value":"a@b.example"}]}]], expect = 1 },
    { "none", log = {
      [[{"action":"repo.create","actor":"mia"}]],
      [[{"name":"DATA_EXPORTED","cost":1}]], [[{"name":"VIEW","id":{"applicationName":"drive"}}]],
      [[{"protoPayload":{"methodName":"storage.setIamPermissions","x":{"member":"user:mia@example.com"}}}]], [[{"protoPayload":{"methodName":"storage.buckets.get","x":["allUsers"]}}]],
      [[{"operation":"New-InboxRule","parameters":[{"Name":"MoveToFolder","Value":"News"}]}]], [[{"operation":"MailItemsAccessed","x":{"ForwardTo":1}}]],
    }, expect = 0 },
    { "it failed", log = [[{"action":"repo.access","actor":"mia","outcome":"failure"}]], expect = 0 },
    { "the status of an answer", log = {
      [[{"actionName":"createRecipient","response":{"statusCode":399}}]],
    }, expect = 1 },
    { "a refused one", log = {
      [[{"actionName":"createRecipient","response":{"statusCode":400}}]],
    }, expect = 0 },
  },
}
