return rule {
  id          = "aws.resource_deleted",
  title       = "AWS: {eventName} by {user_id}",
  type        = "UserActivity",
  severity    = "low",
  description = "Somebody deleted or terminated something in an account. What services do themselves is not meant; rules of their own: aws.account_change, aws.network_change, aws.audit_log_tampering, aws.protection_removed, aws.public_exposure.",
  tags        = { "activity.deletion", "attack.t1485" },
  dedup       = { "user_id", "action" },

  where = {
    eventSource = { exists = true },
    eventName   = { re = [[^(?:Delete(?:Bucket(?:Policy|Lifecycle)?|Object(?:s|Version)|DB\w+|Table|Backup|Function\w*|Stack\w*|Snapshot|Volume|Image|Cluster\w*|Nodegroup|Service|Repository|FileSystem|Domain|Stream|Queue|Topic|Secret|Parameters?|Alias|HostedZone|Distribution|LoadBalancer|AutoScalingGroup|LaunchTemplate|KeyPair|Vault|RecoveryPoint)|TerminateInstances|TerminateJobFlows|DeregisterImage|DeregisterTaskDefinition|RemovePermission\w*)$]] },
  },
  unless = {
    { errorCode = { exists = true } },
    { ["userIdentity.invokedBy"] = { exists = true } },
    { ["userIdentity.type"] = "AWSService" },
  },

  tests = {
    { "a bucket", log = [[{"eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","userIdentity":{"type":"IAMUser","userName":"mia"}}]], expect = { { user_id = "mia" } } },
    { "machines", log = [[{"eventSource":"ec2.amazonaws.com","eventName":"TerminateInstances","userIdentity":{"type":"IAMUser","userName":"mia"}}]], expect = 1 },
    { "nothing deleted", log = {
      [[{"eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances"}]], [[{"eventName":"DeleteBucket","shop":"x"}]],
      [[{"eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","errorCode":"NoSuchBucket"}]],
      [[{"eventSource":"ec2.amazonaws.com","eventName":"TerminateInstances","userIdentity":{"type":"AssumedRole","invokedBy":"autoscaling.amazonaws.com"}}]],
      [[{"eventSource":"ec2.amazonaws.com","eventName":"TerminateInstances","userIdentity":{"type":"AWSService"}}]],
    }, expect = 0 },
  },
}
