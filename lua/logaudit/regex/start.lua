--- What the start of a text decides about a pattern.
--
-- The lines of a log begin alike but for their digits.  For a pattern that matches
-- at the start only and takes one digit for another, what the first bytes decide
-- for one text they decide for all that begin so: src/ingest/known_starts.c
-- remembers it.

local print_pcre = require "logaudit.regex.pcre"

local DIGITS <const> = { first = 0x30, last = 0x39 }

local alike -- recursive

local function items_alike(node)
  for _, item in ipairs(node.items) do
    local range = type(item) == "table" and item
    local outside = range and (range[2] < DIGITS.first or range[1] > DIGITS.last)
    local all = range and range[1] <= DIGITS.first and range[2] >= DIGITS.last
    if range and not outside and not all then
      return false
    end
  end
  return true -- each category has all digits or none
end

local tests = {
  text = function(node) return not node.text:find "%d" end,
  set = items_alike,
  ref = function() return false end, -- the digits it repeats are those of the text
}

--- Whether a part of a pattern takes one digit for another.
function alike(node)
  if tests[node.op] then
    return tests[node.op](node)
  end
  for _, part in pairs(node) do
    if type(part) == "table" and part.op and not alike(part) then
      return false
    end
  end
  return true
end

--- The group that catches all that is left of the line: (.*) at the end.
local function rest_of_line(cat)
  local last = cat.op == "cat" and cat[#cat]
  local body = last and last.op == "group" and last.body
  local all = body and body.op == "rep" and body.min == 0 and body.max == math.huge and body.mode == ""
  return all and body.body.op == "any" and not body.body.dotall and last or nil
end

---@class logaudit.regex.Start
---@field decides boolean what was said above holds
---@field rest integer?   the number of the last group, which catches the rest of the line ...
---@field pcre string?    ... and the pattern that leaves this to the caller: the group is empty

---@param root table the tree of parse.lua
---@return logaudit.regex.Start
return function(root)
  local body = root.body
  local first = body.op == "cat" and body[1]
  local start = { decides = first and first.op == "at" and first.kind == "start" and alike(body) or false }
  local group = rest_of_line(body)
  if group then
    local kept = group.body
    group.body = { op = "cat" }
    start.rest, start.pcre = group.index, print_pcre(root)
    group.body = kept
  end
  return start
end
