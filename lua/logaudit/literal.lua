--- Texts as Lua writes them, for rule files that are made.

local M = {}

---@param text string
---@return string
function M.quoted(text)
  return (("%q"):format(text):gsub("\\\n", "\\n"))
end

--- [[...]] where the text allows it, so that a pattern stays readable.
---@param text string
---@return string
function M.long(text)
  for level = 0, 2 do
    local closer = "]" .. ("="):rep(level) .. "]"
    local fits = not (text .. "]"):find(closer, 1, true) and not text:find "[%c\127]"
    if fits then
      local opener = "[" .. ("="):rep(level) .. "["
      return opener .. text .. closer
    end
  end
  return M.quoted(text)
end

--- As it is most readable.
---@param text string
---@return string
function M.text(text)
  return text:find "[\\\"]" and M.long(text) or M.quoted(text)
end

return M
