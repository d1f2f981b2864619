return rule {
  id          = "aws.network_change",
  title       = "AWS: {eventName} by {user_id}",
  type        = "UserActivity",
  severity    = "low",
  description = "Security groups, network ACLs, gateways, routes and VPCs were changed (CIS).",
  tags        = { "activity.configuration", "attack.t1562.007" },
  dedup       = { "user_id", "action" },

  where = {
    eventSource = "ec2.amazonaws.com",
    eventName   = { re = [[^(?:Create|Delete|Replace|Modify|Authorize|Revoke|Attach|Detach|Associate|Disassociate|Accept|Reject|Enable|Disable)(?:SecurityGroup|NetworkAcl|InternetGateway|CustomerGateway|NatGateway|VpnGateway|EgressOnly|Route|Vpc|Subnet|TransitGateway)]] },
  },
  unless = { errorCode = { exists = true } },

  tests = {
    { "a group", log = [[{"eventSource":"ec2.amazonaws.com","eventName":"RevokeSecurityGroupEgress","userIdentity":{"userName":"mia"}}]], expect = { { user_id = "mia" } } },
    { "only looked at", log = [[{"eventSource":"ec2.amazonaws.com","eventName":"DescribeSecurityGroups"}]], expect = 0 },
    { "of another service", log = [[{"eventSource":"lightsail.amazonaws.com","eventName":"CreateRoute"}]], expect = 0 },
    { "refused", log = [[{"eventSource":"ec2.amazonaws.com","eventName":"CreateRoute","errorCode":"Client.RouteAlreadyExists"}]], expect = 0 },
  },
}
