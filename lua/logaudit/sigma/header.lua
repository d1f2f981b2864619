--- What Sigma says of a rule besides its detection, as keys of a rule and as comments.

local literal = require "logaudit.literal"
local node = require "logaudit.sigma.node"

local M = {}

local SEVERITIES <const> = {
  informational = "info", low = "low", medium = "medium", high = "high", critical = "critical",
}
local STATUSES <const> = { stable = "stable", test = "test", experimental = "experimental", deprecated = "deprecated" }
-- Bytes; of rule.lua.
local MAX_TEXT <const> = 1024

local function one_of(document, key, known, what)
  local text = node.text(node.get(document, key), key)
  local value = text and known[text:lower()]
  if text and not value then
    node.fail(node.entry(document, key), key, "%s was expected, got \"%s\"", what, text)
  end
  return value
end

local function list_text(texts)
  local items = {}
  for i, text in ipairs(texts) do
    items[i] = literal.text(text)
  end
  local one = "{ " .. table.concat(items, ", ") .. " }"
  return #one < 100 and one or "{\n    " .. table.concat(items, ",\n    ") .. ",\n  }"
end

local function description_text(text)
  text = text:gsub("%s+$", "")
  if text:find "\n" and not text:find("]]", 1, true) and not text:find "[%z\1-\8\11-\31\127]" then
    return "[[\n" .. text .. "]]"
  end
  return literal.text(text)
end

--- { key, text of its value } in the order in which people read them. `{` would begin a field in a title.
---@param document table the node of the rule
---@param id string
---@return string[][]
function M.keys(document, id)
  local title = node.text(node.get(document, "title") or node.get(document, "name"), "title")
  local sigma_id = node.text(node.get(document, "id"), "id")
  local description = node.text(node.get(document, "description"), "description")
  local author = table.concat(node.texts(node.get(document, "author"), "author"), ", ")
  local severity = one_of(document, "level", SEVERITIES, "informational, low, medium, high or critical")
  local status = one_of(document, "status", STATUSES, "stable, test, experimental or deprecated")
  local keys = {}
  local function put(key, text)
    keys[#keys + 1] = text and { key, text } or nil
  end
  put("id", literal.quoted(id))
  put("title", title and literal.text((title:gsub("[{}]", { ["{"] = "(", ["}"] = ")" }))))
  put("type", '"Security"')
  put("severity", ('"%s"'):format(severity or "medium"))
  put("status", status and ('"%s"'):format(status))
  put("description", description and description_text(description))
  put("author", #author > 0 and #author <= MAX_TEXT and literal.text(author))
  for _, key in ipairs { "tags", "references" } do
    local texts = node.texts(node.get(document, key), key)
    put(key, #texts > 0 and list_text(texts))
  end
  put("meta", sigma_id and ("{ sigma_id = %s }"):format(literal.text(sigma_id)))
  return keys
end

-- What has no key of its own in a rule.
local COMMENTS <const> = {
  { "author", "Author" }, { "license", "Licence" }, { "date", "Date" }, { "modified", "Modified" },
  { "falsepositives", "False positives" },
}

local function source_text(document)
  local logsource, parts = node.get(document, "logsource"), {}
  for _, entry in ipairs(logsource and logsource.kind == "map" and logsource or {}) do
    if entry.key ~= "definition" then
      parts[#parts + 1] = ("%s %s"):format(entry.key, node.text(entry.value, entry.key) or "-")
    end
  end
  return #parts > 0 and "Log source: " .. table.concat(parts, ", ") or nil
end

local function one_line(text)
  return (text:gsub("%s+", " "):gsub("%c", "?"))
end

--- The comment at the top of the file. A Sigma rule under the Detection Rule License asks that its author and licence
--- stay with it.
---@param document table
---@param name string of the file it came from
---@return string
function M.comment(document, name)
  local lines = { ("From %s, a Sigma rule (https://sigmahq.io), by logaudit convert sigma."):format(one_line(name)) }
  for _, pair in ipairs(COMMENTS) do
    local texts = node.texts(node.get(document, pair[1]), pair[1])
    if #texts > 0 then
      lines[#lines + 1] = ("%s: %s"):format(pair[2], one_line(table.concat(texts, "; ")))
    end
  end
  lines[#lines + 1] = source_text(document)
  if node.get(document, "author") or node.get(document, "license") then
    lines[#lines + 1] = "The author's rights and licence go on with it: rules of SigmaHQ are under the Detection Rule License (DRL) 1.1."
  end
  return "-- " .. table.concat(lines, "\n-- ") .. "\n"
end

return M
