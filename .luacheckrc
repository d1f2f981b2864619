std = "lua54"
max_line_length = 140

-- What the sandbox gives to rule files beside the plain language. A pattern or a sample log line cannot be
-- broken, so lines that end inside or after a long string may be longer there.
files["rules/**/*.lua"] = {
  read_globals = { "rule", "thresholds", "access_line", "series", "text", "regex", "time", "set", "lookup" },
  max_line_length = false,
}
files["tests/bench/rules.lua"] = { read_globals = { "rule" } }
files["lua/logaudit/formats.lua"] = { max_line_length = false }
files["lua/logaudit/redact.lua"] = { max_line_length = false }
files["lua/logaudit/access_line.lua"] = { max_line_length = false }
files["lua/editor/*.lua"] = {
  globals = { "rule", "thresholds", "access_line", "series", "text", "regex", "time", "set", "lookup", "null" },
  unused = false, unused_args = false,
}
