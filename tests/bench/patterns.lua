--- Prints the rules of the benchmarks for other tools: on each line an id, a tab, and a pattern.
---
---   lua5.4 patterns.lua rules.lua
---
--- A condition on a field becomes the regex that finds the same lines of corpus.py, in text and in JSON.

local instead = {
  ["http.5xx"] = [[\bstatus"?[=:]5\d\d\b]],
  ["http.slow"] = [[\bduration_ms"?[=:](?:[2-9]\d{3}|\d{5,})\b]],
  ["level.critical"] = [[\b(?:FATAL|CRITICAL)\b]],
}

function rule(fields) -- luacheck: globals rule
  return fields
end

for _, fields in ipairs(dofile(arg[1])) do
  local pattern = fields.any and fields.any[1] or assert(instead[fields.id], fields.id)
  print(fields.id .. "\t" .. pattern)
end
