return {
  ["w.failed"] = { severity = "high", except = { { where = { user_id = "bot" }, reason = "the monitor" } } },
}
