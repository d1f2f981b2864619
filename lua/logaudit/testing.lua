--- The tests inside rule files: `{ "name", log = lines, expect = count or list of partial findings }`.
---
--- read() turns a file's tests into a plain list for the host, which runs each log through the engine; compare()
--- says whether its findings are what the test expects. A finding that no expectation asks for is a failure.

local rule = require "logaudit.rule"
local source_text = require "logaudit.source_text"

local M = {}

local current = {} -- the tests of the file read last: what compare() is asked about

local TEST_KEYS = { [1] = true, name = true, log = true, expect = true, now = true, data = true }

local source = "" -- the text of the file read last

-- On which the rule's tests begin; where its id is not written in the file, nothing tells.
local function line_of_tests(id)
  local places = source_text.rules(source)[id]
  local keys = places and places[1].keys
  return keys and source_text.line_of(source, keys.tests or keys.id) or 1
end

local function fail(id, number, message, ...)
  error(("%d: %s: tests[%d]: %s"):format(line_of_tests(id), id, number, message:format(...)), 0)
end

local function check_now(id, number, now, parse_time)
  if now ~= nil and not (type(now) == "string" and parse_time(now)) then
    fail(id, number, "now: a time like \"2024-11-26T10:00:00Z\" was expected, got %s",
      type(now) == "string" and ("\"%s\""):format(now) or "a " .. type(now))
  end
end

local function check(id, number, test)
  if type(test) ~= "table" then
    fail(id, number, "a table { \"name\", log = ..., expect = ... } was expected, got a %s", type(test))
  end
  for key in pairs(test) do
    if not TEST_KEYS[key] then
      local near = rule.nearest(tostring(key), { name = true, log = true, expect = true, now = true, data = true })
      fail(id, number, "unknown key '%s'%s", tostring(key), near and (" (did you mean '%s'?)"):format(near) or "")
    end
  end
  local log, expect = test.log, test.expect
  if type(log) ~= "string" and type(log) ~= "table" then
    fail(id, number, "log: a string or a list of strings was expected, got a %s", type(log))
  end
  if not (math.type(expect) == "integer" and expect >= 0) and type(expect) ~= "table" then
    fail(id, number, "expect: a count or a list of partial findings was expected, got %s",
      type(expect) == "number" and tostring(expect) or "a " .. type(expect))
  end
  if type(expect) == "table" and next(expect) ~= nil and type(expect[1]) ~= "table" then
    fail(id, number, "expect: a list of partial findings was expected: { { key = value } }")
  end
end

local function check_data(id, number, data)
  if data ~= nil and type(data) ~= "table" then
    fail(id, number, "data: a table of CSV texts by table name was expected, got a %s", type(data))
  end
  for name, csv in pairs(data or {}) do
    if type(name) ~= "string" or type(csv) ~= "string" then
      fail(id, number, "data: a CSV text was expected as '%s', got a %s", tostring(name), type(csv))
    end
  end
end

