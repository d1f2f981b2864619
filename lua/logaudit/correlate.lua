--- `correlate`: checking it, its normal form, and what it refers to in other rules.
---
--- Normal form, as the compiled document holds it (src/data/correlation.c reads it):
---
---   kind      count, distinct, sequence, together, value, ratio
---   on[]      { rule, by[], steps }   the rules whose matches count; `by`: the name that each field of the key has
---             in their matches; `steps`: bits, which steps of a sequence or of together they are
---   own       the rule's own matches count, and are not reported one by one
---   by[]      the names of the key's fields in the finding
---   within, quiet, previous           microseconds
---   bounds    { ge =, gt =, le =, lt =, eq =, ne = }
---   field, weight, measure, p, min, factor, step_count
---   level     0 when it is on no other correlation, else one more than the highest of those

local checks = require "logaudit.checks"
local rule_fields = require "logaudit.fields"

local M = {}

local KINDS = { count = true, distinct = true, sequence = true, together = true, value = true, ratio = true }
local KEYS = { on = true, by = true, within = true, quiet = true, weight = true, versus = true }
for kind in pairs(KINDS) do
  KEYS[kind] = true
end
local BOUNDS = { ge = true, gt = true, le = true, lt = true, eq = true, ne = true }
local SECOND <const> = 1000000
local UNITS = { us = 1, ms = 1000, s = SECOND, m = 60 * SECOND, h = 3600 * SECOND, d = 86400 * SECOND }

-- Steps are bits of a number on the C side (data/correlation.h); correlations above each other are sorted apart.
local MAX_STEPS <const>, MAX_BY <const>, MAX_LEVELS <const> = 16, 8, 8
local MAX_SPAN <const> = 366 * UNITS.d

-- Of rule.lua, which requires this file.
local fail, nearest

---@param tools { fail: function, nearest: function }
function M.use(tools)
  fail, nearest = tools.fail, tools.nearest
end

local function wrong(message, ...)
  fail("correlate", message, ...)
end

local function kind_of(value)
  local t = type(value)
  return (t == "table" and "a table") or (t == "nil" and "nothing") or ("a " .. t)
end

local function suggestion(name, known)
  local near = type(name) == "string" and nearest(name, known)
  return near and (" (did you mean '%s'?)"):format(near) or ""
end

local function check_known(value, known, where)
  for key in checks.ordered(value) do
    if not known[key] then
      wrong("%sunknown key '%s'%s", where, tostring(key), suggestion(key, known))
    end
  end
end

local function check_table(where, value)
  if type(value) ~= "table" then
    wrong("%s: a table was expected, got %s", where, kind_of(value))
  end
end

local function name_of(where, value)
  if type(value) ~= "string" or value == "" then
    wrong("%s: a name was expected, got %s", where, value == "" and "\"\"" or kind_of(value))
  end
  return value
end

local function duration(where, value)
  local number, unit = tostring(value):match("^(%d+)(%l+)$")
  local span = UNITS[unit] and tonumber(number) * UNITS[unit]
  if type(value) ~= "string" or not span or span < 1 or span > MAX_SPAN then
    wrong("%s: a length of time like \"30s\", \"5m\" or \"1h\" (at most 366d) was expected, got %s", where,
      type(value) == "string" and ("\"%s\""):format(value) or kind_of(value))
  end
  return math.tointeger(span)
end

local function number_of(where, value)
  if type(value) ~= "number" or value ~= value or math.abs(value) == math.huge then
    wrong("%s: a number was expected, got %s", where, kind_of(value))
  end
  return value
end

local function positive(where, value)
  if number_of(where, value) <= 0 then
    wrong("%s: a number above 0 was expected, got %s", where, tostring(value))
  end
  return value
end

local function check_index(where, what, list, key)
  if math.type(key) ~= "integer" or key < 1 or key > #list then
    wrong("%s: a list of %s was expected, got the key '%s'", where, what, tostring(key))
  end
end

local function check_different(where, list)
  local seen = {}
  for _, name in ipairs(list) do
    if seen[name] then
      wrong("%s: '%s' is there twice", where, name)
    end
    seen[name] = true
  end
end

