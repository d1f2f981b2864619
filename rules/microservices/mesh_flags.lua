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
    { "no healthy upstream", log = [[{"method":"GET","path":"/orders","response_code":503,"response_flags":"UH","response_code_details":"no_healthy_upstream"}]],
      expect = { { path = "/orders" } } },
    { "two flags", log = [[{"method":"GET","path":"/orders","response_code":503,"response_flags":"UF,URX"}]], expect = 1 },
    { "no flag", log = [[{"method":"GET","path":"/orders","response_code":200,"response_flags":"-"}]], expect = 0 },
    { "the client left", log = [[{"method":"GET","path":"/orders","response_code":0,"response_flags":"DC"}]], expect = 0 },
  },
}
