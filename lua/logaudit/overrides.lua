--- Overrides: what one place says of the rules, without editing them. A file returns a table by rule id:
---
---   ["performance.slow_response"] = {
---     enabled = true, severity = "low", correlate = { within = "10m" },
---     limits = { { where = { route = "/export" }, ms = 30000 } },
---     except = { { where = { ip = "192.0.2.7" }, reason = "our own scanner", owner = "web", until = "2026-12-31" } },
---   }
---
--- The first three are put into the rule before it is checked; `limits` and `except` travel beside it.

local checks = require "logaudit.checks"
local regex = require "logaudit.regex"
local rule = require "logaudit.rule"
local tables = require "logaudit.tables"

local M = {}

local OF_RULES = { enabled = true, severity = true, correlate = true } -- the others are lists of the file's own
local KEYS = { enabled = true, severity = true, correlate = true, limits = true, except = true }
local LIMIT_KEYS = { where = true, ms = true }
local EXCEPT_KEYS = { where = true, reason = true, owner = true, ["until"] = true }

-- Each is tried on findings of its rule, in order; and each text is shown in results.
local MAX_ENTRIES <const>, MAX_TEXT <const> = 1000, 1024

local function fail(id, message, ...)
  rule.fail(id, message, ...)
end

local function check_keys(id, key, index, entry, known)
  local place = ("%s: item %d"):format(key, index)
  if type(entry) ~= "table" then
    fail(id, "%s: a table was expected, got a %s", place, type(entry))
  end
  for name in checks.ordered(entry) do
    if not known[name] then
      local near = rule.nearest(tostring(name), known)
      fail(id, "%s: unknown key '%s'%s", place, tostring(name), near and (" (did you mean '%s'?)"):format(near) or "")
    end
  end
  if type(entry.where) ~= "table" then
    fail(id, "%s: where: tests on fields were expected, as in a rule", place)
  end
  return place
end

-- Checked as in a rule; what is wrong is told of the override.
local function as_in_rule(id, place, check, ...)
  local ok, result = pcall(check, ...)
  if ok then
    return result
  elseif type(result) ~= "table" then
    error(result, 0)
  end
  return fail(id, "%s: %s", place, result.message)
end

local function tests_of(id, place, where)
  local maps = as_in_rule(id, place .. ": where", rule.tests, "where", where)
  rule.each_test(maps, function(test)
    local compiled, message = true, nil
    if test.re then
      compiled, message = regex.compile(test.re)
    end
    if not compiled then
      fail(id, "%s: where: %s: pattern %q: %s", place, test.field, test.re, message)
    end
  end)
  return maps
end

local function check_text(id, place, key, value)
  if type(value) ~= "string" or not value:find "%S" or #value > MAX_TEXT then
    fail(id, "%s: %s: a text of at most %d bytes was expected", place, key, MAX_TEXT)
  end
end

local DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- Days from 1970-01-01 (proleptic Gregorian).
local function days_of(year, month, day)
  local y = month <= 2 and year - 1 or year
  local era, of_year = y // 400, (153 * ((month + 9) % 12) + 2) // 5 + day - 1
  local of_era = y % 400 * 365 + y % 400 // 4 - y % 400 // 100 + of_year
  return era * 146097 + of_era - 719468
end

-- The day is the last one on which the exception holds, in UTC. Microseconds since 1970 of its end.
local function end_of(id, place, text)
  local year, month, day = tostring(text):match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local leap = year and (year % 4 == 0 and year % 100 ~= 0 or year % 400 == 0)
  local last = month and DAYS[month] and DAYS[month] + (month == 2 and leap and 1 or 0)
  if not last or day < 1 or day > last then
    fail(id, "%s: until: a day like \"2026-12-31\" was expected, got \"%s\"", place, tostring(text))
  end
  return (days_of(year, month, day) + 1) * 86400 * 1000000
end

local READ = {}

function READ.limits(id, index, entry)
  local place = check_keys(id, "limits", index, entry, LIMIT_KEYS)
  if type(entry.ms) ~= "number" or not (entry.ms > 0 and entry.ms < math.huge) then
    fail(id, "%s: ms: a number of milliseconds above 0 was expected, got %s", place,
      type(entry.ms) == "number" and tostring(entry.ms) or "a " .. type(entry.ms))
  end
  return { where = tests_of(id, place, entry.where), ms = entry.ms }
end

function READ.except(id, index, entry)
  local place = check_keys(id, "except", index, entry, EXCEPT_KEYS)
  if entry.reason == nil then
    fail(id, "%s: reason is missing: say why these findings are not wanted", place)
  end
  check_text(id, place, "reason", entry.reason)
  if entry.owner ~= nil then
    check_text(id, place, "owner", entry.owner)
  end
  return {
    where = tests_of(id, place, entry.where), reason = entry.reason, owner = entry.owner, ["until"] = entry["until"],
    ends = entry["until"] and end_of(id, place, entry["until"]),
  }
