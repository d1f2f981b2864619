--- How far a pattern that does not match gets: its beginnings, each a pattern of its own.
--
-- A pattern is cut behind each of its parts, and groups that are open there are closed.  The longest text that one of
-- these matches is what the whole pattern came nearest to; what stands behind the cut is what it lacks.

local regex = require "logaudit.regex"

-- Bytes of a pattern that this is worth doing for: each cut is compiled.
local MAX_BYTES <const> = 1000

--- The end of the class that begins at `at`.
local function class_end(pattern, at)
  local inside = pattern:match("^%[%^?%]?()", at)
  while inside <= #pattern do
    local char = pattern:sub(inside, inside)
    if char == "]" then
      return inside
    end
    inside = inside + (char == "\\" and 2 or 1)
  end
  return #pattern
end

--- The places behind which the pattern can be cut, with the number of groups open there.
local function cuts(pattern)
  local list, depth, at = {}, 0, 1
  while at <= #pattern do
    local char = pattern:sub(at, at)
    if char == "\\" then
      at = at + 1
    elseif char == "[" then
      at = class_end(pattern, at)
    elseif char == "(" then
      depth = depth + 1
    elseif char == ")" then
      depth = depth - 1
    end
    list[#list + 1] = { at = at, depth = depth }
    at = at + 1
  end
  return list
end

--- The beginnings of a pattern that are patterns, the longest first; the whole one is not among them.
---@param pattern string
---@return { pcre: string, rest: string }[]
local function beginnings(pattern)
  local result = {}
  if #pattern > MAX_BYTES then
    return result
  end
  local places = cuts(pattern)
  for i = #places - 1, 1, -1 do
    local place = places[i]
    local compiled = place.depth >= 0 and regex.compile(pattern:sub(1, place.at) .. (")"):rep(place.depth))
    if compiled then
      result[#result + 1] = { pcre = compiled.pcre, rest = pattern:sub(place.at + 1) }
    end
  end
  return result
end

return { beginnings = beginnings }
