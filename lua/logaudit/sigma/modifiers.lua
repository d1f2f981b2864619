--- What stands behind a field's name in Sigma (`CommandLine|contains|all`), each modifier a function on the values.
--
-- A value is one of
--   { kind = "text", parts, raw, node, cased }    see strings.lua
--   { kind = "literal", value }                   a number, a boolean
--   { kind = "null" }
--   { kind = "re", pattern, flags }
--   { kind = "op", op, value }                    a test as where has it

local encodings = require "logaudit.sigma.encodings"
local node = require "logaudit.sigma.node"
local placeholders = require "logaudit.sigma.placeholders"
local regex = require "logaudit.regex"
local strings = require "logaudit.sigma.strings"

local M = {}

-- ---------------------------------------------------------------- helpers

local function text_only(item, modifier, value)
  if value.kind == "literal" and type(value.value) ~= "boolean" then
    local text = tostring(value.value)
    return { kind = "text", parts = { text }, raw = text, node = value.node }
  elseif value.kind ~= "text" then
    node.fail(value.node, item.name, "%s: a text was expected, got %s", modifier,
      value.kind == "literal" and "true or false" or value.kind)
  end
  return value
end

local function plain_text(item, modifier, value)
  local text = strings.plain(text_only(item, modifier, value).parts)
  if not text then
    node.fail(value.node, item.name, "%s: a text without wildcards was expected, got \"%s\"", modifier, value.raw)
  end
  return text
end

local function changed(value, parts)
  return { kind = "text", parts = parts, raw = value.raw, node = value.node, cased = value.cased }
end

