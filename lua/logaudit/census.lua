--- What is asked of every record, and which records can answer.
---
--- Most rules have patterns, and the candidate scan finds the few records they may match. Two things are asked of
--- all: who the user is, and the fields that rules without patterns test (`where = { status = { ge = 500 } }`).
--- Reading fields from text takes regexes, which is too slow for every record. So each pattern of formats.lua
--- that gives an asked field gets a gate: literals that go into the candidate scan too. Where none of them
--- stands, the pattern cannot match, or cannot give a value that any rule asks for.

local literal_lists = require "logaudit.regex.lists"
local parse = require "logaudit.regex.parse"

-- What the summary says of a record that names a user.
local FACTS <const> = { "user_id", "service", "action", "outcome", "ip" }
-- Of these, what so many shapes of lines give that gates for it would stand open: where it is missing, the
-- formats are tried.
local SHAPED <const> = { service = true }
-- Shorter literals hit too often, and do not drive Vectorscan.
local MIN_LITERAL <const> = 3
-- Of what a group can catch, to be gone through one by one.
local MAX_TEXTS <const> = 64
local LEVELS <const> = { trace = 1, debug = 1, info = 1, notice = 1, warn = 1, error = 1, critical = 1 }

local function folded(key)
  return (key:lower():gsub("[^%w.\x80-\xff]", ""))
end

--- Whether a record that has a key `name`, which a test means too, is taken to have the normalised field: only
--- then the absence of the one says that the other is absent.
local function is_key_of(fields, field, name)
  local lists = field == "duration_ms" and fields.durations or { fields.keys[field] }
  for _, list in pairs(lists) do
    for _, key in ipairs(list) do
      if folded(key) == folded(name) then
        return true
      end
    end
  end
  return false
end

local function holds_for_absent(test)
  return test.op == "ne" or test.op == "exists" and not test.wanted or test.op == "null" and test.wanted
end

