--- A rule without a mistake that was found in it, so that checking goes on to the next one. What takes its place says
--- nothing of its own.

local PATTERN <const> = "x"
local STAND_INS = {
  type = "Error", any = { PATTERN }, all = { PATTERN }, where = { message = PATTERN }, match = function() end,
}
local HOLDING <const> = { "any", "all", "where", "match", "correlate" }

local function with_other_pattern(list, pattern)
  local copy = {}
  for i, item in ipairs(list) do
    copy[i] = item == pattern and PATTERN or item
  end
  return copy
end

local function holds_something(item)
  for _, key in ipairs(HOLDING) do
    if item[key] ~= nil then
      return true
    end
  end
  return false
end

--- A copy of the rule that does not have the problem { key, text }; nil: what would have to change cannot be told.
---@param item table
---@param problem { key: string?, text: string?, message: string }
---@param id string what the rule is called where its id is the problem
---@return table?
return function(item, problem, id)
  local copy, key = {}, problem.key
  for name, value in pairs(item) do
    copy[name] = value
  end
  if key == "id" then
    copy.id = id
  elseif problem.text and (key == "any" or key == "all" or key == "none") then
    copy[key] = with_other_pattern(item[key], problem.text)
  elseif key then
    copy[key] = STAND_INS[key]
  elseif item.type == nil then
    copy.type = STAND_INS.type
    return copy
  elseif holds_something(item) then
    return nil
  end
  if not holds_something(copy) then
    copy.any = STAND_INS.any
  end
  return copy
end
