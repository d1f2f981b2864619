return {
  rule { id = "item", title = "Item 7", type = "Business", severity = "low", where = { ["items.id"] = 7 } },
  rule { id = "call", title = "Call", type = "Business", severity = "low", where = { eventName = { exists = true } } },
}
