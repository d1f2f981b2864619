--- What a weak form (weak_form.lua) demands of a text that is worth asking about: literals.
--
-- A demand is a list of literals of which every match holds one. Of all that a form demands the best are kept, best
-- first: a record where one literal of each stands is worth asking PCRE2 about.

local lists = require "logaudit.regex.lists"

-- One letter is in every record, two are not.
local MIN_LITERAL <const> = 2
-- Beyond this length fewer literals are better than longer ones.
local LONG_LITERAL <const> = 6
-- Longer ones are cut, which selects as well.
local MAX_LITERAL <const> = 100
-- Of one demand.
local MAX_LITERALS <const> = 64
-- Of neighbours taken as one: the alternative that they may stand in has room for those of the others.
local MAX_PRODUCT <const> = 24
local MAX_DEMANDS <const> = 3
-- Of a pattern that is one alternation; of a longer one all alternatives have their demands in common.
local MAX_ALTERNATIVES <const> = 32
-- Less selects too little to be scanned for beside a better demand.
local SECOND_WEIGHT <const> = 3

local huge = math.huge

--- How far a demand selects: by its weakest literal, beyond some length not at all better.
local function worth(literals)
  local length = huge
  for _, literal in ipairs(literals) do
    length = math.min(length, #literal)
  end
  return math.min(length, LONG_LITERAL) - #literals / MAX_LITERALS
end

--- Adds a demand, behind those that are as good.
local function keep(demands, literals)
  local at = #demands + 1
  while at > 1 and worth(literals) > worth(demands[at - 1]) do
    at = at - 1
  end
  if at <= MAX_DEMANDS then
    table.insert(demands, at, literals)
    demands[MAX_DEMANDS + 1] = nil
  end
end

local function keep_all(demands, more)
  for _, literals in ipairs(more) do
    keep(demands, literals)
  end
end

local demands_of -- recursive: a list of demands

local texts_of -- recursive: all texts that a form stands for, each of them bytes; nil: they are too many

local function ends_of(beginnings, texts)
  if #beginnings * #texts > MAX_PRODUCT then
    return nil
  end
  local both = {}
  for _, beginning in ipairs(beginnings) do
    for _, text in ipairs(texts) do
      both[#both + 1] = beginning .. text
    end
  end
  return both
end

local texts_by_kind = {
  lit = function(form) return { form.text } end,
  alt = function(alt) return lists.joined(alt, MAX_LITERALS, texts_of) end,
  cat = function(cat)
    local texts = { "" }
    for _, part in ipairs(cat) do
      local more = texts and texts_of(part)
      texts = more and ends_of(texts, more)
    end
    return texts
  end,
}

function texts_of(form)
  local of_kind = texts_by_kind[form.k]
  return of_kind and of_kind(form)
end

--- The literals as a demand; nil: one is too short.
local function demand_of(texts)
  local literals = {}
  for i, text in ipairs(texts) do
    if #text < MIN_LITERAL then
      return nil
    end
    literals[i] = text:sub(1, MAX_LITERAL)
  end
  return literals
end

--- Neighbours count as one where that selects better: of `(?:'|%27)or(?:%20|\+)` four literals, not "or" alone.
local function demands_of_cat(cat)
  local demands, run = {}, nil
  local function end_run()
    local literals = run and demand_of(run)
    if literals then
      keep(demands, literals)
    end
    run = nil
  end
  for _, part in ipairs(cat) do
    local repeated = part.k == "rep" and part.min > 0 -- its first turn follows what stands before
    local texts = texts_of(repeated and part.body or part)
    local both = run and texts and ends_of(run, texts)
    if both and worth(both) > math.max(worth(run), worth(texts)) then
      run = both
    else
      end_run()
      run = texts
      if not texts then
        keep_all(demands, demands_of(part))
      end
    end
    if repeated then
      end_run()
    end
  end
  end_run()
  return demands
end

--- One demand of each branch, the given one or the last, as one; nil: some branch has none, or they are too many.
local function joined_demand(branches, number)
  return lists.joined(branches, MAX_LITERALS, function(demands)
    return demands[math.min(number, #demands)]
  end)
end

local function demands_of_alternatives(alt)
  local branches, most = {}, 0
  for i, part in ipairs(alt) do
    branches[i] = demands_of(part)
    most = math.max(most, #branches[i])
  end
  local demands = {}
  for number = 1, most do
    local literals = joined_demand(branches, number)
    if literals then
      keep(demands, literals)
    end
  end
  return demands
end

local by_kind = {
  lit = function(form)
    return #form.text >= MIN_LITERAL and { { form.text:sub(1, MAX_LITERAL) } } or {}
  end,
  cls = function() return {} end,
  rep = function(form) return form.min > 0 and demands_of(form.body) or {} end,
  cat = demands_of_cat,
  alt = demands_of_alternatives,
}

function demands_of(form)
  return by_kind[form.k](form)
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

--- Whether a demand that stands behind a better one is worth its scan. A sign that is rare in logs counts twice.
local function selects(literals)
  for _, literal in ipairs(literals) do
    if #literal + select(2, literal:gsub("[%%\\<>|&*+~#@!^`{};$?]", "")) < SECOND_WEIGHT then
      return false
    end
  end
  return true
end

return { of = demands_of, alternatives = alternatives_of, keep_all = keep_all, selects = selects }
