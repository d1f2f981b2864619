return rule {
  id          = "cloud.google_denied",
  title       = "Google Cloud refused {action}",
  type        = "Security",
  severity    = "medium",
  description = "An audit record of Google Cloud whose status is PERMISSION_DENIED (7) or UNAUTHENTICATED (16).",
  tags        = { "attack.t1078.004", "attack.discovery" },
  dedup       = { "user_id", "ip" },

  where = { ["protoPayload.status.code"] = { 7, 16 } },
  none  = { [[(?i)\bpermission[ _-]?denied\b|\bdoes not have\b]] },    -- security.access_denied

  tests = {
    { "refused", log = [[{"protoPayload":{"methodName":"storage.objects.get","status":{"code":7},"authenticationInfo":{"principalEmail":"mia@example.com"}}}]],
      expect = { { user_id = "mia@example.com" } } },
    { "another error", log = [[{"protoPayload":{"methodName":"storage.objects.get","status":{"code":5}}}]], expect = 0 },
    { "the text says it", log = [[{"protoPayload":{"methodName":"storage.objects.get","status":{"code":7,"message":"PERMISSION_DENIED"}}}]], expect = 0 },
  },
}
