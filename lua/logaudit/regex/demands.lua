--- What a weak form (weak_form.lua) demands of a text that is worth asking about.
--
-- A piece is a cat of literals and classes that every match holds, without what it can do without at the end.
-- A demand is a list of pieces of which every match holds one. Of all that a form demands the best are kept, best
-- first: a record where one piece of each hits is worth asking PCRE2 about.

local sets = require "logaudit.regex.byte_sets"
local weak_form = require "logaudit.regex.weak_form"

-- Where a form is worth scanning for: one letter is in every record, two are not.
local MIN_LITERAL <const> = 2
-- Below this a literal does not drive Vectorscan, so it stands alone.
local GOOD_LITERAL <const> = 3
-- Beyond this length fewer expressions are better than longer literals.
local LONG_LITERAL <const> = 6
local MAX_PIECES <const> = 64
local MAX_ALTERNATIVES <const> = 32
local MAX_DEMANDS <const> = 2
-- Less selects too little to be scanned for beside a better demand.
local SECOND_WEIGHT <const> = 3
-- Above this an expression risks "Pattern is too large" and a slow compile.
local MAX_STATES <const> = 400

local huge = math.huge

local function is_flat(form)
  return form.k == "lit" or form.k == "cls"
end

--- The longest literal of a piece.
local function literal_of(piece)
  local best = ""
  for _, part in ipairs(piece) do
    if part.k == "lit" and #part.text > #best then
      best = part.text
    end
  end
  return best
end

local function states(piece)
  local sum = 0
  for _, part in ipairs(piece) do
    sum = sum + (part.k == "lit" and #part.text or math.max(1, part.max == huge and part.min or part.max))
  end
  return sum
end

--- Vectorscan is driven by a literal only if nothing stands before it.
local function drives(form)
  return form.k == "lit" and #form.text >= GOOD_LITERAL
end

--- A class at the end says little when it is optional or broad, and a plain literal scans faster.
local function is_dispensable(form)
  return form.k == "cls" and (form.min == 0 or sets.ascii_count(form) >= weak_form.BROAD)
end

--- At the end the least of a class is enough: more of it only means more callbacks.
local function least(form)
  if form.k == "lit" then
    return form
  end
  return { k = "cls", low = form.low, high = form.high, wide = form.wide, min = form.min, max = form.min }
end

--- The parts first..last of a cat as a piece; nil when they hold no literal worth the name.
local function piece_of(cat, first, last)
  local piece = table.move(cat, first, last, 1, {})
  local literal = literal_of(piece)
  if #literal < MIN_LITERAL then
    return nil
  elseif #literal < GOOD_LITERAL or states(piece) > MAX_STATES then
    return { { k = "lit", text = literal:sub(1, MAX_STATES) } }
  end
  while not drives(cat[first]) do first = first + 1 end
  while is_dispensable(cat[last]) do last = last - 1 end
  piece = table.move(cat, first, last, 1, {})
  piece[#piece] = least(piece[#piece])
  return piece
end

--- How far a list of pieces selects: by its weakest, beyond some length not at all better.
local function worth(pieces)
  local length = huge
  for _, piece in ipairs(pieces) do
    length = math.min(length, #literal_of(piece))
  end
  return math.min(length, LONG_LITERAL) - #pieces / MAX_PIECES
end

--- Adds a demand, behind those that are as good.
local function keep(demands, pieces)
  local at = #demands + 1
  while at > 1 and worth(pieces) > worth(demands[at - 1]) do
    at = at - 1
  end
  if at <= MAX_DEMANDS then
    table.insert(demands, at, pieces)
    demands[MAX_DEMANDS + 1] = nil
  end
end

local function keep_all(demands, more)
  for _, pieces in ipairs(more) do
    keep(demands, pieces)
  end
end

local demands_of -- recursive: a list of demands

local function demands_of_cat(cat)
  local demands, first = {}, nil
  for i = 1, #cat + 1 do
    local part = cat[i]
    if part and is_flat(part) then
      first = first or i
    else
      local piece = first and piece_of(cat, first, i - 1)
      if piece then
        keep(demands, { piece })
      end
      if part then
        keep_all(demands, demands_of(part))
      end
      first = nil
    end
  end
  return demands
end

--- One demand of each branch, the given one or the last, as one; nil: some branch has none, or they are too many.
local function joined_demand(branches, number)
  local all = {}
  for _, demands in ipairs(branches) do
    local pieces = demands[math.min(number, #demands)]
    if not pieces or #all + #pieces > MAX_PIECES then
      return nil
    end
    table.move(pieces, 1, #pieces, #all + 1, all)
  end
  return all
end

local function demands_of_alternatives(alt)
  local branches, most = {}, 0
  for i, part in ipairs(alt) do
    branches[i] = demands_of(part)
    most = math.max(most, #branches[i])
  end
  local demands = {}
  for number = 1, most do
    local pieces = joined_demand(branches, number)
    if pieces then
      keep(demands, pieces)
    end
  end
  return demands
end

function demands_of(form)
  if form.k == "alt" then
    return demands_of_alternatives(form)
  elseif form.k == "cat" then
    return demands_of_cat(form)
  elseif form.k == "rep" then
    return form.min > 0 and demands_of(form.body) or {}
  end
  return demands_of_cat { form }
end

--- What each alternative of a whole pattern demands; nil when one demands nothing. `more`: what all of them do.
local function alternatives_of(form, more)
  local alternatives = {}
  for i, part in ipairs(form.k == "alt" and #form <= MAX_ALTERNATIVES and form or { form }) do
    alternatives[i] = demands_of(part)
    keep_all(alternatives[i], more)
    if #alternatives[i] == 0 then
      return nil
    end
  end
  return alternatives
end

--- How much the literals of a piece select: bytes, and a sign that is rare in logs counts twice.
local function weight(piece)
  local sum = 0
  for _, part in ipairs(piece) do
    if part.k == "lit" then
      sum = sum + #part.text + select(2, part.text:gsub("[%%\\<>|&*+~#@!^`{};$?]", ""))
    end
  end
  return sum
end

--- Whether a demand that stands behind a better one is worth its scan.
local function selects(pieces)
  for _, piece in ipairs(pieces) do
    if weight(piece) < SECOND_WEIGHT then
      return false
    end
  end
  return true
end

return { alternatives = alternatives_of, of = demands_of, keep_all = keep_all, selects = selects, literal_of = literal_of }
