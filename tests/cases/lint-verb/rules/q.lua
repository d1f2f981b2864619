return rule {
  id = "q.a", type = "Error", any = { [[\bbill\b]] }
  severity = "high",
}
