std = "lua54"
max_line_length = 140

-- What the sandbox gives to rule files beside the plain language.
files["rules/**/*.lua"] = {
  read_globals = { "rule", "thresholds", "series", "text", "regex", "time", "set", "lookup" },
}
