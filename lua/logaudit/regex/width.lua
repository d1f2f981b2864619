--- How many characters a part of a pattern can match.

local width

local function sum_width(node, groups)
  local lo, hi = 0, 0
  for i = 1, #node do
    local l, h = width(node[i], groups)
    lo, hi = lo + l, hi + h
  end
  return lo, hi
end

local function widest(a, b, groups)
  local lo, hi = width(a, groups)
  local l, h = 0, 0
  if b then
    l, h = width(b, groups)
  end
  return math.min(lo, l), math.max(hi, h)
end

local function alt_width(node, groups)
  local lo, hi = width(node[1], groups)
  for i = 2, #node do
    local l, h = width(node[i], groups)
    lo, hi = math.min(lo, l), math.max(hi, h)
  end
  return lo, hi
end

local function rep_width(node, groups)
  local lo, hi = width(node.body, groups)
  return lo * node.min, hi == 0 and 0 or node.max == 0 and 0 or hi * node.max
end

local zero = function() return 0, 0 end
local unit_width = function() return 1, 1 end
local body_width = function(node, groups) return width(node.body, groups) end
local widths = {
  text = function(node)
    local n = utf8.len(node.text)
    return n, n
  end,
  never = unit_width, any = unit_width, set = unit_width,
  at = zero, look = zero,
  group = body_width, scope = body_width, atomic = body_width,
  ref = function(node, groups) return width(groups[node.index].body, groups) end,
  cond = function(node, groups) return widest(node.yes, node.no, groups) end,
  rep = rep_width, cat = sum_width, alt = alt_width,
}

--- Least and greatest number of characters that a node matches, kept on the node.
--- (Floats: they saturate.)
function width(node, groups)
  if not node.lo then
    node.lo, node.hi = widths[node.op](node, groups)
  end
  return node.lo, node.hi
end

return width
