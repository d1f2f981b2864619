--- Text formats of users: what the files of --formats and --input-format return, checked, and put in front of the
--- shipped ones. Whether a pattern's groups are fields and its sample gives what it expects is checked by the host
--- (src/ingest/patterns.c, parse_check.c).

local checks = require "logaudit.checks"
local rule = require "logaudit.rule"
local shipped = require "logaudit.formats"

local M = {}

local KEYS = { name = "string", pattern = "string", sample = "string", need = "table", expect = "table" }
local OPTIONAL = { need = true }

-- A file is written by hand; each format is tried on each line of text.
local MAX_FORMATS <const> = 100

local function check_keys(format)
  for key, value in checks.ordered(format) do
    if not KEYS[key] then
      local near = rule.nearest(tostring(key), KEYS)
      rule.fail(key, "unknown key '%s'%s", tostring(key), near and (" (did you mean '%s'?)"):format(near) or
        " (name, pattern, need, sample and expect are known)")
    elseif checks.holds_nul(value) then
      rule.fail(key, "holds a NUL character")
    end
  end
end

local function check_types(format)
  for key, kind in pairs(KEYS) do
    local got = type(format[key])
    if got ~= kind and not (got == "nil" and OPTIONAL[key]) then
      rule.fail(key, "a %s was expected, got %s", kind, got == "nil" and "nothing" or "a " .. got)
    end
  end
end

-- What --input-format takes for something else.
local RESERVED <const> = { auto = true, json = true, text = true, lines = true }

local function check_name(name)
  if not name:find "%S" or RESERVED[name] then
    rule.fail("name", "a name other than auto, json, text and lines was expected, got \"%s\"", name)
  end
end

local function check_need(need)
  for _, literal in ipairs(need or {}) do
    if type(literal) ~= "string" or #literal < 3 then
      rule.fail("need", "a list of literals of three characters or more was expected")
    end
  end
end

local function check_expect(expect)
  if next(expect) == nil then
    rule.fail("expect", "at least one field that the sample gives was expected")
  end
  for field, value in pairs(expect) do
    if type(field) ~= "string" or (type(value) ~= "string" and value ~= false) then
      rule.fail("expect", "fields with their text, or false for none, were expected: { status = \"502\" }")
    end
  end
end

--- One format in the form that formats.lua has. Raises a table with key and message, as rule.fail does.
local function checked(format, file)
  if type(format) ~= "table" then
    rule.fail(nil, "a table was expected, got a %s", type(format))
  end
  check_keys(format)
  check_types(format)
  check_name(format.name)
  check_need(format.need)
  check_expect(format.expect)
  return {
    name = format.name, pattern = format.pattern:gsub("<<(%a+)>>", shipped.parts), need = format.need,
    sample = format.sample, expect = format.expect, file = file,
  }
end

local function one_line(text)
  return text:gsub("%s+", " ")
end

local function read_one(value, file)
  local ok, result = pcall(checked, value, file)
  if ok then
    return result
  elseif type(result) ~= "table" then
    error(result, 0)
  end
  local name = type(value) == "table" and type(value.name) == "string" and (" '%s'"):format(one_line(value.name)) or ""
  error(("%s: format%s: %s%s"):format(file, name, result.key and result.key .. ": " or "", result.message), 0)
end

--- The formats that a file returned, one or a list. Raises a message that names file and format.
---@param value any
---@param file string
---@return table[]
function M.read(value, file)
  local list = type(value) == "table" and value.name == nil and value or { value }
  if #list == 0 or #list > MAX_FORMATS then
    error(("%s: a format or a list of at most %d was expected, got %s"):format(file, MAX_FORMATS,
      type(value) == "table" and #list .. " of them" or value == nil and "nothing" or "a " .. type(value)), 0)
  end
  local formats = {}
  for i, format in ipairs(list) do
    formats[i] = read_one(format, file)
  end
  return formats
end

local function same(a, b)
  return a.pattern == b.pattern and a.sample == b.sample
end

--- Adds `formats` to those that were read before. One that is there already (its file was given twice) is not added
--- again; another one of its name is an error, since a name must say which one is meant.
---@param own table[]
---@param formats table[] of M.read
function M.add(own, formats)
  for _, format in ipairs(formats) do
    local before
    for _, other in ipairs(own) do
      before = other.name == format.name and other or before
    end
    if before and not same(before, format) then
      error(("%s: format '%s': name: a name that no other format has was expected; %s has one of this name"):format(
        format.file, one_line(format.name), before.file == format.file and "this file" or before.file), 0)
    elseif not before then
      own[#own + 1] = format
    end
  end
end

local function unknown(name, formats)
  local names, quoted = {}, {}
  for i, format in ipairs(formats) do
    names[format.name] = true
    quoted[i] = ("'%s'"):format(format.name)
  end
  local near = rule.nearest(name, names)
  error(("there is no format '%s'%s: auto, json, text, lines, a .lua file, or one of %s was expected"):format(name,
    near and (" (did you mean '%s'?)"):format(near) or "", table.concat(quoted, ", ")), 0)
end

-- Moves the format of this name to the front.
local function choose(formats, name)
  for i, format in ipairs(formats) do
    if format.name == name then
      table.insert(formats, 1, table.remove(formats, i))
      return
    end
  end
  unknown(name, formats)
end

--- The tables of formats.lua with the own formats in front of the shipped ones, and in front of all the chosen one.
---@param own table[]
---@param chosen string|nil a format's name
---@return table
function M.tables(own, chosen)
  local formats = table.move(shipped.formats, 1, #shipped.formats, #own + 1, table.move(own, 1, #own, 1, {}))
  if chosen then
    choose(formats, chosen)
  end
  return { formats = formats, events = shipped.events, extras = shipped.extras, columns = shipped.columns }
end

return M
