return rule {
  id          = "aws.protection_removed",
  title       = "AWS: {eventName} by {user_id}",
  type        = "Security",
  severity    = "high",
  description = "A second factor, a key, a password policy or a deletion guard was taken away; a password of a machine was read.",
  tags        = { "attack.t1556.006", "attack.t1485", "attack.t1552.005" },
  dedup       = { "user_id", "action" },

  where = {
    { eventName = { "DeactivateMFADevice", "DeleteVirtualMFADevice", "DeleteAccountPasswordPolicy", "DisableKey", "ScheduleKeyDeletion", "DeleteImportedKeyMaterial",
                    "DisableEbsEncryptionByDefault", "DeleteBucketEncryption", "GetPasswordData", "CreateSAMLProvider", "UpdateSAMLProvider",
                    "DeleteRolePermissionsBoundary", "DeleteUserPermissionsBoundary", "DeleteIPSet", "DisableDomainTransferLock" },
      eventSource = { exists = true } },
    { eventName = { "ModifyDBInstance", "ModifyDBCluster" }, ["requestParameters.deletionProtection"] = false },
    { eventName = "PutBucketVersioning", raw = { re = [["(?:MfaDelete|Status)": ?"(?:Disabled|Suspended)"]] } },
  },
  unless = { errorCode = { exists = true } },

  tests = {
    { "a second factor", log = [[{"eventSource":"iam.amazonaws.com","eventName":"DeactivateMFADevice","userIdentity":{"userName":"mia"}}]], expect = { { user_id = "mia" } } },
    { "a guard", log = [[{"eventSource":"rds.amazonaws.com","eventName":"ModifyDBInstance","requestParameters":{"deletionProtection":false}}]], expect = 1 },
    { "versions", log = [[{"eventSource":"s3.amazonaws.com","eventName":"PutBucketVersioning","requestParameters":{"VersioningConfiguration":{"Status":"Suspended"}}}]], expect = 1 },
    { "nothing taken away", log = {
      [[{"eventSource":"iam.amazonaws.com","eventName":"EnableMFADevice"}]], [[{"eventName":"DisableKey","piano":true}]],
      [[{"eventSource":"rds.amazonaws.com","eventName":"ModifyDBInstance","requestParameters":{"deletionProtection":true}}]],
      [[{"eventSource":"rds.amazonaws.com","eventName":"CreateDBInstance","requestParameters":{"deletionProtection":false}}]],
      [[{"eventSource":"s3.amazonaws.com","eventName":"PutBucketVersioning","requestParameters":{"VersioningConfiguration":{"Status":"Enabled"}}}]],
      [[{"eventSource":"s3.amazonaws.com","eventName":"GetBucketVersioning","responseElements":{"Status":"Suspended"}}]],
    }, expect = 0 },
    { "refused", log = [[{"eventSource":"iam.amazonaws.com","eventName":"DeactivateMFADevice","errorCode":"NoSuchEntity"}]], expect = 0 },
  },
}