--- A list of rule ids; one id is a list of one.
local function ids(where, value)
  local list = type(value) == "string" and { value } or value
  check_table(where, list)
  for key in pairs(list) do
    check_index(where, "rule ids", list, key)
  end
  for i, name in ipairs(list) do
    name_of(("%s: item %d"):format(where, i), name)
  end
  if #list == 0 then
    wrong("%s: at least one rule id was expected", where)
  end
  return list
end

local function contains(list, name)
  for _, item in ipairs(list) do
    if item == name then
      return true
    end
  end
  return false
end

-- ---------------------------------------------------------------- kinds

local function allowed(number, bounds)
  return (not bounds.ge or number >= bounds.ge) and (not bounds.gt or number > bounds.gt)
    and (not bounds.le or number <= bounds.le) and (not bounds.lt or number < bounds.lt)
    and (not bounds.eq or number == bounds.eq) and (not bounds.ne or number ~= bounds.ne)
end

--- Whether there is a number in the bounds: it is one of them, or between two of them, or beyond all.
---@param bounds table<string, number> at least one
---@return boolean
function M.possible(bounds)
  local ends = {}
  for _, bound in pairs(bounds) do
    ends[#ends + 1] = bound
  end
  table.sort(ends)
  local possible = allowed(ends[1] - 1, bounds) or allowed(ends[#ends] + 1, bounds)
  for i, bound in ipairs(ends) do
    possible = possible or allowed(bound, bounds) or allowed((bound + (ends[i + 1] or bound)) / 2, bounds)
  end
  return possible
end

-- One of 1, 2, 3 ... is in the bounds.
local function reaches_whole(bounds)
  local reaches = allowed(1, bounds)
  for _, bound in pairs(bounds) do
    for number = bound // 1, bound // 1 + 2 do
      reaches = reaches or number > 0 and allowed(number, bounds)
    end
  end
  return reaches
end

-- Bounds are looked at when there is one more match: what is counted is above 0, and 1 at least where each match or
-- value weighs 1.
local function check_reachable(out)
  local whole = out.kind == "distinct" or out.kind == "count" and not out.weight
  local bounds = out.bounds or {}
  local most = math.min(bounds.lt or math.huge, bounds.le or math.huge, bounds.eq or math.huge)
  if whole and not reaches_whole(bounds) or (out.kind == "count" or out.kind == "ratio") and most <= 0 then
    wrong("%s: nothing is ever so: it is asked when there is a match, so that one of %s was expected", out.kind,
      whole and "1, 2, 3 ..." or "the numbers above 0")
  end
  for name, bound in checks.ordered(whole and bounds or {}) do
    if not math.tointeger(bound) then
      wrong("%s: %s: a whole number was expected, got %s", out.kind, name, tostring(bound))
    end
  end
end

--- The tests among the keys of `value`; besides, it may have the keys `others`.
local function bounds_of(where, value, others)
  local bounds, known = {}, {}
  for key in pairs(BOUNDS) do
    known[key] = true
    bounds[key] = value[key] ~= nil and number_of(("%s: %s"):format(where, key), value[key]) or nil
  end
  for _, key in ipairs(others) do
    known[key] = true
  end
  check_known(value, known, where .. ": ")
  if next(bounds) == nil then
    wrong("%s: at least one of ge, gt, le, lt, eq, ne was expected", where)
  end
  if not M.possible(bounds) then
    wrong("%s: no number is in these bounds", where)
  end
  return bounds
end

-- count = 5, or count = { ge = 5 }
local function count_bounds(where, value)
  if type(value) == "table" then
    return bounds_of(where, value, {})
  end
  return { ge = positive(where, value) }
end

local function optional(where, value, read)
  if value == nil then
    return nil
  end
  return read(where, value)
end

local function one_measure(value)
  local found
  for _, measure in ipairs { "p", "avg", "sum", "max" } do
    if value[measure] ~= nil and found then
      wrong("value: one of p, avg, sum, max was expected, got '%s' and '%s'", found, measure)
    end
    found = value[measure] ~= nil and measure or found
  end
  if not found then
    wrong("value: one of p, avg, sum, max was expected (p = 95, avg = true)")
  elseif found ~= "p" and value[found] ~= true then
    wrong("value: %s: true was expected, got %s", found, kind_of(value[found]))
  end
  return found
end

local READ = {}

local function ids_of_steps(steps)
  local list = {}
  for _, step in ipairs(steps or {}) do
    table.move(step, 1, #step, #list + 1, list)
  end
  return list
end

function READ.count(out, value)
  out.bounds = count_bounds("count", value)
end

function READ.distinct(out, value)
  check_table("distinct", value)
  check_known(value, { field = true, count = true }, "distinct: ")
  out.field = name_of("distinct: field", value.field)
  out.bounds = count_bounds("distinct: count", value.count)
end

--- Each step is a rule id, or a list of ids of which one is enough.
local function read_steps(out, kind, value)
  check_table(kind, value)
  out.steps = {}
  for key in pairs(value) do
    check_index(kind, "rule ids", value, key)
  end
  for i, step in ipairs(value) do
    out.steps[i] = ids(("%s: item %d"):format(kind, i), step)
  end
end

function READ.sequence(out, value)
  read_steps(out, "sequence", value)
end

function READ.together(out, value)
  read_steps(out, "together", value)
  check_different("together", ids_of_steps(out.steps))
end

function READ.value(out, value)
  check_table("value", value)
  out.measure = one_measure(value)
  out.p = out.measure == "p" and positive("value: p", value.p) or nil
  if out.p and out.p > 100 then
    wrong("value: p: a number up to 100 was expected, got %s", tostring(out.p))
  end
  out.field = name_of("value: field", value.field)
  out.min = optional("value: min", value.min, positive)
  out.bounds = bounds_of("value", value, { "field", "min", out.measure })
end

function READ.ratio(out, value)
  check_table("ratio", value)
  out.min = optional("ratio: min", value.min, positive)
  out.bounds = bounds_of("ratio", value, { "min" })
  for name, bound in checks.ordered(out.bounds) do
    if bound < 0 or bound > 1 or name == "gt" and bound == 1 then
      wrong("ratio: %s: a share from 0 to 1 was expected (0.05 is 5 %%), got %s", name, tostring(bound))
    end
  end
end

-- In the window of a key, its own fields have one value.
local function check_distinct(out)
  if out.kind == "distinct" and contains(out.by, out.field) and not out.aliases[out.field] then
    wrong("distinct: field: '%s' is in by, so there is never more than one: another field was expected", out.field)
  end
end

local function read_kind(out, value)
  for _, kind in ipairs { "count", "distinct", "sequence", "together", "value", "ratio" } do
    if value[kind] ~= nil and out.kind then
      wrong("one of count, distinct, sequence, together, value, ratio was expected, got '%s' and '%s'", out.kind, kind)
    end
    out.kind = value[kind] ~= nil and kind or out.kind
  end
  if not out.kind then
    wrong("one of count, distinct, sequence, together, value, ratio was expected")
  end
  READ[out.kind](out, value[out.kind])
  local count = out.steps and #out.steps or 2
  if count < 2 or count > MAX_STEPS then
    wrong("%s: from 2 to %d rules were expected, got %d", out.kind, MAX_STEPS, count)
  end
end

local function read_versus(out, value)
  check_table("versus", value)
  check_known(value, { previous = true, factor = true }, "versus: ")
  if out.steps then
    wrong("versus: it goes with count, distinct, value and ratio, not with %s", out.kind)
  end
  out.previous = duration("versus: previous", value.previous)
  out.factor = positive("versus: factor", value.factor)
end

-- ---------------------------------------------------------------- the key

local function check_alias(name, alias)
  if type(alias) == "string" then
    name_of("by: " .. name, alias)
    return
  end
  check_table("by: " .. name, alias)
  for id, own_name in pairs(alias) do
    name_of("by: " .. name, id)
    name_of(("by: %s: %s"):format(name, id), own_name)
  end
end

--- by = { "user_id", ip = "src", host = { ["some.rule"] = "node" } }: names, and what they are called in matches.
--- The names of the list first, then the others in their order.
local function read_by(out, value)
  local list, keyed = type(value) == "string" and { value } or value or {}, {}
  check_table("by", list)
  out.by, out.aliases = {}, {}
  for key, alias in pairs(list) do
    if type(key) == "string" then
      check_alias(key, alias)
      keyed[#keyed + 1] = key
    else
      check_index("by", "fields", list, key)
    end
  end
  table.sort(keyed)
  for i, name in ipairs(list) do
    out.by[i] = name_of(("by: item %d"):format(i), name)
  end
  for _, name in ipairs(keyed) do
    out.by[#out.by + 1] = name_of("by", name)
    out.aliases[name] = list[name]
  end
  check_different("by", out.by)
  if #out.by > MAX_BY then
    wrong("by: at most %d fields were expected, got %d", MAX_BY, #out.by)
  end
end

local function names_in(out, id)
  local list = {}
  for i, name in ipairs(out.by) do
    local alias = out.aliases[name]
    list[i] = type(alias) == "table" and (alias[id] or name) or alias or name
  end
  return list
end

local function check_aliases(out, on)
  for name, alias in pairs(out.aliases) do
    for id in pairs(type(alias) == "table" and alias or {}) do
      if not contains(on, id) then
        wrong("by: %s: '%s' is not one of the rules that are counted", name, id)
      end
    end
  end
end

-- All records are counted by the key, so it must be of fields that every record is asked for.
local function check_ratio(out)
  for _, name in ipairs(out.by) do
    if not rule_fields.keys[name] and name ~= "route" then
      wrong("by: ratio counts all records by it, so a field like service, ip or route was expected, got '%s'", name)
    elseif out.aliases[name] then
      wrong("by: %s: ratio counts all records by it, so it has no other names", name)
    end
  end
  for _, key in ipairs { "within", "quiet", "previous" } do
    if out[key] and out[key] % SECOND ~= 0 then
      wrong("%s: ratio counts by the second, so whole seconds were expected", key == "previous" and "versus" or key)
    end
  end
  if out.weight then
    wrong("weight: ratio counts records, which have none")
  end
end

-- ---------------------------------------------------------------- what it is on

local function without_repeats(list)
  local out = {}
  for _, name in ipairs(list) do
    out[#out + 1] = not contains(out, name) and name or nil
  end
  return out
end

--- The ids of the rules that it is on, in their order; of a sequence or together without `on` those of the steps.
local function read_on(out, value)
  local on = optional("on", value.on, ids)
  if on then
    check_different("on", on)
  end
  local of_steps = ids_of_steps(out.steps)
  for _, id in ipairs(on and of_steps or {}) do
    if not contains(on, id) then
      wrong("%s: '%s' is not in 'on'", out.kind, id)
    end
  end
  return on or out.steps and without_repeats(of_steps)
end

local function steps_of(out, id)
  local bits = 0
  for i, step in ipairs(out.steps or {}) do
    bits = contains(step, id) and bits | 1 << (i - 1) or bits
  end
  return bits
end

--- The normal form of a rule's `correlate`.
---@param value table
---@param id string        the rule's own
---@param part string|nil  the first of the rule's keys that say which records it holds for
---@param holds boolean    whether these are enough for a rule
---@return table
function M.check(value, id, part, holds)
  local out = {}
  check_known(value, KEYS, "")
  read_kind(out, value)
  out.within = duration("within", value.within)
  out.quiet = optional("quiet", value.quiet, duration)
  out.weight = optional("weight", value.weight, name_of)
  if value.versus ~= nil then
    read_versus(out, value.versus)
  end
  read_by(out, value.by)
  if out.kind == "ratio" then
    check_ratio(out)
  end
  check_reachable(out)
  check_distinct(out)
  local on = read_on(out, value)
  if on and part then
    wrong("on: a rule on other rules has no '%s' of its own", part)
  elseif not on and not holds then
    wrong("on: a list of rule ids was expected; or any, all, where or match, whose matches are counted then")
  elseif on and contains(on, id) then
    wrong("on: '%s' is the rule itself", id)
  end
  check_aliases(out, on or { id })
  out.own, out.on = not on, {}
  for i, other in ipairs(on or { id }) do
    out.on[i] = { rule = other, by = names_in(out, other), steps = steps_of(out, other) }
  end
  out.step_count = out.steps and #out.steps or nil
  out.aliases, out.steps = nil, nil
  return out
end

-- ---------------------------------------------------------------- between rules

local function map_of(rules)
  local by_id = {}
  for _, normal in ipairs(rules) do
    by_id[normal.id] = normal
  end
  return by_id
end

--- Takes out of what a correlation is on those that are disabled. The ids without which it cannot fire: all that it
--- is on, or all of one step; empty when it goes on with the others.
local function take_out(correlate, disabled)
  local kept, gone, steps, of_gone = {}, {}, 0, 0
  for _, on in ipairs(correlate.on) do
    local list = disabled[on.rule] and gone or kept
    list[#list + 1] = list == gone and on.rule or on
    steps, of_gone = steps | (list == kept and on.steps or 0), of_gone | (list == gone and on.steps or 0)
  end
  if #kept == 0 or of_gone & ~steps ~= 0 then
    return gone
  end
  correlate.on = kept
  return {}
end

--- Takes out what correlations are on and the overrides disable, and the correlations that cannot be without it, which
--- may be all that others are on.
---@param rules table[] normal forms
---@param disabled table<string, string> by id, who disabled it; gets those that are taken out
---@return { rule_id: string, reason: string }[]
function M.take_out_disabled(rules, disabled)
  local off, known, at = {}, map_of(rules), 1
  for id in pairs(known) do
    disabled[id] = nil
  end
  while at <= #rules do
    local normal = rules[at]
    local gone = normal.correlate and not normal.correlate.own and take_out(normal.correlate, disabled) or {}
    if #gone > 0 then
      table.remove(rules, at)
      for i, id in ipairs(gone) do
        gone[i] = ("'%s' (%s)"):format(id, disabled[id])
      end
      off[#off + 1] = {
        rule_id = normal.id, file = normal.file,
        reason = "switched off: it cannot fire without " .. table.concat(gone, ", "),
      }
      disabled[normal.id] = "switched off"
    end
    at = #gone > 0 and 1 or at + 1
  end
  return off
end

--- The first rule that is on one that is not there, and what to say of it.
local function find_missing(rules, by_id, others)
  for _, normal in ipairs(rules) do
    for _, on in ipairs(normal.correlate and normal.correlate.on or {}) do
      if not by_id[on.rule] then
        local near = suggestion(on.rule, by_id)
        return normal, ("on: there is no rule '%s'%s"):format(on.rule, near ~= "" and near or suggestion(on.rule, others))
      end
    end
  end
  return nil
end

--- One more than the highest level of what the rule is on: -1 for a rule without `correlate`. nil and the way round
--- when it leads back.
local function level_of(normal, by_id, levels, way)
  local correlate = normal.correlate
  if not correlate or correlate.own then
    return correlate and 0 or -1
  elseif levels[normal.id] then
    return levels[normal.id]
  elseif contains(way, normal.id) or #way > MAX_LEVELS then
    return nil, table.concat(way, " -> ") .. " -> " .. normal.id
  end
  way[#way + 1] = normal.id
  local level = 0
  for _, on in ipairs(correlate.on) do
    local below, circle = level_of(by_id[on.rule], by_id, levels, way)
    if not below then
      return nil, circle
    end
    level = math.max(level, below + 1)
  end
  way[#way] = nil
  levels[normal.id] = level
  return level
end

--- Sets the level of each correlation. The first rule that refers to what it cannot, and what to say of it.
---@param rules table[] normal forms
---@param others table<string, any> by id, rules that might have been meant
---@return table|nil normal, string|nil problem
function M.link(rules, others)
  local by_id, levels = map_of(rules), {}
  local missing, problem = find_missing(rules, by_id, others)
  if missing then
    return missing, problem
  end
  for _, normal in ipairs(rules) do
    local level, way = level_of(normal, by_id, levels, {})
    if not level or level >= MAX_LEVELS then
      return normal, ("on: at most %d correlations on each other, and none on itself, were expected%s"):format(
        MAX_LEVELS, way and ", got " .. way or "")
    elseif normal.correlate then
      normal.correlate.level = level
    end
  end
  return nil
end

--- The ids that rules refer to and that are not among them, in their order.
---@param rules table[]
---@return string[]
function M.missing(rules)
  local by_id, names = map_of(rules), {}
  for _, normal in ipairs(rules) do
    for _, on in ipairs(normal.correlate and normal.correlate.on or {}) do
      names[#names + 1] = not by_id[on.rule] and on.rule or nil
    end
  end
  table.sort(names)
  return without_repeats(names)
end

return M
