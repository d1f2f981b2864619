--- Lua data as JSON text, for the documents that the library hands to the C side. Members are written in the
--- order of their keys, so that the same data gives the same bytes.

local M = {}

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function encode_string(s)
  return '"' .. s:gsub('[%c"\\\127]', function(c)
    return ESCAPES[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function encode_number(n)
  if math.type(n) == "integer" then
    return ("%d"):format(n)
  end
  if n ~= n or n == math.huge or n == -math.huge then
    error("a number that JSON cannot hold", 0)
  end
  return ("%.17g"):format(n)
end

local function is_list(t)
  return t[1] ~= nil or next(t) == nil
end

local encode

local function encode_list(t, depth)
  local out = {}
  for i, item in ipairs(t) do
    out[i] = encode(item, depth)
  end
  return "[" .. table.concat(out, ",") .. "]"
end

local function encode_object(t, depth)
  local keys, out = {}, {}
  for key in pairs(t) do
    keys[#keys + 1] = tostring(key)
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    out[i] = encode_string(key) .. ":" .. encode(t[key] == nil and t[tonumber(key)] or t[key], depth)
  end
  return "{" .. table.concat(out, ",") .. "}"
end

local ENCODERS = {
  string = encode_string,
  number = encode_number,
  boolean = tostring,
  userdata = function() return "null" end, -- the sandbox's null
}

--- An empty table is a list. Raises on what JSON has no form for, and on data nested deeper than 32 levels.
---@param value any
---@param depth? integer
---@return string
function encode(value, depth)
  depth = (depth or 0) + 1
  if depth > 32 then
    error("data nested too deep", 0)
  end
  local simple = ENCODERS[type(value)]
  if simple then
    return simple(value)
  end
  if type(value) ~= "table" then
    error("a " .. type(value) .. " is no data", 0)
  end
  return is_list(value) and encode_list(value, depth) or encode_object(value, depth)
end

M.encode = encode

--- The members of an object without its braces, to be written into another one; "" for an empty table.
---@param object table
---@return string
function M.members(object)
  local text = encode_object(object, 0)
  return text:sub(2, -2)
end

return M
