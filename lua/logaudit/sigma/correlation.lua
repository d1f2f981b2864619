--- Sigma's correlation rules as `correlate`.

local literal = require "logaudit.literal"
local node = require "logaudit.sigma.node"

local M = {}

local BOUNDS <const> = { gt = "gt", gte = "ge", lt = "lt", lte = "le", eq = "eq", neq = "ne" }
local UNITS <const> = { s = "s", m = "m", h = "h", d = "d" }
local KEYS <const> = {
  type = true, rules = true, ["group-by"] = true, timespan = true, condition = true, aliases = true, generate = true,
}

local function check_keys(map)
  for _, entry in ipairs(map) do
    if not KEYS[entry.key] then
      node.fail(entry, "correlation." .. entry.key, "it is not translated")
    end
  end
end

local function timespan(map)
  local at = node.get(map, "timespan")
  local number, unit = (node.text(at, "correlation.timespan") or ""):match "^(%d+)(%a)$"
  if unit == "w" then
    return ("%dd"):format(7 * tonumber(number))
  elseif not UNITS[unit] then
    node.fail(at or map, "correlation.timespan", "a length of time like 30s, 5m, 1h or 7d was expected%s",
      unit and (unit == "M" or unit == "y") and ": months and years have no fixed length" or "")
  end
  return number .. unit
end

