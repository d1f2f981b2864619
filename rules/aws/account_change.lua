return rule {
  id          = "aws.account_change",
  title       = "AWS: {eventName} by {user_id}",
  type        = "UserActivity",
  severity    = "medium",
  description = "Users, keys, passwords, roles and policies of an account were changed (CIS).",
  tags        = { "activity.account", "attack.t1098", "attack.t1136.003" },
  dedup       = { "user_id", "action" },

  where = {
    eventSource = { "iam.amazonaws.com", "organizations.amazonaws.com", "sso.amazonaws.com", "sso-directory.amazonaws.com" },
    eventName   = { re = [[^(?:Create|Delete|Update|Put|Attach|Detach|Add|Remove|Set|Upload|Enable|Change|Provision|Invite|Accept)(?:AccessKey|LoginProfile|User|Group|Role|Policy|ServiceSpecificCredential|SSHPublicKey|SigningCertificate|MFADevice|AssumeRolePolicy|AccountAlias|DefaultPolicyVersion|InstanceProfile|SAMLProvider|OpenIDConnect|Password|Account|ServiceLinkedRole|VirtualMFADevice|PermissionSet|Organization|Handshake|Member)]] },
  },
  unless = { errorCode = { exists = true } },

  tests = {
    { "a key", log = [[{"eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","userIdentity":{"userName":"mia"}}]], expect = { { user_id = "mia" } } },
    { "only looked at", log = [[{"eventSource":"iam.amazonaws.com","eventName":"GetUser","userIdentity":{"userName":"mia"}}]], expect = 0 },
    { "of another service", log = [[{"eventSource":"cognito-idp.amazonaws.com","eventName":"CreateUser"}]], expect = 0 },
    { "refused", log = [[{"eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","errorCode":"LimitExceeded"}]], expect = 0 },
  },
}
