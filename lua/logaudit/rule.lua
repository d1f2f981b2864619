--- Checking rules: a rule file's table becomes a normal form, or an error that names the key and what was
--- expected there. Patterns stay text here; compile.lua numbers and translates them.

local access_line = require "logaudit.access_line"
local checks = require "logaudit.checks"
local correlate = require "logaudit.correlate"

local M = {}

local SEVERITIES = { info = true, low = true, medium = true, high = true, critical = true }
local STATUSES = { stable = true, experimental = true, test = true, deprecated = true }

-- What each key must be. A name ends in "s" here when a list of it is meant.
local KEYS = {
  id = "string", title = "string", type = "string", severity = "string", description = "string",
  owner = "string", runbook = "string", author = "string", status = "string",
  version = "scalar", enabled = "boolean", report = "boolean", condition_name = "string", raw = "boolean", fallback = "boolean",
  tags = "strings", references = "strings", dedup = "strings",
  any = "strings", all = "strings", none = "strings",
  where = "table", unless = "table", meta = "table", tests = "table",
  match = "function", correlate = "table", lookup = "table",
}

-- A rule is written by a person, and its texts are copied into every finding. Bytes; items of lists.
local MAX_TEXT <const>, MAX_DESCRIPTION <const>, MAX_ID <const> = 1024, 16 * 1024, 256
local MAX_PATTERNS <const>, MAX_VALUES <const> = 1000, 10000
M.MAX_ID = MAX_ID
local MAX_BYTES = { id = MAX_ID, description = MAX_DESCRIPTION }
local PATTERN_KEYS = { any = true, all = true, none = true }

--- Raises an error that compile.lua turns into "file:line: key: message".
---@param key string|nil
---@param message string
local function fail(key, message, ...)
  error({ key = key, message = message:format(...) }, 0)
end
M.fail = fail

local function kind_of(value)
  local t = type(value)
  return (t == "table" and "a table") or (t == "nil" and "nothing") or (t == "userdata" and "null") or ("a " .. t)
end

