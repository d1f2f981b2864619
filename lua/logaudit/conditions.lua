--- Custom conditions, as an event brings them, to rules in the normal form of rule.lua: one implementation of
--- matching for both (docs/rules.md).

local rule = require "logaudit.rule"

local M = {}

local SEVERITIES = { info = true, low = true, medium = true, high = true, critical = true }

-- The categories whose findings have a type of the shipped rules.
local CATEGORY_TYPES = {
  error_patterns = "Error",
  performance_patterns = "Performance",
  security_patterns = "Security",
  microservice_patterns = "Microservice",
}

local function fail(...)
  error({ message = (...):format(select(2, ...)) }, 0)
end

-- The host gives JSON's arrays a metatable, so that an empty one is no object.
local function is_array(value)
  return getmetatable(value) ~= nil
end

local function check_text(where, key, value, required)
  if value == nil and not required then
    return
  elseif type(value) ~= "string" then
    fail("%s: '%s' must be a string, got %s", where, key, type(value) == "nil" and "nothing" or "a " .. type(value))
  end
end

-- A text of findings, where the host's documents hold no NUL.
local function check_label(where, key, value, required)
  check_text(where, key, value, required)
  if value and value:find("\0", 1, true) then
    fail("%s: '%s' holds a NUL character", where, key)
  end
end

local function severity_of(where, value)
  check_text(where, "severity", value)
  local severity = (value or "medium"):lower()
  if not SEVERITIES[severity] then
    fail("%s: severity must be one of info, low, medium, high, critical, got \"%s\"", where, value)
  end
  return severity
end

local function identifier(name)
  return (name:gsub("[^%w_.-]", "_"))
end

-- business_logic_patterns -> Business_Logic
local function type_of_category(category)
  local known = CATEGORY_TYPES[category]
  if known then
    return known
  end
  local words = category:gsub("_patterns$", "")
  return (words:gsub("%a+", function(word)
    return word:sub(1, 1):upper() .. word:sub(2):lower()
  end))
end

local function new_rule(fields)
  fields.dedup = { "service", "user_id", "ip" }
  fields.all, fields.none = {}, {}
  fields.match, fields.enabled, fields.search_raw = false, true, true
  return fields
end

local CONDITION_KEYS = { name = true, pattern = true, severity = true, description = true }

local function from_condition(condition, index)
  local where = ("custom_conditions.conditions[%d]"):format(index - 1)
  if type(condition) ~= "table" then
    fail("%s: an object with name and pattern was expected", where)
  end
  check_label(where, "name", condition.name, true)
  where = ("condition '%s'"):format(condition.name)
  check_text(where, "pattern", condition.pattern, true)
  check_label(where, "description", condition.description)
  for key in pairs(condition) do
    if not CONDITION_KEYS[key] then
      fail("%s: unknown key '%s' (name, pattern, severity and description are known)", where, tostring(key))
    end
  end
  return new_rule {
    id = "custom." .. identifier(condition.name),
    title = condition.name,
    condition_name = condition.name,
    type = "CustomCondition",
    severity = severity_of(where, condition.severity),
    description = condition.description or "Custom condition matched",
    any = { condition.pattern },
    where_from = where,
  }
end

local function from_category(category, patterns, out)
  local where = ("custom_conditions.patterns.%s"):format(category)
  check_label("custom_conditions.patterns", "name of a category", category)
  if type(patterns) ~= "table" or not is_array(patterns) then
    fail("%s: a list of patterns was expected", where)
  end
  for i, pattern in ipairs(patterns) do
    check_text(where, ("[%d]"):format(i - 1), pattern, true)
    out[#out + 1] = new_rule {
      id = ("custom.%s.%d"):format(identifier(category), i),
      title = ("Custom pattern %d of %s"):format(i, category),
      type = type_of_category(category),
      severity = "medium",
      description = "Custom pattern matched",
      any = { pattern },
      where_from = ("%s[%d]"):format(where, i - 1),
    }
  end
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local TOP_KEYS = { conditions = true, patterns = true }

-- Two conditions of one name are two rules: their ids get a number.
local function make_ids_unique(rules)
  local seen = {}
  for _, r in ipairs(rules) do
    local count = (seen[r.id] or 0) + 1
    seen[r.id] = count
    if count > 1 then
      r.id = ("%s.%d"):format(r.id, count)
    end
  end
  return rules
end

local function check_shape(object)
  if type(object) ~= "table" or is_array(object) then
    fail("custom_conditions: an object with 'conditions' or 'patterns' was expected")
  end
  for key in pairs(object) do
    if not TOP_KEYS[key] then
      local near = rule.nearest(tostring(key), TOP_KEYS)
      fail("custom_conditions: unknown key '%s'%s", tostring(key), near and (" (did you mean '%s'?)"):format(near) or "")
    end
  end
  local conditions, patterns = object.conditions or {}, object.patterns or {}
  if type(conditions) ~= "table" or (object.conditions and not is_array(conditions)) then
    fail("custom_conditions.conditions: a list was expected")
  elseif type(patterns) ~= "table" or is_array(patterns) then
    fail("custom_conditions.patterns: an object of lists was expected")
  end
end

--- The rules of a custom_conditions object, and what is wrong with those that cannot be rules: messages that name the
--- condition.
---@param object table
---@return table[] rules, string[] wrong
function M.read(object)
  local rules, wrong = {}, {}
  local function try(f, ...)
    local ok, result = pcall(f, ...)
    if ok then
      return result
    elseif type(result) ~= "table" then
      error(result, 0)
    end
    wrong[#wrong + 1] = result.message
    return nil
  end
  try(check_shape, object)
  if #wrong > 0 then
    return rules, wrong
  end
  for i, condition in ipairs(object.conditions or {}) do
    rules[#rules + 1] = try(from_condition, condition, i)
  end
  for _, category in ipairs(sorted_keys(object.patterns or {})) do
    try(from_category, category, object.patterns[category], rules)
  end
  return make_ids_unique(rules), wrong
end

return M
