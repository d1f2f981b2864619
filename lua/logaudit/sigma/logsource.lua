--- A rule's log source: which records it is not for, and what its fields are called in the others.

local node = require "logaudit.sigma.node"
local sources = require "logaudit.sigma.sources"

local M = {}

--- { product, category, service }, those that are there; raises when there is none.
---@param document table
function M.read(document)
  local map = node.get(document, "logsource")
  if not map or map.kind ~= "map" then
    node.fail(map or document, "logsource", "a map with product, category or service was expected, got %s", node.kind(map))
  end
  local source, known = { line = map.line }, false
  for _, key in ipairs { "product", "category", "service" } do
    source[key] = node.text(node.get(map, key), "logsource." .. key)
    known = known or source[key]
  end
  if not known then
    node.fail(map, "logsource", "product, category or service was expected")
  end
  return source
end

--- The names of a field for `where`, joined by |: its own, as it is and without blanks, then those of the table.
---@param source table
---@param field string
---@return string
function M.names(source, field)
  local list, seen = {}, {}
  local function add(name)
    if not seen[name] then
      seen[name] = true
      list[#list + 1] = name
    end
  end
  add("$." .. field)
  add("$." .. field:gsub("%s", ""))
  for _, key in ipairs { "category", "service", "product" } do
    for _, name in ipairs((sources.names[source[key]] or {})[field] or {}) do
      add(name)
    end
  end
  for _, pattern in ipairs(sources.also[source.product] or {}) do
    add(pattern:format(field))
  end
  return table.concat(list, "|")
end

--- Where the field stands in lines of text, or nil.
---@param source table
---@param field string
function M.frame(source, field)
  return (sources.lines[source.category] or {})[field]
end

local function not_of(name, values)
  return { kind = "and",
    { kind = "test", name = name, op = "null", value = false }, { kind = "test", name = name, op = "ne", value = values },
  }
end

local function asks_for(formula, name)
  local asks = formula.name == name
  for _, part in ipairs(formula) do
    asks = asks or asks_for(part, name)
  end
  return asks
end

--- Formulas that hold for records which say themselves that they are of another source. What the rule's own formula
--- asks for says more than the table.
---@param source table
---@param formula table
---@return table[]
function M.foreign(source, formula)
  local out = {}
  if source.product == "windows" or not source.product and sources.categories[source.category] then
    local category = sources.categories[source.category]
    local channels = sources.channels[source.service] or category and category.channels
    if channels and not asks_for(formula, "$.Channel") then
      out[#out + 1] = not_of("$.Channel", channels)
    end
    if category and not asks_for(formula, "$.EventID") then
      out[#out + 1] = not_of("$.EventID", category.events)
    end
  elseif source.product and not asks_for(formula, "$.EventID") then
    out[1] = { kind = "and",
      { kind = "test", name = "$.Channel", op = "null", value = false },
      { kind = "test", name = "$.EventID", op = "null", value = false },
    }
  end
  if out[1] then
    out[1].label = "another log source"
  end
  return out
end

return M
