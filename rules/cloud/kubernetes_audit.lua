local AUDIT = { exists = true }

return {
  rule {
    id          = "cloud.kubernetes_exec",
    title       = "{user_id} went into a pod",
    type        = "Security",
    severity    = "medium",
    description = "A Kubernetes audit record of exec, attach or port-forward into a pod, or of an ephemeral container.",
    tags        = { "attack.t1609", "attack.execution" },

    where = {
      { auditID = AUDIT, verb = { "create", "get", "patch", "update" }, ["objectRef.subresource"] = { "exec", "attach", "portforward", "ephemeralcontainers" } },
      { ["protoPayload.methodName"] = { "io.k8s.core.v1.pods.exec.create", "io.k8s.core.v1.pods.attach.create", "io.k8s.core.v1.pods.portforward.create" } },
    },
    unless = { ["responseStatus.code"] = { ge = 400 } },

    tests = {
      { "exec", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods","subresource":"exec"},"user":{"username":"mia"},"sourceIPs":["203.0.113.9"],"responseStatus":{"code":399}}]],
        expect = { { user_id = "mia", ip = "203.0.113.9" } } },
      { "Google's", log = [[{"protoPayload":{"methodName":"io.k8s.core.v1.pods.exec.create"}}]], expect = 1 },
      { "logs", log = [[{"auditID":"q1","verb":"get","objectRef":{"resource":"pods","subresource":"log"}}]], expect = 0 },
      { "no audit record", log = [[{"verb":"create","objectRef":{"subresource":"exec"}}]], expect = 0 },
      { "another verb", log = [[{"auditID":"q1","verb":"watch","objectRef":{"subresource":"exec"}}]], expect = 0 },
      { "another method", log = [[{"protoPayload":{"methodName":"io.k8s.core.v1.pods.create"}}]], expect = 0 },
      { "refused", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods","subresource":"exec"},"responseStatus":{"code":400}}]], expect = 0 },
    },
  },
  rule {
    id          = "cloud.kubernetes_escape",
    title       = "{user_id} made a pod that reaches its node",
    type        = "Security",
    severity    = "high",
    description = "A Kubernetes audit record of a workload that is privileged, shares the node's processes or network, mounts its files or has dangerous capabilities.",
    tags        = { "attack.t1610", "attack.t1611", "attack.privilege_escalation" },

    where = {
      { auditID = AUDIT, verb = { "create", "update", "patch" }, ["objectRef.resource"] = { "pods", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs" },
        raw = { re = [["(?:privileged|hostPID|hostIPC|hostNetwork)": ?true|"hostPath": ?\{|"(?:SYS_ADMIN|SYS_MODULE|SYS_PTRACE|NET_ADMIN|DAC_READ_SEARCH|BPF)"]] } },
    },
    unless = { { ["responseStatus.code"] = { ge = 400 } }, { ["user.username"] = { prefix = "system:" } } },

    tests = {
      { "privileged", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods"},"user":{"username":"mia"},"requestObject":{"spec":{"containers":[{"securityContext":{"privileged":true}}]}},"responseStatus":{"code":399}}]],
        expect = { { user_id = "mia" } } },
      { "plain", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods"},"user":{"username":"mia"},"requestObject":{"spec":{"containers":[{}]}}}]], expect = 0 },
      { "read", log = [[{"auditID":"q1","verb":"list","objectRef":{"resource":"pods"},"user":{"username":"mia"},"responseObject":{"hostPID":true}}]], expect = 0 },
      { "a policy", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"podsecuritypolicies"},"user":{"username":"mia"},"requestObject":{"hostPID":true}}]], expect = 0 },
      { "no audit record", log = [[{"verb":"create","objectRef":{"resource":"pods"},"hostPID":true}]], expect = 0 },
      { "refused", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods"},"requestObject":{"hostPID":true},"responseStatus":{"code":400}}]], expect = 0 },
      { "a controller", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"pods"},"user":{"username":"system:serviceaccount:kube-system:ds"},"requestObject":{"hostPID":true}}]], expect = 0 },
    },
  },
  rule {
    id          = "cloud.kubernetes_rights",
    title       = "{user_id} changed rights in Kubernetes",
    type        = "Security",
    severity    = "medium",
    description = "A Kubernetes audit record: roles or bindings, service accounts or their tokens, admission webhooks, or secrets listed by a person; an anonymous user who was let in.",
    tags        = { "attack.t1098.006", "attack.t1552.007", "attack.persistence" },

    where = {
      { auditID = AUDIT, verb = { "create", "update", "patch", "delete", "deletecollection" },
        ["objectRef.resource"] = { "roles", "clusterroles", "rolebindings", "clusterrolebindings", "serviceaccounts", "mutatingwebhookconfigurations", "validatingwebhookconfigurations", "certificatesigningrequests" } },
      { auditID = AUDIT, verb = { "list", "get", "watch" }, ["objectRef.resource"] = "secrets" },
      { auditID = AUDIT, ["user.username"] = "system:anonymous", ["objectRef.resource"] = { exists = true } },
    },
    unless = { { ["responseStatus.code"] = { ge = 400 } }, { ["user.username"] = { prefix = { "system:serviceaccount:", "system:node:", "system:kube-", "system:apiserver", "eks:", "aks" } } } },

    tests = {
      { "a binding", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"clusterrolebindings"},"user":{"username":"mia"}}]], expect = { { user_id = "mia" } } },
      { "secrets", log = [[{"auditID":"q1","verb":"list","objectRef":{"resource":"secrets"},"user":{"username":"mia"}}]], expect = 1 },
      { "anonymous", log = [[{"auditID":"q1","verb":"list","objectRef":{"resource":"pods"},"user":{"username":"system:anonymous"},"responseStatus":{"code":399}}]], expect = 1 },
      { "nothing of that", log = {
        [[{"auditID":"q1","verb":"get","objectRef":{"resource":"clusterrolebindings"},"user":{"username":"mia"}}]], [[{"auditID":"q1","verb":"create","objectRef":{"resource":"configmaps"},"user":{"username":"mia"}}]],
        [[{"auditID":"q1","verb":"delete","objectRef":{"resource":"secrets"},"user":{"username":"mia"}}]], [[{"auditID":"q1","verb":"list","objectRef":{"resource":"pods"},"user":{"username":"mia"}}]],
        [[{"auditID":"q1","verb":"get","requestURI":"/healthz","user":{"username":"system:anonymous"}}]],
        [[{"verb":"create","objectRef":{"resource":"roles"}}]], [[{"verb":"list","objectRef":{"resource":"secrets"}}]], [[{"user":{"username":"system:anonymous"},"objectRef":{"resource":"pods"}}]],
      }, expect = 0 },
      { "refused", log = [[{"auditID":"q1","verb":"create","objectRef":{"resource":"roles"},"user":{"username":"mia"},"responseStatus":{"code":400}}]], expect = 0 },
      { "a controller", log = [[{"auditID":"q1","verb":"list","objectRef":{"resource":"secrets"},"user":{"username":"system:serviceaccount:kube-system:x"}}]], expect = 0 },
    },
  },
}
