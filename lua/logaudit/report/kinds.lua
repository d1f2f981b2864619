--- Kinds of findings in the order in which a reader wants them: those of one rule and severity together, and as one
--- entry when they are many.

local FEW <const> = 3 -- so many kinds of a rule and severity each have their place

local function key_of(entry)
  return entry.severity .. "\n" .. entry.rule_id
end

-- A result that was stored before there were families has a kind in each.
local function families_of(result)
  if result.families then
    return result.families
  end
  local families = {}
  for i, group in ipairs(result.groups or {}) do
    families[i] = { severity = group.severity, rule_id = group.rule_id, kinds = 1 }
  end
  return families
end

-- "1,204 users, 310 addresses"; nothing of one or none.
local function whose(family, grouped)
  local parts = {}
  for _, key in ipairs { "users", "addresses" } do
    if (family[key] or 0) > 1 then
      parts[#parts + 1] = grouped(family[key]) .. " " .. key
    end
  end
  return parts[1] and " (" .. table.concat(parts, ", ") .. ")" or ""
end

---@param result table
---@param grouped fun(number: integer): string how the format writes numbers
---@return table[] entries each a group, or a family of many with `groups` (the most frequent) and `whose`
---@return integer unlisted kinds that the result does not list, of families without an entry of their own
return function(result, grouped)
  local groups, entries, unlisted = {}, {}, 0
  for _, group in ipairs(result.groups or {}) do
    local list = groups[key_of(group)] or {}
    groups[key_of(group)] = list
    list[#list + 1] = group
  end
  for _, family in ipairs(families_of(result)) do
    local list = groups[key_of(family)] or {}
    if family.kinds > FEW then
      entries[#entries + 1] = setmetatable({ groups = list, whose = whose(family, grouped) }, { __index = family })
    elseif result.families then
      table.move(list, 1, #list, #entries + 1, entries)
      unlisted = unlisted + family.kinds - #list
    else
      entries[#entries + 1] = table.remove(list, 1)
    end
  end
  return entries, unlisted + (result.families and 0 or result.groups_truncated or 0)
end
