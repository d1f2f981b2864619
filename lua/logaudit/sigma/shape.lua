--- Formulas (detection.lua) as what `where` and `unless` hold, and these as text.
--
-- A map is { entries = { { name, tests = { { op, value } ... }, label } ... }, any, all, none }: the last three are lists
-- of maps.

local literal = require "logaudit.literal"

local M = {}

local WIDTH <const> = 118

-- ---------------------------------------------------------------- formula to maps

local function new_map(label)
  return { entries = {}, by_name = {}, all = {}, none = {}, label = label }
end

--- Whether the test found a place among those of its field.
local function add_test(map, test, label)
  local entry = map.by_name[test.name]
  if not entry then
    entry = { name = test.name, tests = {}, ops = {}, label = label }
    map.by_name[test.name] = entry
    map.entries[#map.entries + 1] = entry
  elseif entry.ops[test.op] then
    return false
  end
  entry.ops[test.op] = true
  entry.tests[#entry.tests + 1] = { op = test.op, value = test.value }
  return true
end

local add

local function map_of(formula, label)
  local map = new_map(formula.label or label)
  add(map, formula, map.label)
  return map
end

--- The maps of which one must hold.
local function maps_of(formula, out, label)
  if formula.kind == "or" then
    for _, part in ipairs(formula) do
      maps_of(part, out, formula.label or label)
    end
  else
    out[#out + 1] = map_of(formula, label)
  end
  return out
end

local function add_not(map, formula, label)
  if formula.kind == "not" then
    add(map, formula[1], label)
  elseif formula.kind == "test" and (formula.op == "null" or formula.op == "exists") then
    add(map, { kind = "test", name = formula.name, op = formula.op, value = not formula.value }, label)
  else
    maps_of(formula, map.none, label)
  end
end

function add(map, formula, label)
  label = formula.label or label
  if formula.kind == "and" then
    for _, part in ipairs(formula) do
      add(map, part, label)
    end
  elseif formula.kind == "not" then
    add_not(map, formula[1], label)
  elseif formula.kind == "or" then
    local maps = maps_of(formula, {}, label)
    if map.any then
      local inner = new_map(label)
      inner.any = maps
      map.all[#map.all + 1] = inner
    else
      map.any = maps
    end
  elseif not add_test(map, formula, label) then
    map.all[#map.all + 1] = map_of(formula, label)
  end
end

--- What `where` and `unless` are for a formula: lists of maps, of which one must hold; unless nil.
---@param formula table
---@return table[] where
---@return table[]|nil unless
function M.rule_maps(formula)
  local where = maps_of(formula, {})
  local first = where[1]
  if #where > 1 or #first.none == 0 or not (first.any or #first.entries + #first.all > 0) then
    return where
  end
  local unless = first.none
  first.none = {}
  return where, unless
end

-- ---------------------------------------------------------------- text

local function value_text(value)
  return type(value) == "string" and literal.text(value) or tostring(value)
end

--- Lines of items that fit, of the list's brackets too where it fits into one.
local function list_text(items, indent, before)
  local one = "{ " .. table.concat(items, ", ") .. " }"
  if #one + before <= WIDTH and not one:find "\n" then
    return one
  end
  local lines, line = {}, indent .. "  "
  for _, item in ipairs(items) do
    if #line + #item + 1 > WIDTH and line:find "%S" then
      lines[#lines + 1] = line
      line = indent .. "  "
    end
    line = line .. (line:find "%S" and " " or "") .. item .. ","
  end
  lines[#lines + 1] = line
  return "{\n" .. table.concat(lines, "\n") .. "\n" .. indent .. "}"
end

local function operand_text(value, indent, before)
  if type(value) ~= "table" then
    return value_text(value)
  elseif #value == 1 then
    return value_text(value[1])
  end
  local items = {}
  for i, item in ipairs(value) do
    items[i] = value_text(item)
  end
  return list_text(items, indent, before)
end

local function entry_text(entry, indent)
  local key = ("%s[%s] = "):format(indent, literal.quoted(entry.name))
  if #entry.tests == 1 and entry.tests[1].op == "eq" then
    return key .. operand_text(entry.tests[1].value, indent, #key) .. ","
  end
  local parts = {}
  for i, test in ipairs(entry.tests) do
    parts[i] = test.op .. " = " .. operand_text(test.value, indent, #key + #test.op + 7)
  end
  return key .. "{ " .. table.concat(parts, ", ") .. " },"
end

local maps_text

local function comment(label, indent)
  return ("%s-- %s"):format(indent, label:gsub("%c", " "))
end

--- The inside of a map; `label`: the detection that is named already.
local function map_lines(map, indent, label, lines)
  for _, entry in ipairs(map.entries) do
    if entry.label and entry.label ~= label then
      label = entry.label
      lines[#lines + 1] = comment(label, indent)
    end
    lines[#lines + 1] = entry_text(entry, indent)
  end
  for _, key in ipairs { "any", "all", "none" } do
    local maps = map[key]
    if maps and #maps > 0 then
      lines[#lines + 1] = ("%s%s = {\n%s\n%s},"):format(indent, key, maps_text(maps, indent .. "  ", label), indent)
    end
  end
  return lines
end

function maps_text(maps, indent, label)
  local out = {}
  for _, map in ipairs(maps) do
    if map.label and map.label ~= label then
      label = map.label
      out[#out + 1] = comment(label, indent)
    end
    local lines = map_lines(map, indent .. "  ", label, {})
    local short = #lines == 1 and "{ " .. lines[1]:gsub("^%s+", ""):gsub(",$", "") .. " },"
    if short and not short:find "\n" and #indent + #short <= WIDTH then
      out[#out + 1] = indent .. short
    else
      out[#out + 1] = ("%s{\n%s\n%s},"):format(indent, table.concat(lines, "\n"), indent)
    end
  end
  return table.concat(out, "\n")
end

--- A list of maps as the value of `where` or `unless`.
---@param maps table[]
---@return string
function M.text(maps)
  if #maps == 1 then
    return "{\n" .. table.concat(map_lines(maps[1], "    ", nil, {}), "\n") .. "\n  }"
  end
  return "{\n" .. maps_text(maps, "    ") .. "\n  }"
end

return M