-- A list may hold lines and lists of lines (as series() makes them).
local function add_lines(id, number, out, log)
  if type(log) == "string" then
    out[#out + 1] = log
    return
  elseif type(log) ~= "table" then
    fail(id, number, "log: a string or a list of strings was expected, got a %s in it", type(log))
  end
  for _, item in ipairs(log) do
    add_lines(id, number, out, item)
  end
end

local function text_of(id, number, log)
  local lines = {}
  add_lines(id, number, lines, log)
  local text = table.concat(lines, "\n")
  if text == "" then
    fail(id, number, "log: lines of a log were expected, got none")
  end
  return text:sub(-1) == "\n" and text or text .. "\n"
end

-- As a list, in the order of names; nil: the test has none of its own.
local function tables_of(data)
  local list = {}
  for name, csv in pairs(data or {}) do
    list[#list + 1] = { name = name, csv = csv }
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return data and list
end

--- The tests of the rules that `chunk` returns; a rule without tests gives one entry with an empty name.
---@param default_id string
---@param text string
---@param chunk fun(): any
---@param environment table    what rules have
---@return { id: string, name: string, log: string, now: string|nil, expect: integer|table[],
---  positive: boolean }[]
function M.read(default_id, text, chunk, environment)
  current, source = {}, text
  for _, item in ipairs(rule.list(chunk())) do
    local id = type(item) == "table" and item.id or default_id
    local tests = type(item) == "table" and item.enabled ~= false and item.tests or {}
    for number, test in ipairs(tests) do
      check(id, number, test)
      check_data(id, number, test.data)
      check_now(id, number, test.now, environment.time.parse)
      current[#current + 1] = {
        id = id, name = tostring(test[1] or test.name or ("test %d"):format(number)),
        log = text_of(id, number, test.log), now = test.now, expect = test.expect, data = tables_of(test.data),
        positive = test.expect ~= 0 and (type(test.expect) == "number" or #test.expect > 0),
      }
    end
    if #tests == 0 and not (type(item) == "table" and item.enabled == false) then
      current[#current + 1] = { id = id, name = "" }
    end
  end
  return current
end

-- ---------------------------------------------------------------- comparing

local function show(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

-- A number may be given as text and the other way round; a missing key equals nothing.
local function equal(want, got)
  if type(want) == "table" then
    if type(got) ~= "table" then
      return false
    end
    for key, value in pairs(want) do
      if not equal(value, got[key]) then
        return false
      end
    end
    return true
  end
  return got ~= nil and (want == got or tostring(want) == tostring(got) or tonumber(want) == got)
end

-- A key of a partial finding is one of the finding's own, or one of its `fields`.
local function value_of(finding, key)
  if finding[key] ~= nil then
    return finding[key]
  end
  if type(finding.fields) == "table" then
    return finding.fields[key]
  end
  return nil
end

local function difference(want, finding)
  local keys, parts = {}, {}
  for key in pairs(want) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    local got = value_of(finding, key)
    if not equal(want[key], got) then
      parts[#parts + 1] = ("%s: expected %s, got %s"):format(key, show(want[key]), show(got))
    end
  end
  return #parts > 0 and table.concat(parts, "; ") or nil
end

local function describe(finding)
  local match = type(finding.match) == "table" and finding.match or nil
  local text = ("  line %s  %s"):format(finding.line_number, finding.message or "")
  if match then
    text = text .. ("\n    matched %s bytes %d-%d %s\n    by %s"):format(match.field, match.start, match["end"],
      show(match.text), match.pattern)
  end
  return text
end

local function all_of(findings)
  local lines = {}
  for i, finding in ipairs(findings) do
    lines[i] = describe(finding)
  end
  return table.concat(lines, "\n")
end

local function compare_count(want, findings)
  if #findings == want then
    return nil
  end
  return ("expected %d, got %d\n%s"):format(want, #findings, all_of(findings))
end

-- Expectations are met in the order of the findings.
local function compare_list(want, findings)
  local problems = {}
  for i, partial in ipairs(want) do
    local problem = findings[i] and difference(partial, findings[i])
    if not findings[i] then
      problems[#problems + 1] = ("finding %d of %d is missing"):format(i, #want)
    elseif problem then
      problems[#problems + 1] = ("finding %d: %s\n%s"):format(i, problem, describe(findings[i]))
    end
  end
  for i = #want + 1, #findings do
    problems[#problems + 1] = ("not expected:\n%s"):format(describe(findings[i]))
  end
  return #problems > 0 and table.concat(problems, "\n") or nil
end

--- nil when the findings are what test `number` of the file read last expects, else what is wrong.
---@param number integer
---@param findings table[]
---@return string|nil
function M.compare(number, findings)
  local want = current[number].expect
  if type(want) == "number" then
    return compare_count(want, findings)
  end
  return compare_list(want, findings)
end

return M
