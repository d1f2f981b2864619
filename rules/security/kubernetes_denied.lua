return rule {
  id          = "security.kubernetes_denied",
  title       = "Kubernetes refused {verb}",
  type        = "Security",
  severity    = "medium",
  description = "A Kubernetes audit record that was answered with 401 or 403.",
  tags        = { "attack.t1613", "attack.discovery" },

  where = { verb = { exists = true }, ["responseStatus.code"] = { 401, 403 } },
  none  = { [[(?i)\b(?:forbidden|unauthorized)\b]] },    -- security.access_denied

  tests = {
    { "forbidden", log = [[{"kind":"Event","verb":"create","objectRef":{"resource":"secrets"},"responseStatus":{"code":403}}]], expect = 1 },
    { "unauthorized", log = [[{"kind":"Event","verb":"list","objectRef":{"resource":"pods"},"responseStatus":{"code":401}}]], expect = 1 },
    { "created", log = [[{"kind":"Event","verb":"create","objectRef":{"resource":"pods"},"responseStatus":{"code":201}}]], expect = 0 },
    { "no audit record", log = [[{"kind":"Pod","code":403}]], expect = 0 },
    { "each exception", log = {
      [[{"verb":"list","responseStatus":{"code":403},"message":"forbidden"}]],
      [[{"kind":"Pod","responseStatus":{"code":403}}]],
    }, expect = 0 },
  },
}
