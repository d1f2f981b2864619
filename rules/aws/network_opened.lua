return rule {
  id          = "aws.network_opened",
  title       = "AWS: {eventName} lets everybody in",
  type        = "Security",
  severity    = "high",
  description = "A security group or network ACL got a rule for the whole Internet.",
  tags        = { "attack.t1562.007", "attack.defense_evasion" },
  dedup       = { "user_id", "action" },

  where = {
    { eventName = { "AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules", "AuthorizeDBSecurityGroupIngress", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry" },
      raw = { re = [["(?i:cidrIp|cidrIpv6|cidrBlock|ipv6CidrBlock|cidrIpv4)": ?"(?:0\.0\.0\.0/0|::/0)"]] } },
  },
  unless = { { errorCode = { exists = true } }, { ["requestParameters.ruleAction"] = "deny" }, { ["requestParameters.egress"] = true } },

  tests = {
    { "a group", log = [[{"eventName":"AuthorizeSecurityGroupIngress","userIdentity":{"userName":"mia"},"requestParameters":{"ipPermissions":{"items":[{"fromPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}}]],
      expect = { { user_id = "mia" } } },
    { "inside", log = [[{"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"ipPermissions":{"items":[{"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8"}]}}]}}}]], expect = 0 },
    { "closed", log = [[{"eventName":"RevokeSecurityGroupIngress","requestParameters":{"cidrIp":"0.0.0.0/0"}}]], expect = 0 },
    { "refused", log = [[{"eventName":"AuthorizeSecurityGroupIngress","errorCode":"Client.InvalidGroup.NotFound","requestParameters":{"cidrIp":"0.0.0.0/0"}}]], expect = 0 },
    { "an entry that denies", log = [[{"eventName":"CreateNetworkAclEntry","requestParameters":{"cidrBlock":"0.0.0.0/0","ruleAction":"deny"}}]], expect = 0 },
    { "a way out", log = [[{"eventName":"CreateNetworkAclEntry","requestParameters":{"cidrBlock":"0.0.0.0/0","ruleAction":"allow","egress":true}}]], expect = 0 },
  },
}
