--- "finding" for one, "findings" for any other number of them.
---@param count integer
---@param things string
---@return string
return function(count, things)
  return count == 1 and things:gsub("s$", "") or things
end