-- Edits that lead from one to the other; two letters the wrong way round are one.
local function distance(a, b)
  local before, previous = {}, {}
  for j = 0, #b do
    previous[j] = j
  end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, previous = previous, row
  end
  return previous[#b]
end

--- The candidate nearest to `name` by edit distance, when it is near enough to be a typing mistake.
---@param name string
---@param candidates table<string, any>
---@return string|nil
function M.nearest(name, candidates)
  local best, best_distance = nil, math.max(1, #name // 3) + 1
  for candidate in pairs(candidates) do
    local edits = distance(name, candidate)
    if edits < best_distance or (edits == best_distance and best and candidate < best) then
      best, best_distance = candidate, edits
    end
  end
  return best
end

correlate.use { fail = fail, nearest = M.nearest }

local function suggestion(name, candidates)
  local near = M.nearest(name, candidates)
  return near and (" (did you mean '%s'?)"):format(near) or ""
end

-- ---------------------------------------------------------------- types of values

local CHECKS = {}

local function check_length(key, text, where)
  local most = MAX_BYTES[key] or MAX_TEXT
  if #text > most then
    fail(key, "%sat most %d bytes were expected, got %d", where or "", most, #text)
  end
end

local function check_string(key, value)
  if type(value) ~= "string" then
    fail(key, "a string was expected, got %s", kind_of(value))
  end
end

function CHECKS.string(key, value)
  check_string(key, value)
  check_length(key, value)
end

function CHECKS.scalar(key, value)
  if type(value) ~= "string" and type(value) ~= "number" then
    fail(key, "a string or a number was expected, got %s", kind_of(value))
  end
  check_length(key, tostring(value))
end

-- The length of a list, from its keys: the operator # may stop at a hole, and ipairs does.
local function check_list(key, list, most, where)
  local count, last = 0, 0
  for index in pairs(list) do
    if math.type(index) ~= "integer" or index < 1 then
      fail(key, "%sa list was expected, got the key '%s'", where or "", tostring(index))
    end
    count, last = count + 1, math.max(last, index)
  end
  if count > most then
    fail(key, "%sat most %d items were expected, got %d", where or "", most, count)
  end
  for index = 1, count do
    if list[index] == nil then
      fail(key, "%sitem %d is nil", where or "", index)
    end
  end
end

function CHECKS.boolean(key, value)
  if type(value) ~= "boolean" then
    fail(key, "true or false was expected, got %s", kind_of(value))
  end
end

CHECKS["function"] = function(key, value)
  if type(value) ~= "function" then
    fail(key, "a function was expected, got %s", kind_of(value))
  end
end

function CHECKS.table(key, value)
  if type(value) ~= "table" then
    fail(key, "a table was expected, got %s", kind_of(value))
  end
end

function CHECKS.strings(key, value)
  if type(value) ~= "table" then
    fail(key, "a list of strings was expected, got %s", kind_of(value))
  end
  check_list(key, value, MAX_PATTERNS)
  for index, item in ipairs(value) do
    if type(item) ~= "string" then
      fail(key, "item %d: a string was expected, got %s", index, kind_of(item))
    elseif not PATTERN_KEYS[key] then -- a pattern's length is the translator's business
      check_length(key, item, ("item %d: "):format(index))
    end
  end
end

-- ---------------------------------------------------------------- where, unless

local LIST_OPS = { eq = true, ne = true, prefix = true, suffix = true, contains = true, cidr = true, in_table = true }
local NUMBER_OPS = { gt = true, ge = true, lt = true, le = true }
local FLAG_OPS = { exists = true, null = true }
local NAME_OPS = { -- the values of the named fields take the place of values
  eq_field = "eq", prefix_field = "prefix", suffix_field = "suffix", contains_field = "contains",
}
local OPS = { re = true }
for _, group in ipairs { LIST_OPS, NUMBER_OPS, FLAG_OPS, NAME_OPS } do
  for op in pairs(group) do
    OPS[op] = true
  end
end

-- 1.0 as 1, because a log may write either; other numbers in as few digits as tell them from all others.
local function text_of(value)
  if type(value) ~= "number" then
    return tostring(value)
  end
  local whole = math.tointeger(value)
  if whole then
    return ("%d"):format(whole)
  end
  local text = ("%.15g"):format(value)
  return tonumber(text) == value and text or ("%.17g"):format(value)
end

local function value_list(key, field, value)
  local list = type(value) == "table" and value or { value }
  local texts = {}
  check_list(key, list, MAX_VALUES, field .. ": ")
  for i, item in ipairs(list) do
    local t = type(item)
    if t ~= "string" and t ~= "number" and t ~= "boolean" then
      fail(key, "%s: a string, number or boolean was expected, got %s", field, kind_of(item))
    end
    texts[i] = text_of(item)
    check_length(key, texts[i], field .. ": ")
  end
  if #texts == 0 then
    fail(key, "%s: a value or a list of values was expected", field)
  end
  return texts
end

local function is_ipv4(address)
  local parts = { address:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$" }
  for _, part in ipairs(parts) do
    if tonumber(part) > 255 then
      return false
    end
  end
  return #parts == 4
end

local function check_cidr(key, field, texts)
  for _, text in ipairs(texts) do
    local address, bits = text:match("^([%x.:]+)/(%d+)$")
    local limit = address and (address:find(":", 1, true) and 128 or 32)
    if not limit or tonumber(bits) > limit or limit == 32 and not is_ipv4(address) then
      fail(key, "%s: a network like \"10.0.0.0/8\" was expected, got \"%s\"", field, text)
    end
  end
end

local function one_test(key, field, op, value)
  if FLAG_OPS[op] then
    if type(value) ~= "boolean" then
      fail(key, "%s: %s: true or false was expected, got %s", field, op, kind_of(value))
    end
    return { field = field, op = op, wanted = value }
  elseif op == "re" then
    if type(value) ~= "string" then -- its length is the translator's business, as in `any`
      fail(key, "%s: re: a regex was expected, got %s", field, kind_of(value))
    end
    return { field = field, op = op, re = value }
  elseif NUMBER_OPS[op] and type(value) ~= "number" then
    fail(key, "%s: %s: a number was expected, got %s", field, op, kind_of(value))
  elseif NUMBER_OPS[op] and (value ~= value or math.abs(value) == math.huge) then
    fail(key, "%s: %s: a number that logs can hold was expected, got %s", field, op, tostring(value))
  end
  local texts = value_list(key, field, value)
  if op == "cidr" then
    check_cidr(key, field, texts)
  end
  return { field = field, op = NAME_OPS[op] or op, values = texts, by_field = NAME_OPS[op] and true or nil }
end

-- Names with a list of maps behind them: one, each, none of these must hold.
local NESTED = { any = true, all = true, none = true }

local function tests_of_field(key, field, value, out)
  if type(field) ~= "string" then
    fail(key, "a field name was expected, got %s", kind_of(field))
  end
  if type(value) ~= "table" or value[1] ~= nil then
    out[#out + 1] = one_test(key, field, "eq", value)
    return
  end
  if next(value) == nil then
    fail(key, "%s: a value or a list of values was expected, got {}", field)
  end
  for op, operand in pairs(value) do
    if not OPS[op] then
      local advice = NESTED[field] and (" (a list of maps? %s = { { %s = ... } })"):format(field, tostring(op))
      fail(key, "%s: unknown test '%s'%s", field, tostring(op), advice or suggestion(tostring(op), OPS))
    end
    out[#out + 1] = one_test(key, field, op, operand)
  end
end

-- What a test is called in the order of tests.
local function order_of(test)
  return ("%s\0%s\0%s"):format(test.field or "", test.op, test.by_field and 1 or 0)
end

-- The cheapest order does not matter for the meaning; a fixed one does for equal bytes. Maps in maps come last.
local function by_name(a, b)
  if (a.maps == nil) ~= (b.maps == nil) then
    return a.maps == nil
  end
  return order_of(a) < order_of(b)
end

local MAX_NESTING <const> = 16

local map_list

local function one_map(key, map, depth)
  CHECKS.table(key, map)
  local tests = {}
  for field, value in pairs(map) do
    if NESTED[field] and type(value) == "table" and type(value[1]) == "table" then
      tests[#tests + 1] = { op = field, maps = map_list(key, value, depth + 1) }
    else
      tests_of_field(key, field, value, tests)
    end
  end
  if #tests == 0 then
    fail(key, "a map of tests was expected, got {}")
  end
  table.sort(tests, by_name)
  return tests
end

function map_list(key, list, depth)
  if depth > MAX_NESTING then
    fail(key, "maps are nested more than %d deep", MAX_NESTING)
  end
  local maps = {}
  check_list(key, list, MAX_PATTERNS)
  for i, map in ipairs(list) do
    maps[i] = one_map(key, map, depth)
  end
  return maps
end

-- A map, or a list of maps.
local function test_list(key, value)
  if value == nil then
    return nil
  end
  return map_list(key, value[1] ~= nil and value or { value }, 1)
end
M.tests = test_list

--- Calls `visit` with each test of a list of maps in the normal form, those in maps in maps too.
---@param maps table[]|nil
---@param visit fun(test: table)
function M.each_test(maps, visit)
  for _, tests in ipairs(maps or {}) do
    for _, test in ipairs(tests) do
      if test.maps then
        M.each_test(test.maps, visit)
      else
        visit(test)
      end
    end
  end
end

-- ---------------------------------------------------------------- one rule

-- Those that are regexes, and those that reach the host as the text of a JSON document.
local HOLDS_ANY <const> = { any = true, all = true, none = true, meta = true, tags = true, references = true, version = true,
  tests = true }

--- Raises unless the value is of the kind that this key of a rule has.
---@param key string
---@param value any
function M.check_value(key, value)
  CHECKS[KEYS[key]](key, value)
  if not HOLDS_ANY[key] and checks.holds_nul(value) then
    fail(key, "holds a NUL character")
  end
end

local function check_keys(rule)
  for key, value in checks.ordered(rule) do
    if not KEYS[key] then
      fail(type(key) == "string" and key or nil, "unknown key '%s'%s", tostring(key),
        suggestion(tostring(key), KEYS))
    end
    M.check_value(key, value)
  end
end

-- Keys that the host fills from anything in the record: their spelling there is not the one in the rule.
local FINDING_KEYS = {}
for key in ([[user_id user action outcome service host level ip request_id duration_ms status method path route
  message raw source kind time timestamp line line_number offset]]):gmatch "%S+" do
  FINDING_KEYS[key] = true
end

---@param name string
---@return boolean
function M.is_finding_key(name)
  return FINDING_KEYS[name] or false
end

--- Raises unless it is a severity, or nothing.
---@param key string
---@param severity string|nil
function M.check_severity(key, severity)
  if severity and not SEVERITIES[severity:lower()] then
    fail(key, "one of info, low, medium, high, critical was expected, got \"%s\"%s", severity,
      suggestion(severity:lower(), SEVERITIES))
  end
end

local function holds_for_records(rule)
  return rule.any and #rule.any > 0 or rule.all and #rule.all > 0 or rule.where ~= nil or rule.match ~= nil
end

local function check_values(rule)
  if rule.id and not rule.id:find("^[%w_][%w_.-]*$") then
    fail("id", "letters, digits, '.', '-' and '_' were expected, got \"%s\"", rule.id)
  end
  if rule.title and not rule.title:find "%S" then
    fail("title", "a text was expected, got an empty one")
  end
  if not rule.type then
    fail(nil, "'type' is missing (Error, Security, Performance, Microservice, UserActivity or your own)")
  elseif not rule.type:find "%S" then
    fail("type", "a name was expected, got \"%s\"", rule.type)
  end
  M.check_severity("severity", rule.severity)
  if rule.status and not STATUSES[rule.status] then
    fail("status", "one of stable, experimental, test, deprecated was expected, got \"%s\"%s", rule.status,
      suggestion(rule.status:lower(), STATUSES))
  end
  if not holds_for_records(rule) and not rule.correlate then
    fail(nil, "at least one of 'any', 'all', 'where', 'match', 'correlate' must be there")
  end
end

local function check_correlate(rule, id)
  local part
  for _, key in ipairs { "match", "unless", "where", "none", "all", "any" } do
    part = rule[key] ~= nil and key or part
  end
  return rule.correlate and correlate.check(rule.correlate, id, part, holds_for_records(rule))
end

-- The columns of W3C logs may stand in any order, which no pattern tells; but they have names, and those that begin
-- with cs- are what a client sent.
local ACCESS_COLUMNS <const> = { ["$.cs-method"] = { exists = true } }

-- A rule that does not read access lines by their pattern does not read them by their columns either.
local function unless_of(rule)
  local maps = test_list("unless", rule.unless)
  for _, pattern in ipairs(rule.none or {}) do
    if pattern == access_line then
      maps = maps or {}
      maps[#maps + 1] = test_list("unless", ACCESS_COLUMNS)[1]
    end
  end
  return maps
end

-- Of a correlation: its key tells its findings apart.
local function default_dedup(correlated)
  local by = correlated and correlated.by or {}
  return #by > 0 and by or { "service", "user_id", "ip" }
end

--- The normal form of a rule table, or an error raised by `fail`.
---@param rule table
---@param default_id string
---@return table
function M.check(rule, default_id)
  if type(rule) ~= "table" then
    fail(nil, "the file must return a rule or a list of rules, got %s", kind_of(rule))
  end
  check_keys(rule)
  check_values(rule)
  local id = rule.id or default_id
  local correlated = check_correlate(rule, id)
  return {
    id = id,
    title = rule.title or rule.id or default_id,
    type = rule.type,
    severity = (rule.severity or "medium"):lower(),
    description = rule.description,
    owner = rule.owner, runbook = rule.runbook, author = rule.author,
    status = rule.status, version = rule.version,
    tags = rule.tags, references = rule.references,
    dedup = rule.dedup or default_dedup(correlated),
    meta = rule.meta,
    enabled = rule.enabled ~= false,
    support = rule.report == false or nil,
    condition_name = rule.condition_name, search_raw = rule.raw == true, fallback = rule.fallback == true,
    any = rule.any or {}, all = rule.all or {}, none = rule.none or {},
    where = test_list("where", rule.where),
    unless = unless_of(rule),
    lookup = rule.lookup,
    match = rule.match ~= nil,
    correlate = correlated,
    tests = rule.tests,
  }
end

--- The rules of what a file returned: one rule, or a list of them.
---@param value any
---@return table[]
function M.list(value)
  if type(value) == "table" and type(value[1]) == "table" then
    check_list(nil, value, math.huge, "the list of rules: ")
    return value
  elseif value == nil then
    fail(nil, "the file must return a rule or a list of rules, got nothing (is 'return' missing?)")
  elseif type(value) == "table" and next(value) == nil then
    fail(nil, "the file must return a rule or a list of rules, got {}")
  end
  return { value }
end

return M
