--- Other forms of rules as the text of rule files.

local conditions = require "logaudit.conditions"
local literal = require "logaudit.literal"
local rule = require "logaudit.rule"

local M = {}

local function line(key, value)
  return ("  %-14s = %s,\n"):format(key, value)
end

--- A condition in the normal form of conditions.lua as the text of a rule.
local function rule_text(condition)
  local text = "rule {\n"
  for _, key in ipairs { "id", "title", "condition_name", "type", "severity", "description" } do
    if condition[key] then
      text = text .. line(key, literal.quoted(condition[key]))
    end
  end
  return text .. line("any", "{ " .. literal.long(condition.any[1]) .. " }")
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

--- The rules of a custom_conditions object that was compiled, so that nothing is wrong with it.
---@param object table
---@return { id: string, text: string }[]
function M.conditions(object)
  local list = {}
  for i, condition in ipairs((conditions.read(object))) do
    check(condition)
    list[i] = { id = condition.id, text = rule_text(condition) }
  end
  return list
end

return M
