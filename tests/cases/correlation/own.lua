return rule {
  id = "case.shipped", title = "{count} from {ip}", type = "Security",
  correlate = { on = { "security.auth_failure" }, by = { "ip" }, within = "1h", count = 2 },
}
