return rule {
  id          = "aws.audit_log_tampering",
  title       = "AWS: {eventName} by {user_id}",
  type        = "Security",
  severity    = "high",
  description = "What records or watches an account was stopped, deleted or narrowed: CloudTrail, Config, GuardDuty, Security Hub, flow logs, log groups, alarms, WAF logs.",
  tags        = { "attack.t1562.008", "attack.defense_evasion" },
  dedup       = { "user_id", "action" },

  where = {
    { eventSource = { exists = true },
      eventName = {
        "StopLogging", "DeleteTrail", "DeleteEventDataStore", "PutEventSelectors", "DeleteFlowLogs",
        "StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteDeliveryChannel",
        "DeleteDetector", "DisassociateFromMasterAccount", "DisassociateFromAdministratorAccount", "StopMonitoringMembers",
        "DisassociateMembers", "DeleteMembers", "DeletePublishingDestination", "DisableSecurityHub", "BatchDisableStandards",
        "DeleteLogGroup", "DeleteLogStream", "DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig",
        "StopActivityStream", "DeleteAlarms", "DisableAlarmActions", "DeleteLoggingConfiguration", "DeleteWebACL",
        "LeaveOrganization", "DeleteGuardrail", "UpdateGuardrail", "DeleteModelInvocationLoggingConfiguration",
      } },
    { eventName = { "UpdateDetector", "UpdateTrail" }, raw = { re = [["(?:enable|isMultiRegionTrail|includeGlobalServiceEvents|enableLogFileValidation)": ?false]] } },
    { eventName = "PutBucketLogging", raw = { re = [["BucketLoggingStatus": ?\{(?:(?!LoggingEnabled)[^{}])*\}]] } },
  },
  unless = { errorCode = { exists = true } },

  tests = {
    { "stopped", log = [[{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","userIdentity":{"userName":"mia"},"sourceIPAddress":"203.0.113.9"}]],
      expect = { { user_id = "mia", ip = "203.0.113.9" } } },
    { "a detector is switched off", log = [[{"eventSource":"guardduty.amazonaws.com","eventName":"UpdateDetector","requestParameters":{"enable":false}}]], expect = 1 },
    { "access logs of a bucket end", log = [[{"eventSource":"s3.amazonaws.com","eventName":"PutBucketLogging","requestParameters":{"BucketLoggingStatus":{"xmlns":"x"}}}]], expect = 1 },
    { "nothing narrowed", log = {
      [[{"eventSource":"cloudtrail.amazonaws.com","eventName":"StartLogging"}]],
      [[{"eventName":"StopLogging","service":"our own"}]],
      [[{"eventSource":"guardduty.amazonaws.com","eventName":"UpdateDetector","requestParameters":{"enable":true}}]],
      [[{"eventSource":"shop","eventName":"SaveSettings","requestParameters":{"enable":false}}]],
      [[{"eventSource":"s3.amazonaws.com","eventName":"PutBucketLogging","requestParameters":{"BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"logs"}}}}]],
      [[{"eventSource":"s3.amazonaws.com","eventName":"GetBucketLogging","requestParameters":{"BucketLoggingStatus":{}}}]],
    }, expect = 0 },
    { "refused", log = [[{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","errorCode":"AccessDenied"}]], expect = 0 },
  },
}
