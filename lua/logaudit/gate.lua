--- What must stand in a record for the tests of a rule without patterns to hold: regexes of which one matches in
--- each such record, for the candidate scan.
---
--- A value that a test asks for stands in the record as it is written there, and so does the key that it is asked
--- of. What is normalised (`level`, `duration_ms`) may stand there in other words.

local rule = require "logaudit.rule"

-- Literals of one regex: what its weak form holds.
local PER_PATTERN <const> = 32
-- A longer list costs more of the database than it saves; bytes of one.
local MAX_LITERALS <const>, LONGEST <const> = 5000, 64
-- Shorter literals hit too often, and do not drive Vectorscan. A longer one is no better than one of so many bytes.
local MIN_LITERAL <const>, ENOUGH <const> = 3, 16
local LITERAL_OPS = { eq = true, prefix = true, suffix = true, contains = true }

-- Words that stand in so many records that they tell little.
local COMMON = {}
for word in ([[windows system32 syswow64 microsoft program files appdata users powershell powershell.exe cmd.exe http
  https amazonaws.com .exe .dll .com software currentversion local temp roaming error]]):gmatch "%S+" do
  COMMON[word] = true
end

local M = {}

local function merit(literal)
  local word = literal:gsub("^[^%w.]+", ""):gsub("[^%w]+$", "")
  return COMMON[word] and MIN_LITERAL or math.min(#literal, ENOUGH)
end

-- Not in the middle of a character.
local function cut(text)
  local stop = LONGEST
  while stop > 0 and text:find("^[\x80-\xbf]", stop + 1) do
    stop = stop - 1
  end
  return #text > LONGEST and text:sub(1, stop) or text
end

--- The best part of a text that stands in a record the same way, escapes decoded: quotes may be doubled there.
local function literal_of(text)
  local best
  for part in text:lower():gmatch "[^%c\"]+" do
    part = cut(part)
    if #part >= MIN_LITERAL and (not best or merit(part) > merit(best)) then
      best = part
    end
  end
  return best
end

local function quoted(literal)
  return (literal:gsub("[%^%$%*%+%?%.%(%)%[%]%{%}|\\#&~-]", "\\%0"))
end

-- A gate is { score, literals = set, patterns = list }: the least of its literals tells how good it is.
local function new_gate(score)
  return { score = score, literals = {}, count = 0, patterns = {} }
end

local function add_literal(gate, literal)
  if not gate.literals[literal] then
    gate.literals[literal], gate.count = true, gate.count + 1
  end
  gate.score = math.min(gate.score, merit(literal))
end

local function gate_of_values(test)
  local gate = new_gate(math.huge)
  for _, value in ipairs(test.values) do
    local literal = not (test.op == "eq" and tonumber(value)) and literal_of(value) -- 5.0 equals 5
    if not literal or gate.count == MAX_LITERALS then
      return nil
    end
    add_literal(gate, literal)
  end
  return gate
end

-- The last name of a JSON path.
local function key_of(name)
  local key = name:gsub("^%$%.", ""):match "([^.%[%]]+)[%[%]%d]*$"
  return key and #key >= MIN_LITERAL and key:find "^[%w_-]+$" and key or nil
end

-- Keys stand in most records of their kind.
local function gate_of_names(names)
  local gate = new_gate(MIN_LITERAL - 1)
  for _, name in ipairs(names) do
    local key = key_of(name)
    if not key then
      return nil
    end
    add_literal(gate, key)
  end
  return gate
end

--- Whether the value stands in the record as the test sees it.
local function is_verbatim(name)
  return not rule.is_finding_key(name) or name == "raw" or name == "message"
end

-- Twice as many literals hit about as often as literals that are shorter by a character.
local function worth(gate)
  return gate.score - math.log(gate.count + #gate.patterns, 2)
end

local function better(a, b)
  if not (a and b) then
    return a or b
  end
  return worth(b) > worth(a) and b or a
end

local function holds_for_absent(test)
  return test.op == "ne" or test.wanted == (test.op == "null")
end

local function sorted(literals)
  local list = {}
  for literal in pairs(literals) do
    list[#list + 1] = quoted(literal)
  end
  table.sort(list)
  return list
end

--- Alternations of so many literals as one regex may have.
local function alternations(literals)
  local list, texts = sorted(literals), {}
  for i = 1, #list, PER_PATTERN do
    texts[#texts + 1] = table.concat(list, "|", i, math.min(i + PER_PATTERN - 1, #list))
  end
  return texts
end

--- A key and a value, which stand in the same record.
local function both(keys, values)
  local gate = new_gate(values.score + 1)
  local names = table.concat(sorted(keys.literals), "|")
  for i, texts in ipairs(alternations(values.literals)) do
    gate.patterns[i] = ("(?is)\\A(?=.*(?:%s)).*(?:%s)"):format(names, texts)
  end
  return gate
end

local function gate_of_test(test, looked_up, source_of)
  local names, own = {}, false
  for name in test.field:gmatch "[^|]+" do
    names[#names + 1] = name
    own = own or not is_verbatim(name) or looked_up[name]
  end
  if own or holds_for_absent(test) then
    return nil
  end
  local gate
  if test.pattern then
    local source, literal = source_of(test)
    gate = source and literal >= MIN_LITERAL and new_gate(math.min(literal, ENOUGH)) or nil
    if gate then
      gate.patterns[1] = source
    end
  elseif LITERAL_OPS[test.op] and not test.by_field then
    gate = gate_of_values(test)
  end
  local any_name = test.field == "*" or test.field == "raw" or test.field == "message"
  local keys = not any_name and gate_of_names(names) or nil
  return gate and keys and gate.count > 0 and both(keys, gate) or better(gate, keys)
end

local gate_of_maps

local function gate_of_map(tests, looked_up, source_of)
  local best
  for _, test in ipairs(tests) do
    if test.op == "all" then
      for _, map in ipairs(test.maps) do
        best = better(best, gate_of_map(map, looked_up, source_of))
      end
    elseif test.op == "any" then
      best = better(best, gate_of_maps(test.maps, looked_up, source_of))
    elseif test.op ~= "none" then
      best = better(best, gate_of_test(test, looked_up, source_of))
    end
  end
  return best
end

local function join(gate, other)
  for literal in pairs(other.literals) do
    add_literal(gate, literal)
  end
  for _, pattern in ipairs(other.patterns) do
    gate.patterns[#gate.patterns + 1] = pattern
  end
  gate.score = math.min(gate.score, other.score)
end

--- One of the maps must hold.
function gate_of_maps(maps, looked_up, source_of)
  local gate = new_gate(math.huge)
  for _, tests in ipairs(maps) do
    local other = gate_of_map(tests, looked_up, source_of)
    if not other then
      return nil
    end
    join(gate, other)
  end
  return gate.count <= MAX_LITERALS and gate or nil
end

--- The regexes of a gate.
local function patterns_of(gate)
  local patterns = alternations(gate.literals)
  for i, texts in ipairs(patterns) do
    patterns[i] = "(?i)" .. texts
  end
  return table.move(gate.patterns, 1, #gate.patterns, #patterns + 1, patterns)
end

--- Regexes of which one matches in every record that the map may hold for; nil when there are none.
---@param tests table[] one map of `where`, in the normal form of rule.lua, with its regexes numbered
---@param lookups table[]|nil the rule's fields from tables, of which nothing stands in the record
---@param source_of fun(test: table): string|nil, integer|nil the regex of a test by its number, when it has something to
--- search for, and bytes of a literal in all that it matches
---@return string[]|nil
function M.patterns(tests, lookups, source_of)
  local looked_up = {}
  for _, lookup in ipairs(lookups or {}) do
    looked_up[lookup.name] = true
  end
  local gate = gate_of_map(tests, looked_up, source_of)
  return gate and patterns_of(gate)
end

return M
