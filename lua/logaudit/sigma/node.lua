--- What the YAML of a Sigma rule says: its nodes (script/yaml_reader.h) as values, and what is wrong with them.

local M = {}

--- Stands for YAML's null.
M.NULL = setmetatable({}, { __tostring = function() return "null" end })

--- Raises a refusal: why a rule is not translated, and where that stands.
---@param at table|nil a node, or an entry of a map
---@param field string|nil
---@param message string
function M.fail(at, field, message, ...)
  error({ line = at and at.line or 1, field = field, message = message:format(...) }, 0)
end

local KINDS = { map = "a map", list = "a list", scalar = "a text" }

function M.kind(node)
  return node and KINDS[node.kind] or "nothing"
end

--- The entry of a key, { key, line, value }, or nil.
---@param map table
---@param key string
function M.entry(map, key)
  for _, entry in ipairs(map) do
    if entry.key == key then
      return entry
    end
  end
  return nil
end

--- The node of a key, or nil.
function M.get(map, key)
  local entry = M.entry(map, key)
  return entry and entry.value
end

-- ---------------------------------------------------------------- scalars

local WORDS = {}
for value, words in pairs {
  [true] = "true True TRUE yes Yes YES on On ON", [false] = "false False FALSE no No NO off Off OFF",
  [M.NULL] = "~ null Null NULL",
} do
  for word in words:gmatch "%S+" do
    WORDS[word] = value
  end
end
WORDS[""] = M.NULL

--- Numbers as YAML 1.1 writes them, but for those that look like times (1:30), which are meant as text.
local function number_of(text)
  local sign, digits = text:match "^([-+]?)([%d_]+)$"
  local plain = digits and digits:gsub("_", "")
  local number
  if plain and plain:find "^0[0-7]+$" then
    number = tonumber(plain, 8)
  elseif plain and (plain == "0" or plain:find "^[1-9]") then
    number = math.tointeger(tonumber(plain))
  elseif text:find "^[-+]?0x%x+$" then
    return math.tointeger(tonumber(text))
  elseif text:find "^[-+]?%d[%d_]*%.[%d_]*$" or text:find "^[-+]?%d[%d_]*%.[%d_]*[eE][-+]%d+$"
    or text:find "^[-+]?%.%d[%d_]*$" then
    return tonumber((text:gsub("_", "")))
  end
  return number and (sign == "-" and -number or number)
end

--- A string, a number, a boolean or NULL.
---@param node table
function M.scalar(node)
  if not node.plain then
    return node.text
  end
  local word = WORDS[node.text]
  if word ~= nil then
    return word
  end
  return number_of(node.text) or node.text
end

function M.is_null(node)
  return node.kind == "scalar" and M.scalar(node) == M.NULL
end

--- The text of a scalar as it is written; raises for anything else. nil and null: nil.
---@param node table|nil
---@param field string
---@return string|nil
function M.text(node, field)
  if node == nil or M.is_null(node) then
    return nil
  elseif node.kind ~= "scalar" then
    M.fail(node, field, "a text was expected, got %s", M.kind(node))
  end
  return node.text
end

--- The texts of a list, or of one scalar.
---@param node table|nil
---@param field string
---@return string[]
function M.texts(node, field)
  local texts = {}
  for _, item in ipairs(node and node.kind == "list" and node or { node }) do
    texts[#texts + 1] = M.text(item, field)
  end
  return texts
end

return M