--- The condition as { bounds = { { "ge", 5 } ... }, field, percentile }.
local function read_condition(map, required)
  local at = node.get(map, "condition")
  if not at then
    if required then
      node.fail(map, "correlation.condition", "it is missing")
    end
    return nil
  elseif at.kind ~= "map" then
    node.fail(at, "correlation.condition", "a map like { gte: 5 } was expected; conditions of rules' names are not translated")
  end
  local out = { bounds = {}, line = at.line }
  for _, entry in ipairs(at) do
    local value = entry.value.kind == "scalar" and node.scalar(entry.value)
    if entry.key == "field" then
      out.field = entry.value
    elseif not BOUNDS[entry.key] and entry.key ~= "percentile" then
      node.fail(entry, "correlation.condition." .. entry.key, "gt, gte, lt, lte, eq, neq, field or percentile was expected")
    elseif type(value) ~= "number" then
      node.fail(entry, "correlation.condition." .. entry.key, "a number was expected")
    elseif entry.key == "percentile" then
      out.percentile = value
    else
      out.bounds[#out.bounds + 1] = { BOUNDS[entry.key], value }
      out[BOUNDS[entry.key]] = value
    end
  end
  return out
end

local function bounds_text(condition, at)
  if #condition.bounds == 0 then
    node.fail(at, "correlation.condition", "gt, gte, lt, lte, eq or neq was expected")
  elseif not (condition.ge or condition.gt or condition.eq) then
    node.fail(condition, "correlation.condition",
      "without gt, gte or eq it holds for windows with nothing in them, which no record tells of")
  end
  local parts = {}
  for i, bound in ipairs(condition.bounds) do
    parts[i] = ("%s = %s"):format(bound[1], tostring(bound[2]))
  end
  return table.concat(parts, ", ")
end

local function field_of(condition, at)
  if not condition.field then
    node.fail(at, "correlation.condition.field", "it is missing")
  elseif condition.field.kind == "list" and #condition.field ~= 1 then
    node.fail(condition.field, "correlation.condition.field", "values of several fields together are not counted")
  end
  return literal.quoted("$." .. node.texts(condition.field, "correlation.condition.field")[1])
end

local function steps_text(ids, map, type_name)
  if node.get(map, "condition") then
    node.fail(node.entry(map, "condition"), "correlation.condition", "%s: a condition is not translated", type_name)
  elseif #ids < 2 then
    node.fail(map, "correlation.rules", "%s: at least two rules were expected", type_name)
  end
  local items = {}
  for i, id in ipairs(ids) do
    items[i] = literal.quoted(id)
  end
  return "{ " .. table.concat(items, ", ") .. " }"
end

-- By type: the key of `correlate` and its text.
local TYPES = {}

function TYPES.event_count(map)
  return "count", "{ " .. bounds_text(read_condition(map, true), map) .. " }"
end

function TYPES.value_count(map)
  local condition = read_condition(map, true)
  return "distinct", ("{ field = %s, count = { %s } }"):format(field_of(condition, map), bounds_text(condition, map))
end

function TYPES.temporal(map, ids)
  return "together", steps_text(ids, map, "temporal")
end

function TYPES.temporal_ordered(map, ids)
  return "sequence", steps_text(ids, map, "temporal_ordered")
end

local function measuring(measure)
  return function(map)
    local condition = read_condition(map, true)
    local how = measure .. " = true"
    if measure == "p" then
      if not condition.percentile then
        node.fail(condition, "correlation.condition.percentile", "it is missing")
      end
      how = "p = " .. tostring(condition.percentile)
    end
    return "value", ("{ field = %s, %s, %s }"):format(field_of(condition, map), how, bounds_text(condition, map))
  end
end

TYPES.value_sum = measuring "sum"
TYPES.value_avg = measuring "avg"
TYPES.value_percentile = measuring "p"

--- What a rule calls a field of the key: { [rule's id] = name }. Of a correlation's finding it is the key's own name.
local function aliases_of(map, name, rules)
  local aliases = node.get(map, "aliases")
  local mine = aliases and aliases.kind == "map" and node.get(aliases, name)
  local names = {}
  for _, entry in ipairs(mine and mine.kind == "map" and mine or {}) do
    names[entry.key] = node.text(entry.value, "correlation.aliases")
  end
  local by_id, all = {}, nil
  for _, rule in ipairs(rules) do
    local own = names[rule.name] or names[rule.sigma_id]
    by_id[rule.id] = rule.is_correlation and (own or name) or "$." .. (own or name)
    all = (all == nil or all == by_id[rule.id]) and by_id[rule.id]
  end
  return by_id, all
end

local function by_text(map, rules)
  local items = {}
  for _, name in ipairs(node.texts(node.get(map, "group-by"), "correlation.group-by")) do
    local by_id, all = aliases_of(map, name, rules)
    local parts = {}
    for _, rule in ipairs(rules) do
      parts[#parts + 1] = ("[%s] = %s"):format(literal.quoted(rule.id), literal.quoted(by_id[rule.id]))
    end
    items[#items + 1] = ("[%s] = %s"):format(literal.quoted(name),
      all and literal.quoted(all) or "{ " .. table.concat(parts, ", ") .. " }")
  end
  return #items > 0 and ("    by = { %s },\n"):format(table.concat(items, ", ")) or ""
end

--- The rules that a correlation is on, as they are named: nodes.
---@param map table the node of `correlation`
function M.references(map)
  local rules = map.kind == "map" and node.get(map, "rules")
  if not rules then
    node.fail(map, "correlation.rules", "a list of rules was expected")
  end
  return rules.kind == "list" and rules or { rules }
end

--- The value of `correlate` as text.
---@param map table the node of `correlation`
---@param rules { id: string, name: string?, sigma_id: string?, is_correlation: boolean }[] what it is on
---@return string
function M.text(map, rules)
  check_keys(map)
  local type_name, ids = node.text(node.get(map, "type"), "correlation.type"), {}
  local make = TYPES[type_name]
  if not make then
    node.fail(node.entry(map, "type") or map, "correlation.type", "%s is not translated",
      type_name and ("'%s'"):format(type_name) or "a correlation without a type")
  end
  for i, rule in ipairs(rules) do
    ids[i] = rule.id
  end
  local key, text = make(map, ids)
  local on = ""
  if key ~= "together" and key ~= "sequence" then
    local items = {}
    for i, id in ipairs(ids) do
      items[i] = literal.quoted(id)
    end
    on = ("    on = { %s },\n"):format(table.concat(items, ", "))
  end
  return ("{\n%s%s    within = %s,\n    %s = %s,\n  }"):format(on, by_text(map, rules), literal.quoted(timespan(map)), key,
    text)
end

return M
