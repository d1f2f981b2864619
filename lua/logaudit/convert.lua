--- Other forms of rules as the text of rule files.

local conditions = require "logaudit.conditions"
local rule = require "logaudit.rule"

local M = {}

local function quoted(text)
  return (("%q"):format(text):gsub("\\\n", "\\n"))
end

-- [[...]] where the text allows it, so that the pattern stays readable.
local function pattern_literal(text)
  for level = 0, 2 do
    local closer = "]" .. ("="):rep(level) .. "]"
    local fits = not (text .. "]"):find(closer, 1, true) and not text:find "[%c\127]"
    if fits then
      local opener = "[" .. ("="):rep(level) .. "["
      return opener .. text .. closer
    end
  end
  return quoted(text)
end

local function line(key, value)
  return ("  %-14s = %s,\n"):format(key, value)
end

--- A condition in the normal form of conditions.lua as the text of a rule.
local function rule_text(condition)
  local text = "rule {\n"
  for _, key in ipairs { "id", "title", "condition_name", "type", "severity", "description" } do
    if condition[key] then
      text = text .. line(key, quoted(condition[key]))
    end
  end
  return text .. line("any", "{ " .. pattern_literal(condition.any[1]) .. " }")
    .. line("raw", "true") .. "  -- tests = { { \"a name\", log = \"a line of yours\", expect = 1 } },\n}"
end

-- What a condition may be and a rule may not: the limits of its texts.
local function check(condition)
  local ok, problem = pcall(rule.check, {
    id = condition.id, title = condition.title, condition_name = condition.condition_name, type = condition.type,
    severity = condition.severity, description = condition.description, any = condition.any, raw = true,
  }, condition.id)
  if not ok then
    error(("%s: %s: %s"):format(condition.where_from, problem.key or "rule", problem.message), 0)
  end
end

--- The rules of a custom_conditions object. Raises a message that names the condition.
---@param object table
---@return { id: string, text: string }[]
function M.conditions(object)
  local list = {}
  for i, condition in ipairs(conditions.rules(object)) do
    check(condition)
    list[i] = { id = condition.id, text = rule_text(condition) }
  end
  return list
end

return M
