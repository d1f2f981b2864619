--- Sigma's conditions: text to a tree of
---
---   { op = "and"|"or", ... }    { op = "not", node }    { op = "name", name = "selection" }
---   { op = "of", all = boolean, pattern = "selection_*"|"them" }

local lpeg = require "lpeg"

local P, R, S, C, Ct, Cp, V = lpeg.P, lpeg.R, lpeg.S, lpeg.C, lpeg.Ct, lpeg.Cp, lpeg.V

local MAX_LENGTH <const> = 64 * 1024

local blank = S " \t\r\n" ^ 0
local letter = R("az", "AZ", "09") + S "_-"
local function word(text)
  return P(text) * -letter * blank
end
local reserved = (P "and" + "or" + "not" + "of") * -letter
local name = C(letter ^ 1 - reserved) * blank
local pattern = C((letter + "*") ^ 1) * blank

local function chain(op)
  return function(list)
    return #list == 1 and list[1] or { op = op, table.unpack(list) }
  end
end

local function quantified(quantity, what)
  return { op = "of", all = quantity == "all", pattern = what }
end

-- How far the condition was understood, for the message.
local grammar = P {
  blank * V "any" * Cp(),
  any = Ct(V "each" * (word "or" * V "each") ^ 0) / chain "or",
  each = Ct(V "one" * (word "and" * V "one") ^ 0) / chain "and",
  one = word "not" * V "one" / function(node) return { op = "not", node } end
    + P "(" * blank * V "any" * P ")" * blank
    + C(P "1" + "any" + "all") * blank * word "of" * pattern / quantified
    + name / function(text) return { op = "name", name = text } end,
}

--- The tree of a condition; raises a message that says where it is not understood.
---@param text string
---@return table
local function parse(text)
  if #text > MAX_LENGTH then
    error(("at most %d bytes were expected, got %d"):format(MAX_LENGTH, #text), 0)
  elseif text:find("|", 1, true) then
    error("counting behind '|' (| count() ...) is not translated: Sigma has correlation rules for it", 0)
  end
  local ok, tree, stop = pcall(lpeg.match, grammar, text)
  if not ok then
    error("it is nested too deep", 0)
  elseif not tree then
    error(("names, and, or, not, '1 of' and 'all of' were expected, got \"%s\""):format(text:sub(1, 200)), 0)
  elseif stop <= #text then
    error(("the end was expected at \"%s\""):format(text:sub(stop, stop + 40)), 0)
  end
  return tree
end

return parse
