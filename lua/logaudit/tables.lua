--- Data tables in rules: `lookup = { country = { table = "geoip", key = "ip", column = "country" } }` and the test
--- `in_table`. What is in the tables is for the host; here is which there are.

local rule = require "logaudit.rule"

local M = {}

local LOOKUP_KEYS = { table = true, key = true, column = true }
local MAX_LOOKUPS <const> = 32

--- By name: the set of a table's columns, or true where any may be one. nil: nobody knows which tables there will
--- be, and any may be one (`lint` and `test` without --data).
M.known = nil

local function quoted(names)
  local list = {}
  for name in pairs(names) do
    list[#list + 1] = ("'%s'"):format(name)
  end
  table.sort(list)
  return #list > 0 and table.concat(list, ", ") or "none or was not given"
end

local function one_lookup(name, spec)
  if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" then
    rule.fail("lookup", "a field name was expected, got '%s'", tostring(name))
  elseif rule.is_finding_key(name) then
    rule.fail("lookup", "%s: this key of findings is the record's own: another name was expected", name)
  elseif type(spec) ~= "table" then
    rule.fail("lookup", "%s: { table = ..., key = ..., column = ... } was expected, got a %s", name, type(spec))
  end
  for key in pairs(spec) do
    if not LOOKUP_KEYS[key] then
      rule.fail("lookup", "%s: unknown key '%s' (table, key and column are known)", name, tostring(key))
    end
  end
  for key in pairs(LOOKUP_KEYS) do
    if type(spec[key]) ~= "string" or spec[key] == "" or #spec[key] > 256 then
      rule.fail("lookup", "%s: %s: a name was expected", name, key)
    end
  end
  return { name = name, table = spec.table, key = spec.key, column = spec.column }
end

--- The key `lookup` of a rule as a list in the order of names.
---@param lookup table|nil
---@return table[]|nil
function M.lookups(lookup)
  local list = {}
  for name, spec in pairs(lookup or {}) do
    list[#list + 1] = one_lookup(name, spec)
  end
  if #list > MAX_LOOKUPS then
    rule.fail("lookup", "at most %d fields were expected, got %d", MAX_LOOKUPS, #list)
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return #list > 0 and list or nil
end

local function check_table(key, what, name)
  if M.known and not M.known[name] then
    rule.fail(key, "%s: there is no table '%s' (--data DIR has %s)", what, name, quoted(M.known))
  end
end

local function check_tests(key, maps)
  rule.each_test(maps, function(test)
    for _, name in ipairs(test.op == "in_table" and test.values or {}) do
      check_table(key, test.field, name)
    end
  end)
end

--- Raises when the rule names a table or a column that is not there.
---@param normal table the rule in its normal form
function M.check_used(normal)
  for _, lookup in ipairs(normal.lookup or {}) do
    check_table("lookup", lookup.name, lookup.table)
    local columns = M.known and M.known[lookup.table]
    if type(columns) == "table" and not columns[lookup.column] then
      rule.fail("lookup", "%s: the table '%s' has no column '%s' (it has %s)", lookup.name, lookup.table, lookup.column,
        quoted(columns))
    end
  end
  check_tests("where", normal.where)
  check_tests("unless", normal.unless)
end

--- The same of what overrides added.
function M.check_added(normal)
  for _, key in ipairs { "limits", "except" } do
    for _, entry in ipairs(normal[key] or {}) do
      check_tests(key, entry.where)
    end
  end
end

--- The tests as far as they say something of the record alone: one on a field that is looked up asks for the key.
---@param lookups table[]|nil
---@param tests table[]
---@return table[]
function M.of_record(lookups, tests)
  local keys, out = {}, {}
  for _, lookup in ipairs(lookups or {}) do
    keys[lookup.name] = lookup.key
  end
  for i, test in ipairs(tests) do
    local key = keys[test.field]
    local needs_it = key and test.op ~= "ne" and not (test.op == "exists" and not test.wanted)
      and not (test.op == "null" and test.wanted)
    -- Of a field that may also be absent, nothing is known.
    out[i] = not key and test or { field = key, op = "exists", wanted = needs_it }
  end
  return out
end

return M
