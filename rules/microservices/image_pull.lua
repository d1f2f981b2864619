return rule {
  id          = "microservices.image_pull",
  title       = "Image cannot be pulled",
  type        = "Microservice",
  severity    = "medium",
  description = "A container cannot start because its image cannot be fetched.",
  tags        = { "microservice.kubernetes" },
  dedup       = { "service", "host" },

  any = {
    [[\b(?:ImagePullBackOff|ErrImagePull|InvalidImageName|ErrImageNeverPull)\b]],
    [[(?i)\bfailed to pull (?:and unpack )?image\b|\bback-?off pulling image\b|\bpull ?image\b.{0,120}\bfailed\b|\bmanifest unknown\b]],
  },
  none = { access_line },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "event", log = [[2024-11-26T10:15:00Z Warning Failed pod/pay-7 Error: ImagePullBackOff]], expect = 1 },
    { "JSON", log = [[{"level":"error","service":"kubelet","message":"Failed to pull image \"registry.example.com/pay:9\": not found"}]], expect = 1 },
    { "pulled", log = [[2024-11-26T10:15:00Z Normal Pulled pod/pay-7 Container image "registry.example.com/pay:9" already present on machine]], expect = 0 },
    { "pulling", log = [[2024-11-26T10:15:00Z INFO pulling image registry.example.com/pay:9]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN ErrImagePull]],
      [[2024-11-26 10:15:02 WARN back-off pulling image pay:9]],
    }, expect = 2 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Warning Failed pod/pay-7 Error: ImagePullBackOff"]], expect = 0 },
    { "each exception", log = {
      [[{"level":"debug","message":"ErrImagePull"}]],
    }, expect = 0 },
  },
}
