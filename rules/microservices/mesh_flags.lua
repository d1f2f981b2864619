return rule {
  id          = "microservices.mesh_flags",
  title       = "Service mesh error {response_flags}",
  type        = "Microservice",
  severity    = "high",
  description = "A JSON access record of Envoy whose response_flags name a failure of the mesh.",
  tags        = { "microservice.mesh" },
  dedup       = { "service", "route" },

  where = { response_flags = { re = [[(?:^|,)(?:UH|UF|UT|UR|UC|URX|UPE|UMSDR|LH|LR|NR|NC|NFCF|DPE|DI|FI|SI|IH|OM|DT|UO|RL|RLSE)(?:,|$)]] } },
  none  = { [[\bHTTP/[\d.]+" \d{1,3} |\bresponse_flags?=]] },    -- a text record: microservices.mesh_error

  tests = {
    { "no healthy upstream", log = [[{"response_flags":"UH","path":"/orders","method":"GET","response_code":503}]],
      expect = { { path = "/orders" } } },
    { "two flags", log = [[{"response_flags":"UF,URX","path":"/cart","method":"GET","response_code":503}]], expect = 1 },
    { "no flag", log = [[{"response_flags":"-","path":"/orders","method":"GET","response_code":200}]], expect = 0 },
    { "the client left", log = [[{"response_flags":"DC","path":"/orders","method":"GET","response_code":0}]], expect = 0 },
    { "each form", log = {
      [[{"response_flags":"NR","path":"/x"}]],
    }, expect = 1 },
    { "each exception", log = {
      [[{"response_flags":"NR","message":"response_flags=NR"}]],
    }, expect = 0 },
  },
}
