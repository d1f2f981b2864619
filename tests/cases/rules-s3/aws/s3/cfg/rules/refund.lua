return rule { id="shop.refund", title="Refund for {user_id} refused", type="Security", severity="high",
  any = { [[(?i)\brefund refused for (?P<user_id>\S+)]] },
  tests = { { "refused", log = "2024-11-26T10:00:00Z WARN refund refused for mia", expect = { { user_id = "mia" } } }, {"other", log="2024-11-26T10:00:00Z INFO ok", expect=0} } }