-- Each value becomes those that `make` returns.
local function each(item, make)
  local values = {}
  for _, value in ipairs(item.values) do
    local made = make(value)
    for _, other in ipairs(made.kind and { made } or made) do
      other.node = value.node
      values[#values + 1] = other
    end
  end
  item.values = values
end

local function opening(front, back, ref_op)
  return function(item, modifier)
    each(item, function(value)
      if value.kind == "re" then
        return value -- is searched anywhere
      elseif value.kind == "op" and value.op == "eq_field" then
        return { kind = "op", op = ref_op, value = value.value }
      end
      value = text_only(item, modifier, value)
      return changed(value, strings.open(value.parts, front, back))
    end)
  end
end

local function comparing(op)
  return function(item, modifier)
    each(item, function(value)
      local number = value.kind == "literal" and value.value or tonumber(value.raw)
      if type(number) ~= "number" then
        node.fail(value.node, item.name, "%s: a number was expected, got \"%s\"", modifier,
          value.raw or tostring(value.value))
      end
      return { kind = "op", op = op, value = number }
    end)
  end
end

local function encoding(make)
  return function(item, modifier)
    each(item, function(value)
      local made = {}
      for i, text in ipairs(make(plain_text(item, modifier, value))) do
        made[i] = { kind = "text", parts = { text }, raw = value.raw, cased = value.cased }
      end
      return made
    end)
  end
end

local function flag(letter)
  return function(item, modifier)
    for _, value in ipairs(item.values) do
      if value.kind ~= "re" then
        node.fail(value.node, item.name, "%s: it goes behind re only", modifier)
      end
      value.flags = value.flags .. letter
    end
  end
end

-- ---------------------------------------------------------------- networks

local function bits_of_ipv4(text)
  local bits = {}
  for part in (text .. "."):gmatch "([^.]*)%." do
    local byte = part:find "^%d%d?%d?$" and tonumber(part)
    if not byte or byte > 255 then
      return nil
    end
    bits[#bits + 1] = byte
  end
  return #bits == 4 and bits or nil
end

local function groups_of(text)
  local bytes = {}
  if text:find "::" or text:find "^:" or text:find ":$" then
    return nil
  end
  for group in text:gmatch "[^:]+" do
    local number = group:find "^%x%x?%x?%x?$" and tonumber(group, 16)
    if not number then
      return nil
    end
    table.move({ number >> 8, number & 255 }, 1, 2, #bytes + 1, bytes)
  end
  return bytes
end

local function bytes_of_ipv6(text)
  local head, tail = text:match "^(.-)::(.*)$"
  local first, last = groups_of(head or text), groups_of(tail or "")
  if not first or not last or (head and #first + #last > 14) or (not head and #first ~= 16) then
    return nil
  end
  for _ = #first + #last + 1, 16 do
    first[#first + 1] = 0
  end
  return table.move(last, 1, #last, #first + 1, first)
end

--- Whether a network is one, and names no host in it.
local function check_network(item, value, text)
  local address, prefix = text:match "^([%x.:]+)/(%d+)$"
  local bytes = address and (bits_of_ipv4(address) or bytes_of_ipv6(address))
  if not bytes or tonumber(prefix) > 8 * #bytes then
    node.fail(value.node, item.name, "cidr: a network like 10.0.0.0/8 was expected, got \"%s\"", text)
  end
  for i, byte in ipairs(bytes) do
    local network_bits = math.max(0, math.min(8, tonumber(prefix) - 8 * (i - 1)))
    if byte & (0xFF >> network_bits) ~= 0 then
      node.fail(value.node, item.name, "cidr: %s has bits behind its prefix: an address, not a network", text)
    end
  end
end

-- ---------------------------------------------------------------- the table

local MODIFIERS = {
  contains = opening(true, true, "contains_field"),
  startswith = opening(false, true, "prefix_field"),
  endswith = opening(true, false, "suffix_field"),
  lt = comparing "lt", lte = comparing "le", gt = comparing "gt", gte = comparing "ge",
  i = flag "i", ignorecase = flag "i", m = flag "m", multiline = flag "m", s = flag "s", dotall = flag "s",
  base64 = encoding(function(text) return { encodings.base64(text) } end),
  base64offset = encoding(encodings.base64_offsets),
  wide = encoding(function(text) return { encodings.utf16(text, "<I2") } end),
  utf16le = encoding(function(text) return { encodings.utf16(text, "<I2") } end),
  utf16be = encoding(function(text) return { encodings.utf16(text, ">I2") } end),
  utf16 = encoding(function(text) return { "\xFF\xFE" .. encodings.utf16(text, "<I2") } end),
}

-- Each value alone must hold: detection.lua sees to it.
MODIFIERS["all"] = function() end

function MODIFIERS.neq(item)
  item.negate = true
end

function MODIFIERS.cased(item, modifier)
  for _, value in ipairs(item.values) do
    text_only(item, modifier, value).cased = true
  end
end

function MODIFIERS.windash(item, modifier)
  each(item, function(value)
    value = text_only(item, modifier, value)
    return changed(value, strings.windash(value.parts))
  end)
end

function MODIFIERS.re(item, modifier)
  each(item, function(value)
    value = text_only(item, modifier, value)
    local _, message, position = regex.compile(value.raw)
    if message then
      node.fail(value.node, item.name, "re: pattern \"%s\": %s%s", value.raw, message,
        position and (" at position %d"):format(position) or "")
    end
    return { kind = "re", pattern = value.raw, flags = "" }
  end)
end

function MODIFIERS.cidr(item, modifier)
  each(item, function(value)
    local text = plain_text(item, modifier, value)
    check_network(item, value, text)
    return { kind = "op", op = "cidr", value = text }
  end)
end

function MODIFIERS.exists(item, modifier)
  each(item, function(value)
    if value.kind ~= "literal" or type(value.value) ~= "boolean" then
      node.fail(value.node, item.name, "%s: true or false was expected", modifier)
    end
    return { kind = "op", op = "exists", value = value.value }
  end)
end

function MODIFIERS.fieldref(item, modifier)
  each(item, function(value)
    return { kind = "op", op = "eq_field", value = item.names(plain_text(item, modifier, value)) }
  end)
end

--- '%Name%' in a text is each of the values that placeholders.lua has for it.
function MODIFIERS.expand(item, modifier)
  each(item, function(value)
    local raw = text_only(item, modifier, value).raw
    local front, name, back = raw:match "^(.-)%%([%w_.-]+)%%(.*)$"
    local known = name and placeholders[name]
    if name and not known then
      node.fail(value.node, item.name, "expand: there is no list '%s' in lua/logaudit/sigma/placeholders.lua", name)
    end
    local made = {}
    for i, word in ipairs(known or {}) do
      local text = front .. word .. back
      made[i] = { kind = "text", parts = strings.parse(text), raw = text, cased = value.cased }
    end
    return name and made or value
  end)
end

-- Known to Sigma, but not to rules.
local UNTRANSLATED = { minute = true, hour = true, day = true, week = true, month = true, year = true }

--- Applies a modifier to an item { name, values, names = function(field) }.
---@param item table
---@param modifier string
---@param at table where it stands
function M.apply(item, modifier, at)
  local apply = MODIFIERS[modifier]
  if UNTRANSLATED[modifier] then
    node.fail(at, item.name, "the modifier '%s' (a part of a time) is not translated", modifier)
  elseif not apply then
    node.fail(at, item.name, "unknown modifier '%s'", modifier)
  end
  apply(item, modifier)
end

return M
