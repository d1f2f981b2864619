--- The detections of a Sigma rule and its condition as a formula:
---
---   { kind = "test", name = "$.field", op = "contains", value = ... }     a test as where has it
---   { kind = "and"|"or", ..., label = "selection" }    { kind = "not", formula }

local modifiers = require "logaudit.sigma.modifiers"
local node = require "logaudit.sigma.node"
local parse_condition = require "logaudit.sigma.condition"
local strings = require "logaudit.sigma.strings"

local M = {}

-- Of one test (rule.lua); bytes of the regexes that are put together; detections that a condition means, each time that
-- it does; bytes of a string as a regex (regex.lua) or of a field's name (rule.lua).
local MAX_VALUES <const>, MAX_REGEX <const>, MAX_MEANT <const> = 10000, 16 * 1024, 5000
local MAX_PATTERN <const>, MAX_NAME <const> = 64 * 1024 - #"(?is)", 1024

local function check_length(item, value, text, most)
  if #text > most then
    node.fail(value.node, item.name, "at most %d bytes were expected, got %d", most, #text)
  end
end

local function test(name, op, value)
  return { kind = "test", name = name, op = op, value = value }
end

local function joined(kind, list)
  return #list == 1 and list[1] or { kind = kind, table.unpack(list) }
end

-- The name of a line's text; how many strings are looked for by one regex.
local LINE <const>, FRAMED <const> = "message", 100

-- ---------------------------------------------------------------- values

local function value_of(key, at)
  if at.kind ~= "scalar" then
    node.fail(at, key, "a value was expected, got %s", node.kind(at))
  end
  local value = node.scalar(at)
  if value == node.NULL then
    return { kind = "null", node = at }
  elseif type(value) == "string" then
    return { kind = "text", parts = strings.parse(value), raw = value, node = at }
  end
  return { kind = "literal", value = value, raw = at.text, node = at }
end

--- A value as { op, value, flags }: flags of a regex that was made of a string, which may be put together with
--- others.
local function test_of_value(item, value)
  if value.kind == "op" then
    check_length(item, value, tostring(value.value), MAX_NAME)
    return value
  elseif value.kind == "null" then
    return { op = "null", value = true }
  elseif value.kind == "re" then
    return { op = "re", value = (value.flags ~= "" and ("(?%s)"):format(value.flags) or "") .. value.pattern }
  elseif value.kind == "literal" then
    return { op = item.name and "eq" or "contains", value = item.name and value.value or tostring(value.value) }
  end
  for _, part in ipairs(value.parts) do
    if type(part) == "string" and part:find "\0" then
      node.fail(value.node, item.name, "text with NUL bytes is not searched: base64 or base64offset was expected behind")
    end
  end
  local parts = value.parts
  if not item.name and not item.anchored then
    parts = strings.open(parts, true, true) -- a keyword
  end
  local op, text, flags = strings.test(parts, value.cased or false)
  if op == "present" then
    return { op = "null", value = false }
  end
  check_length(item, value, text, MAX_PATTERN)
  return { op = op, value = text, flags = flags }
end

local LIST_OPS = { eq = true, prefix = true, suffix = true, contains = true, cidr = true }

local function flags_of(flags)
  return flags ~= "" and ("(?%s)"):format(flags) or ""
end

--- Tests of one field of which one must hold: values of one operator, and regexes of the same flags, as one test.
local function any_of(names, tests)
  local out, lists, regexes = {}, {}, {}
  for _, t in ipairs(tests) do
    local list, regex = lists[t.op], t.flags and regexes[t.flags]
    if LIST_OPS[t.op] and list and #list.value < MAX_VALUES then
      list.value[#list.value + 1] = t.value
    elseif LIST_OPS[t.op] then
      lists[t.op] = test(names, t.op, { t.value })
      out[#out + 1] = lists[t.op]
    elseif regex and #regex.value + #t.value < MAX_REGEX then
      regex.value = regex.value .. "|" .. t.value
    else
      out[#out + 1] = test(names, t.op, t.flags and flags_of(t.flags) .. t.value or t.value)
      if t.flags then
        regexes[t.flags] = out[#out]
      end
    end
  end
  return joined("or", out)
end

--- What the values are in a line of text that has the field in a frame: a formula, or nil. Absent is what no line has.
local function in_lines(item)
  local lists, absent = { i = {}, [""] = {} }, false
  for _, value in ipairs(item.values) do
    local regex = value.kind == "text" and strings.framed(value.parts, item.frame)
    local list = lists[value.cased and "" or "i"]
    list[#list + 1] = regex or nil
    absent = absent or value.kind == "null"
  end
  local tests = {}
  for _, flags in ipairs { "i", "" } do
    local list = lists[flags]
    for i = 1, #list, FRAMED do
      tests[#tests + 1] = { op = "re",
        value = ("%s%s(?:%s)"):format(flags_of(flags), item.frame.before, table.concat(list, "|", i, math.min(i + FRAMED - 1, #list))) }
    end
  end
  local whole = { op = "re", value = item.frame.before .. item.frame.class .. "*" .. item.frame.after }
  return #tests > 0 and any_of(LINE, tests) or nil, absent and { kind = "not", any_of(LINE, { whole }) }
end

local function formula_of_item(item, names)
  local tests = {}
  for i, value in ipairs(item.values) do
    tests[i] = test_of_value(item, value)
  end
  local formula = any_of(names, tests)
  if item.frame then
    local found, absent = in_lines(item)
    formula = absent and joined("and", { formula, absent }) or formula
    formula = found and joined("or", { formula, found }) or formula
  end
  return item.negate and { kind = "not", formula } or formula
end

-- `windash`, `base64offset` and `expand` make several values of one: with `all`, one of each must hold.
local function formula_of_all(item, names, mods, at)
  local list = {}
  for i, value in ipairs(item.values) do
    local one = { name = item.name, names = item.names, frame = item.frame, values = { value }, anchored = item.anchored }
    for _, modifier in ipairs(mods) do
      modifiers.apply(one, modifier, at)
    end
    list[i] = formula_of_item(one, names)
  end
  return joined("and", list)
end

-- Modifiers that say where a keyword stands in a value.
local ANCHORING = { startswith = true, endswith = true }

--- A field (or "" for keywords), its modifiers and its values.
local function item_formula(context, key, value, at)
  local name, rest = key:match "^([^|]*)|?(.*)$"
  local item = { name = name ~= "" and name or nil, names = context.names, values = {} }
  local mods, all = {}, false
  item.frame = item.name and context.frame(item.name)
  for modifier in rest:gmatch "[^|]+" do
    mods[#mods + 1] = modifier
    all = all or modifier == "all"
    item.anchored = item.anchored or ANCHORING[modifier]
  end
  for i, scalar in ipairs(value.kind == "list" and value or { value }) do
    item.values[i] = value_of(key, scalar)
    if not item.name and item.values[i].kind == "null" then
      node.fail(scalar, context.detection, "a map of fields or keywords was expected, got null")
    end
  end
  if #item.values == 0 then
    node.fail(value, key, "a value was expected, got an empty list")
  end
  local names = item.name and context.names(item.name) or "*"
  if all then
    return formula_of_all(item, names, mods, at)
  end
  for _, modifier in ipairs(mods) do
    modifiers.apply(item, modifier, at)
  end
  return formula_of_item(item, names)
end

-- ---------------------------------------------------------------- detections

local formula_of_detection

local function formula_of_map(context, map)
  local list = {}
  for i, entry in ipairs(map) do
    list[i] = item_formula(context, entry.key, entry.value, entry)
  end
  if #list == 0 then
    node.fail(map, nil, "a map of fields was expected, got an empty one")
  end
  return joined("and", list)
end

-- Texts are keywords; maps and lists of them are detections of their own. One must hold.
local function formula_of_list(context, list)
  local keywords, out = { kind = "list", line = list.line }, {}
  for _, item in ipairs(list) do
    if item.kind == "scalar" then
      keywords[#keywords + 1] = item
    else
      out[#out + 1] = formula_of_detection(context, item)
    end
  end
  if #keywords > 0 then
    table.insert(out, 1, item_formula(context, "", keywords, list))
  end
  if #out == 0 then
    node.fail(list, nil, "a value was expected, got an empty list")
  end
  return joined("or", out)
end

function formula_of_detection(context, at)
  if at.kind == "map" then
    return formula_of_map(context, at)
  elseif at.kind == "list" then
    return formula_of_list(context, at)
  end
  return item_formula(context, "", at, at)
end

-- ---------------------------------------------------------------- the condition

--- Whether a detection's name is meant by a pattern; `them` and `*` leave out those that begin with _.
local function is_meant(name, pattern)
  if pattern == "them" or pattern:sub(1, 1) ~= "_" and name:sub(1, 1) == "_" then
    return pattern == "them" and name:sub(1, 1) ~= "_"
  end
  local lua_pattern = pattern:gsub("%-", "%%-"):gsub("%*", ".*")
  return name:find("^" .. lua_pattern .. "$") ~= nil
end

local resolve

local function use(detections, detection, at)
  detections.meant = (detections.meant or 0) + 1
  if detections.meant > MAX_MEANT then
    node.fail(at, "condition", "it means more than %d detections", MAX_MEANT)
  end
  return detection.formula
end

local function resolve_of(detections, tree, at)
  local list = {}
  for _, detection in ipairs(detections) do
    if is_meant(detection.name, tree.pattern) then
      list[#list + 1] = use(detections, detection, at)
    end
  end
  if #list == 0 then
    node.fail(at, "condition", "there is no detection that '%s' means", tree.pattern)
  end
  return joined(tree.all and "and" or "or", list)
end

function resolve(detections, tree, at)
  if tree.op == "of" then
    return resolve_of(detections, tree, at)
  elseif tree.op == "name" then
    local detection = detections.by_name[tree.name]
    if not detection then
      node.fail(at, "condition", "there is no detection '%s'", tree.name)
    end
    return use(detections, detection, at)
  end
  local out = { kind = tree.op }
  for i, part in ipairs(tree) do
    out[i] = resolve(detections, part, at)
  end
  return out
end

local function condition_formula(detections, at)
  local text = node.text(at, "condition")
  local ok, tree = pcall(parse_condition, text or "")
  if not ok then
    node.fail(at, "condition", "%s", tree)
  end
  return resolve(detections, tree, at)
end

--- The formula of a rule's `detection`. `context`: names(field) -> the name in where;
--- frame(field) -> where it stands in lines, or nil. In it, `detection` names the one at hand.
---@param context table
---@param map table the node
---@return table
function M.formula(context, map)
  local detections, conditions = { by_name = {} }, nil
  for _, entry in ipairs(map) do
    if entry.key == "condition" then
      conditions = entry.value
    elseif entry.key == "timeframe" then
      node.fail(entry, "timeframe", "counting within a timeframe is not translated: Sigma has correlation rules for it")
    else
      context.detection = entry.key
      local formula = formula_of_detection(context, entry.value)
      if formula.label then -- the same node by an alias
        formula = { kind = "and", formula }
      end
      formula.label = entry.key
      local detection = { name = entry.key, formula = formula }
      detections[#detections + 1] = detection
      detections.by_name[entry.key] = detection
    end
  end
  if not conditions then
    node.fail(map, "condition", "it is missing")
  end
  local list = {}
  for i, at in ipairs(conditions.kind == "list" and conditions or { conditions }) do
    list[i] = condition_formula(detections, at)
  end
  if #list == 0 then
    node.fail(conditions, "condition", "a condition was expected, got an empty list")
  end
  return joined("or", list)
end

return M