--- The normalised fields without which the map cannot hold; empty when there is none.
---@param fields table the table of fields.lua
---@param tests table[] one map of `where`, in the normal form of rule.lua
---@return string[]
local function fields_of_map(fields, tests)
  local names = {}
  for _, test in ipairs(tests) do
    local field = test.field == "user" and "user_id" or test.field
    local is_field = fields.keys[field] or field == "duration_ms"
    if is_field and not holds_for_absent(test) and is_key_of(fields, field, test.field) then
      names[#names + 1] = field
    end
  end
  return names
end

-- ---------------------------------------------------------------- what a group can catch

local texts_of

local function texts_of_cat(node)
  local texts = { "" }
  for _, part in ipairs(node) do
    local heads, tails = texts, texts_of(part)
    if not tails or #heads * #tails > MAX_TEXTS then
      return nil
    end
    texts = {}
    for _, head in ipairs(heads) do
      for _, tail in ipairs(tails) do
        texts[#texts + 1] = head .. tail
      end
    end
  end
  return texts
end

local function texts_of_alt(node)
  return literal_lists.joined(node, MAX_TEXTS, texts_of)
end

local function texts_of_set(node)
  local texts = {}
  for _, item in ipairs(node.items) do
    if node.negate or type(item) == "string" or item[2] - item[1] > 9 or item[2] > 0x7F then
      return nil
    end
    for code = item[1], item[2] do
      texts[#texts + 1] = string.char(code):lower()
    end
  end
  return texts
end

--- All texts that a part of a pattern can match, in lower case; nil when they are too many.
function texts_of(node)
  if node.op == "text" then
    return { node.text:lower() }
  elseif node.op == "set" then
    return texts_of_set(node)
  elseif node.op == "cat" then
    return texts_of_cat(node)
  elseif node.op == "alt" then
    return texts_of_alt(node)
  elseif node.op == "group" or node.op == "scope" then
    return texts_of(node.body)
  elseif node.op == "rep" and node.min == 0 and node.max == 1 then
    return texts_of_alt { { op = "cat" }, node.body }
  end
  return nil
end

local function find_group(node, index)
  if node.op == "group" and node.index == index then
    return node.body
  end
  for _, part in pairs(node) do
    local found = type(part) == "table" and part.op and find_group(part, index)
    if found then
      return found
    end
  end
  return nil
end

-- ---------------------------------------------------------------- gates

--- The words by which a pattern's group `level` names a level that rules ask for; nil when they cannot be told.
local function level_words(fields, entry, wanted)
  local root, info = parse(entry.pattern)
  local index
  for _, group in ipairs(info.named) do
    index = group.name == "level" and group.index or index
  end
  local body = find_group(root, index)
  local texts = body and texts_of(body)
  if not texts then
    return nil
  end
  local words = {}
  for _, text in ipairs(texts) do
    local standard = fields.levels[text] or text
    if not LEVELS[standard] or wanted[standard] then
      words[#words + 1] = text
    end
  end
  return literal_lists.shortest(words)
end

local function all_long(literals)
  for _, literal in ipairs(literals) do
    if #literal < MIN_LITERAL then
      return false
    end
  end
  return true
end

--- The literals of a pattern's gate; nil: it has to be tried on every record.
--- `need` itself unless levels tell more.
local function gate_of(plan, entry, gives)
  if plan.levels and #gives == 1 and gives[1] == "level" then
    local words = level_words(plan.tables, entry, plan.levels)
    if words and all_long(words) then
      return words
    end
  end
  return entry.need
end

-- Python's \d takes digits of all scripts.
local CLASSES <const> = {
  ["\\d"] = "[0-9\\x80-\\xff]", ["\\x"] = "[0-9a-fA-F\\x80-\\xff]", ["\\h"] = "[0-9a-fA-F:\\x80-\\xff]",
}

local function hex(byte)
  return ("\\x%02x"):format(byte:byte())
end

local function expression_of(literal)
  local expr = literal:gsub("(\\?)(.)", function(backslash, character)
    return CLASSES[backslash .. character] or (backslash .. character):gsub("%W", hex)
  end)
  return "(?i)" .. expr
end

--- The asked fields among a pattern's groups.
local function given_fields(asked, pattern)
  local gives = {}
  for group in pattern:gmatch "%(%?P<([%w_]+)>" do
    local name = group:find "^duration" and "duration_ms" or group
    if asked[name] then
      gives[#gives + 1] = name
    end
  end
  return gives
end

local function asked_of(plan, list)
  local asked = {}
  for name in pairs(plan.fields) do
    asked[name] = true
  end
  for _, name in ipairs(FACTS) do
    asked[name] = asked[name] or list ~= "formats" or not SHAPED[name]
  end
  return asked
end

--- Adds a gate; its number, from 0.
local function add_gate(gates, literals)
  local gate = {}
  for i, literal in ipairs(literals) do
    gate[i] = expression_of(literal)
  end
  gates[#gates + 1] = gate
  return #gates - 1
end

--- For each pattern of a list: the number of its gate, or false where nobody asks for it, or for no level that it
--- can give.
local function gates_of_list(plan, list, entries, gates)
  local asked, numbers = asked_of(plan, list), {}
  for i, entry in ipairs(entries) do
    local gives = given_fields(asked, entry.pattern)
    local literals = #gives > 0 and gate_of(plan, entry, gives)
    local never = #gives == 0 or literals and #literals == 0
    numbers[i] = not never and add_gate(gates, literals or {})
  end
  return numbers
end

local function names_level(fields, literals)
  for _, literal in ipairs(literals) do
    if fields.levels[literal:lower()] then
      return true
    end
  end
  return false
end

--- For each format: the number of a gate that stands open where one of its `need` is, or false. The words of levels
--- stand in most records.
local function gates_of_needs(plan, entries, numbers, gates)
  local needs = {}
  for i, entry in ipairs(entries) do
    local gives = given_fields(asked_of(plan, "formats"), entry.pattern)
    if numbers[i] and gate_of(plan, entry, gives) == entry.need then
      needs[i] = entry.need and numbers[i] or false
    else
      needs[i] = entry.need and not names_level(plan.tables, entry.need) and add_gate(gates, entry.need) or false
    end
  end
  return needs
end

-- ---------------------------------------------------------------- the plan

--- Level is special: it stands in most records, and rules ask for few of its values.
local function note_level(plan, test)
  if test.op ~= "eq" then
    plan.levels = nil
  elseif plan.levels then
    for _, value in ipairs(test.values) do
      plan.levels[value:lower()] = true
    end
  end
end

-- All records are counted by the fields of a ratio's key.
local function note_key(plan, names)
  for _, name in ipairs(names) do
    plan.fields[name] = true
    plan.levels = name ~= "level" and plan.levels or nil
  end
end

---@class logaudit.Census
---@field fields string[] what is asked of every record
---@field facts string[]  what is asked of records that name a user
---@field shaped string[] of these, what formats are tried for whatever their gates say
---@field asked table     by list of formats.lua and by pattern: see gates_of_list
---@field needs table     by format: see gates_of_needs
---@field gates string[][] by number; open where one of its expressions hits, or always when it has none

--- The census of a ruleset.
---@param tables table fields.lua
---@param formats table formats.lua
---@param rules table[] normal forms; `by_fields`, if there: for each map of `where` what fields_of_map gave, or {};
---  of `correlate`, the key of a ratio
---@return logaudit.Census
local function plan_census(tables, formats, rules)
  local plan = { tables = tables, fields = { user_id = true }, levels = {} }
  for _, rule in ipairs(rules) do
    for i, names in ipairs(rule.by_fields or {}) do
      for _, name in ipairs(names) do
        plan.fields[name] = true
      end
      for _, test in ipairs(#names > 0 and rule.where[i] or {}) do
        if test.field == "level" then
          note_level(plan, test)
        end
      end
    end
  end
  for _, rule in ipairs(rules) do
    if rule.correlate and rule.correlate.kind == "ratio" then
      note_key(plan, rule.correlate.by)
    end
  end
  plan.fields.path = plan.fields.path or plan.fields.route -- which is made from it
  local census = { fields = {}, facts = FACTS, shaped = {}, asked = {}, gates = {} }
  for name in pairs(plan.fields) do
    census.fields[#census.fields + 1] = name
  end
  table.sort(census.fields)
  for name in pairs(SHAPED) do
    census.shaped[#census.shaped + 1] = not plan.fields[name] and name or nil
  end
  for _, list in ipairs { "formats", "events", "extras" } do
    census.asked[list] = gates_of_list(plan, list, formats[list], census.gates)
  end
  census.needs = gates_of_needs(plan, formats.formats, census.asked.formats, census.gates)
  return census
end

return { plan = plan_census, fields_of_map = fields_of_map }
