--- What all checks of files that people write have in common.

local M = {}

--- Like pairs, in the order of the keys as text: of several mistakes the same one is told each time.
---@param t table
function M.ordered(t)
  local keys, at = {}, 0
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return function()
    at = at + 1
    return keys[at], t[keys[at]]
  end
end

-- Nobody nests deeper by hand; a table may hold itself.
local MAX_DEPTH <const> = 16

--- Whether a text in a value, or a key, holds a NUL, which the host's documents cannot. Not asked of regexes.
---@param value any
---@param depth integer?
---@return boolean
function M.holds_nul(value, depth)
  depth = depth or 0
  if type(value) == "string" then
    return value:find("\0", 1, true) ~= nil
  elseif type(value) ~= "table" or depth == MAX_DEPTH then
    return false
  end
  for key, item in pairs(value) do
    if M.holds_nul(key) or (key ~= "re" and M.holds_nul(item, depth + 1)) then
      return true
    end
  end
  return false
end

return M
