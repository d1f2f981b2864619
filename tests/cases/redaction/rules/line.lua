return rule {
  id = "case.line",
  type = "Security",
  severity = "low",
  title = "Line {rest}",
  any = { [[(?s)CASE (?P<rest>.*)]] },
}
