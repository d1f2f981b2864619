--- The text of a rule file: its tokens, and where in it the rules and their keys stand.

local lpeg = require "lpeg"

local M = {}

local P, R, S, C, Cp, Cg, Cb, Cc, Cmt = lpeg.P, lpeg.R, lpeg.S, lpeg.C, lpeg.Cp, lpeg.Cg, lpeg.Cb, lpeg.Cc, lpeg.Cmt

local open = "[" * Cg(P "=" ^ 0, "level") * "["
local close = Cmt("]" * C(P "=" ^ 0) * "]" * Cb "level", function(_, _, closing, level)
  return closing == level
end)
local long = open * (1 - close) ^ 0 * close / 0
local function quoted(quote)
  return quote * (P "\\" * 1 + (1 - S("\\" .. quote))) ^ 0 * quote
end
local comment = "--" * (long + (1 - P "\n") ^ 0)
local text = long + quoted '"' + quoted "'"
local letter = R("az", "AZ") + "_"
local word = letter * (letter + R "09") ^ 0
local number = R "09" * (R("09", "az", "AZ") + "." + S "eEpP" * S "+-") ^ 0
local symbol = P "..." + ".." + "==" + "~=" + "<=" + ">=" + "::" + 1
local token = (S " \t\r\n\f\v" + comment) ^ 0 * Cp()
  * (Cc "text" * C(text) + Cc "word" * C(word) + Cc "number" * C(number) + Cc "symbol" * C(symbol)) * Cp()

--- Every token that is no comment: its kind ("text", "word", "number", "symbol"), how it is written, where it begins.
---@param source string
---@return fun(): string?, string?, integer?
function M.tokens(source)
  local at = 1
  return function()
    local start, kind, written, stop = token:match(source, at)
    at = stop or at
    return kind, written, start
  end
end

--- Without a copy of the text, which may be longer than strings are allowed to be here.
---@param source string
---@param position integer
---@return integer
function M.line_of(source, position)
  local line, at = 1, source:find("\n", 1, true)
  while at and at < position do
    line, at = line + 1, source:find("\n", at + 1, true)
  end
  return line
end

local MAX_SEARCHED <const> = 1024 * 1024 -- each token costs some instructions of the file's budget
local SEPARATORS = { ["{"] = true, [","] = true, [";"] = true }

M.NAMELESS = "" -- no rule is called so

-- Tables with an `id` that is written there, or with a `type` and none: { id, keys = { name = position }, start, stop },
-- in the order of their ends.
local function tables_of_rules(source)
  local stack, found = {}, {}
  local before, key, key_at -- the last token; a word that may be a key
  for kind, written, position in M.tokens(source) do
    local top = stack[#stack]
    if written == "{" then
      stack[#stack + 1] = { keys = {}, start = position }
    elseif written == "}" and top then
      top.stop = position
      stack[#stack] = nil
      top.id = top.id or not top.keys.id and top.keys.type and M.NAMELESS or nil
      found[#found + 1] = top.id and top or nil
    elseif kind == "text" and top and before == "=" and key == "id" and not top.id then
      top.id = written:match "^[\"'](.*)[\"']$" or written:match "^%[=*%[(.*)%]=*%]$"
    elseif written == "=" and top and key and not top.keys[key] then
      top.keys[key] = key_at
    end
    if kind == "word" and SEPARATORS[before] then
      key, key_at = written, position
    elseif written ~= "=" then
      key = nil
    end
    before = kind ~= "text" and written or nil
  end
  return found
end

--- The tables of rules whose ids are written in the text: of each id a list of { keys = { name = position }, start,
--- stop }; those that have none are called NAMELESS.
--- None in a text that is so long that no hand wrote it.
---@param source string
---@return table<string, { keys: table<string, integer>, start: integer, stop: integer }[]>
function M.rules(source)
  local by_id = {}
  for _, t in ipairs(#source <= MAX_SEARCHED and tables_of_rules(source) or {}) do
    by_id[t.id] = by_id[t.id] or {}
    table.insert(by_id[t.id], t)
  end
  return by_id
end

--- Where a text stands as it is written in a rule file, between two places; nil: it is written another way.
---@param source string
---@param value string
---@param from integer
---@param to integer
---@return integer?
function M.text_between(source, value, from, to)
  for _, opening in ipairs { '"', "'", "[[", "[=[" } do
    local at = source:find(opening .. value .. opening:gsub("%[", "]"), from, true)
    if at and at < to then
      return at
    end
  end
  return nil
end

return M
