return { ["shop.refund"] = { severity = "critical" } }