end

local function read_list(id, key, list)
  local out = {}
  if #list == 0 or #list > MAX_ENTRIES then
    fail(id, "%s: a list of 1 to %d tables was expected", key, MAX_ENTRIES)
  end
  for name in pairs(list) do
    if math.type(name) ~= "integer" or name < 1 or name > #list then
      fail(id, "%s: a list of tables was expected, got the key '%s'", key, tostring(name))
    end
  end
  for index, entry in ipairs(list) do
    out[index] = READ[key](id, index, entry)
  end
  return out
end

local function read_entry(id, entry)
  if type(entry) ~= "table" then
    fail(id, "a table was expected, got a %s", type(entry))
  end
  for key, value in checks.ordered(entry) do
    if not KEYS[key] then
      local near = rule.nearest(tostring(key), KEYS)
      fail(id, "unknown key '%s'%s", tostring(key), near and (" (did you mean '%s'?)"):format(near) or "")
    elseif OF_RULES[key] then
      as_in_rule(id, key, rule.check_value, key, value)
    elseif type(value) ~= "table" then
      fail(id, "%s: a list of tables was expected, got a %s", key, type(value))
    elseif checks.holds_nul(value) then
      fail(id, "%s: holds a NUL character", key)
    end
  end
  as_in_rule(id, "severity", rule.check_severity, "severity", entry.severity)
  return {
    enabled = entry.enabled, severity = entry.severity, correlate = entry.correlate,
    limits = entry.limits and read_list(id, "limits", entry.limits),
    except = entry.except and read_list(id, "except", entry.except),
  }
end

--- The file's text as Lua reads it: `until` is a word of the language, so that as a key it needs brackets there.
---@param text string
---@return string
function M.readable(text)
  return (text:gsub("([,{;]%s*)until(%s*=)", '%1["until"]%2'))
end

--- The entries of what an overrides file returned, checked; an error is raised by rule.fail, with the id as key.
---@param value any
---@return table<string, table>
function M.read(value)
  local entries = {}
  if type(value) ~= "table" then
    fail(nil, "a table by rule id was expected, got a %s (is 'return' missing?)", type(value))
  end
  for id, entry in pairs(value) do
    if type(id) ~= "string" then
      fail(nil, "a rule id was expected as key, got %s", tostring(id))
    end
    entries[id] = read_entry(id, entry)
  end
  return entries
end

--- The rule's own table with the entry's values in it: a copy, because other threads' states load the rule too. Raises
--- when there is nothing in the rule that the entry could change.
---@param item any what the rule file returned
---@param entry table|nil
function M.merge(item, entry)
  if not entry or type(item) ~= "table" then
    return item
  elseif entry.correlate and item.correlate == nil then
    rule.fail("correlate", "the rule is no correlation, so there is nothing to change (write a rule of your own on it)")
  end
  local copy = {}
  for key, value in pairs(item) do
    copy[key] = value
  end
  if entry.enabled ~= nil then
    copy.enabled = entry.enabled
  end
  copy.severity = entry.severity or copy.severity
  if entry.correlate then
    copy.correlate = {}
    for key, value in pairs(type(item.correlate) == "table" and item.correlate or {}) do
      copy.correlate[key] = value
    end
    for key, value in pairs(entry.correlate) do
      copy.correlate[key] = value
    end
  end
  return copy
end

-- Deep, because compiling a rule turns patterns into numbers in place.
local function copy_of(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = copy_of(item)
  end
  return copy
end

local function is_least(test)
  return test.field == "duration_ms" and (test.op == "ge" or test.op == "gt")
end

--- Puts limits and exceptions beside the checked rule. `least_ms` is the shortest duration that any limit, or the
--- rule itself, asks for.
---@param normal table the rule in its normal form
---@param entry table|nil
---@param reads_thresholds boolean whether the rule's file names them
function M.add(normal, entry, reads_thresholds)
  if not entry then
    return
  end
  normal.except = copy_of(entry.except)
  normal.limits = copy_of(entry.limits)
  tables.check_added(normal)
  local least, tested = math.huge, false
  rule.each_test(entry.limits and normal.where, function(test)
    if is_least(test) then
      least, tested = math.min(least, tonumber(test.values[1])), true
    end
  end)
  if entry.limits and not tested and not (normal.match and reads_thresholds) then
    rule.fail(nil, "limits: the rule does not ask from which duration_ms on an operation is slow%s",
      normal.match and ", and its file does not name thresholds.slow_ms" or "")
  end
  for _, limit in ipairs(entry.limits or {}) do
    least = math.min(least, limit.ms)
  end
  normal.least_ms = entry.limits and least or nil
end

return M
