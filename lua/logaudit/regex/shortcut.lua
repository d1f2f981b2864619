--- Where a pattern must be shielded from a shortcut of PCRE2 10.42's JIT.
--
-- The JIT remembers how far a repeated character near the start of a pattern ran in vain, and does
-- not try it again where it begins before that ("early fail", detect_early_fail in its sources).
-- Two kinds of patterns break what the shortcut rests on, and get wrong answers:
--
--   (?>\w+b|)a         finds "a" in zzab: an atomic group whose first alternative is skipped at the
--                      next start takes the second one.  (?>.+?)\z misses its match.
--   (?:failed|fail) *e misses its match in failed: behind the second alternative the repeat begins
--                      before the place where it was in vain behind the first.
--
-- PCRE2 knows them as #347 and #336, mended in 10.43.  The JIT looks for such repeats from the start
-- of each alternative on, through groups, up to the first thing it does not know.  Lookarounds are
-- such things, so an empty one before the group or the repeat keeps the shortcut off, and what
-- stands before it keeps its own.

-- What may stand before a place, from the start of the pattern on:
local SAME <const> = 1    -- the same number of characters each time: a repeat begins ever later
local VARIED <const> = 2  -- alternatives of any length: it may begin earlier the next time
local COUNTED <const> = 3 -- a repeat; the JIT remembers ranges from here on, which are right
local BEHIND <const> = 4  -- something that the shortcut does not go beyond

local single = { text = true, set = true, any = true, never = true }

local walk -- recursive: walk(node, before) marks nodes, and returns what is before the place behind it

local function shield(node)
  node.shielded = true
  return BEHIND
end

local function walk_cat(node, before)
  for _, part in ipairs(node) do
    before = walk(part, before)
  end
  return before
end

--- Characters that literals and classes take; nil of anything else.
local function width(node)
  if single[node.op] then
    return node.op == "text" and utf8.len(node.text) or 1
  end
  local sum = node.op == "cat" and 0 or nil
  for _, part in ipairs(node) do
    local own = width(part)
    sum = sum and own and sum + own
  end
  return sum
end

local function alike(alternatives)
  local first = width(alternatives[1])
  for _, part in ipairs(alternatives) do
    if not first or width(part) ~= first then
      return false
    end
  end
  return true
end

local function walk_alternatives(node, before)
  local after = alike(node) and before or VARIED
  for _, part in ipairs(node) do
    after = math.max(after, walk(part, before))
  end
  return after
end

local function walk_character(node, before)
  local endless = node.max == math.huge and node.min < 2
  if endless and before == VARIED then
    return shield(node)
  end
  return node.max == 1 and node.min == 1 and before or COUNTED
end

--- Groups: those that must be there are compiled once for each time, then comes what the JIT does not know.
local function walk_rep(node, before)
  if node.max == 0 then
    return before
  elseif single[node.body.op] then
    return walk_character(node, before)
  elseif node.mode == "+" then
    return shield(node)
  end
  for _ = 1, math.min(node.min, 2) do
    before = walk(node.body, before)
  end
  return node.min == node.max and before or BEHIND
end

local behind = function() return BEHIND end
local through = function(node, before) return walk(node.body, before) end

local walks = {
  cat = walk_cat, alt = walk_alternatives, rep = walk_rep, atomic = shield,
  group = through, scope = through,
  look = behind, ref = behind, cond = behind,
}

function walk(node, before)
  if before == BEHIND or not walks[node.op] then
    return before
  end
  return walks[node.op](node, before)
end

--- Marks the nodes before which pcre.lua prints an empty lookahead as `shielded`.
---@param root table the tree of parse.lua
return function(root)
  walk(root, SAME)
end
