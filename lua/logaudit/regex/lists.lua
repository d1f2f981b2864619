--- Lists of literals, as heads.lua, demands.lua and census.lua gather them from the alternatives of a pattern.

--- What `of` gives for each of the alternatives, as one list; nil: one gives none, or they are more than `most`.
local function joined(alternatives, most, of)
  local all = {}
  for _, alternative in ipairs(alternatives) do
    local found = of(alternative)
    if not found or #all + #found > most then
      return nil
    end
    table.move(found, 1, #found, #all + 1, all)
  end
  return all
end

--- The literals in their order, without those that begin with another one: where these stand, it does too.
local function shortest(literals)
  local kept = {}
  table.sort(literals)
  for _, literal in ipairs(literals) do
    local last = kept[#kept]
    if not (last and literal:sub(1, #last) == last) then
      kept[#kept + 1] = literal
    end
  end
  return kept
end

return { joined = joined, shortest = shortest }
