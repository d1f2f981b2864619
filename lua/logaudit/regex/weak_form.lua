--- The syntax tree of a pattern as a smaller and weaker one, on bytes: what every match is sure to consist of.
--
-- By `k`:
--   lit  text                 bytes
--   cls  low, high, wide, min bytes of a set (byte_sets.lua), so many or more
--   cat, alt                  the parts are the array part
--   rep  body, min            anything else that is repeated

local sets = require "logaudit.regex.byte_sets"

--- One character, which outside of ASCII is up to four bytes.
local function class(set)
  local only = sets.only_byte(set)
  return only and { k = "lit", text = only } or { k = "cls", low = set.low, high = set.high, wide = set.wide, min = 1 }
end

local everything = { low = -1, high = -1, wide = true }
local line = { low = ~(1 << 10), high = -1, wide = true }
local outside = { low = 0, high = 0, wide = true }

local function any_bytes()
  local gap = class(everything)
  gap.min = 0
  return gap
end

--- Appends a part: inner sequences dissolve, neighbouring literals join.
local function add(cat, part)
  if part.k == "cat" then
    for _, inner in ipairs(part) do
      add(cat, inner)
    end
    return
  end
  local last = cat[#cat]
  if part.k == "lit" and last and last.k == "lit" then
    cat[#cat] = { k = "lit", text = last.text .. part.text }
  else
    cat[#cat + 1] = part
  end
end

local function single(cat)
  return #cat == 1 and cat[1] or cat
end

local lower -- recursive: lower(node, context) returns a form

--- What may stand in the text for a character outside of ASCII; nil: only its own bytes.
local function stand_ins(code, fold)
  if fold == "unicode" or sets.odd_letters[code] or code == 0xFFFD then
    local set = sets.of({ 128, 128 })
    sets.add_odd_letters(set, code, code)
    return class(set)
  end
end

local function lower_text(node)
  local cat, run = { k = "cat" }, {}
  local function flush()
    if #run > 0 then
      add(cat, { k = "lit", text = table.concat(run) })
      run = {}
    end
  end
  for ascii, other in node.text:gmatch "([\0-\x7F]*)([\xC2-\xF4]?[\x80-\xBF]*)" do
    run[#run + 1] = ascii ~= "" and ascii or nil
    local class_ = other ~= "" and stand_ins(utf8.codepoint(other), node.fold)
    if class_ then
      flush()
      add(cat, class_)
    else
      run[#run + 1] = other ~= "" and other or nil
    end
  end
  flush()
  return single(cat)
end

local function lower_rep(node, context)
  local form = lower(node.body, context)
  return node.max == 0 and { k = "cat" } or { k = "rep", body = form, min = node.min }
end

local function lower_alternatives(parts, context)
  local alt = { k = "alt" }
  for i, part in ipairs(parts) do
    alt[i] = lower(part, context)
  end
  return alt
end

--- The context of something optional: what stands in it is not demanded.
local optional <const> = {}

local nothing = function() return { k = "cat" } end
local through = function(node, context) return lower(node.body, context) end

local lowering = {
  text = lower_text,
  never = function() return class(outside) end,
  any = function(node) return class(node.dotall and everything or line) end,
  set = function(node) return class(sets.of_class(node)) end,
  at = nothing,
  group = through, scope = through, atomic = through,
  ref = any_bytes,
  look = function(node, context)
    if not node.negate and context.demands then
      context.demands[#context.demands + 1] = lower(node.body, context)
    end
    return nothing()
  end,
  cond = function(node)
    return lower_alternatives({ node.yes, node.no or { op = "cat" } }, optional)
  end,
  alt = function(node) return lower_alternatives(node, optional) end,
  cat = function(node, context)
    local cat = { k = "cat" }
    for _, part in ipairs(node) do
      add(cat, lower(part, context))
    end
    return single(cat)
  end,
  rep = function(node, context)
    return lower_rep(node, node.min == 0 and optional or context)
  end,
}

function lower(node, context)
  return lowering[node.op](node, context)
end

return { lower = lower }
