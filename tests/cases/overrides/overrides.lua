-- `until` is a word of Lua; as a key of this file it may stand without brackets.
return {
  ["slow.match"] = {
    limits = {
      { where = { path = { prefix = "/export" } }, ms = 30000 },
      { where = { service = "cache" }, ms = 20 },
    },
    except = { { where = { service = "batch" }, reason = "runs at night", owner = "ops", until = "2999-12-31" } },
  },
  ["slow.fields"] = { limits = { { where = { service = { re = "^(?:cache|web|batch)$" } }, ms = 900000 } } },
  ["noise"] = { enabled = false },
  ["quiet"] = { enabled = true },
  ["denied"] = {
    severity = "critical",
    except = {
      { where = { user_id = "probe" }, reason = "our monitoring" },
      { where = { user_id = "mia" }, reason = "new phone", until = "2020-02-29" },
    },
  },
}
