return {
  rule {
    id = "o.ratio", type = "Error", severity = "hihg", any = { [[\bbill\b]] },
    where = { ip = { cidr = "10.0.0.256/8" } },
  },
  rule {
    id = "o.share", type = "Error", any = { [[\bbill\b]] }, status = "experimentl",
    correlate = { within = "5m", ratio = { ge = 1.5 } },
  },
}
