--- What in rules may not be meant: names that look like others, `usr_id` where `user_id` may have been meant, and
--- values that no field has. They are no mistakes, because a JSON record may have any key; `lint` notes them.

local checks = require "logaudit.checks"
local correlate_of = require "logaudit.correlate"
local fields = require "logaudit.fields"
local rule = require "logaudit.rule"

local M = {}

local LEVELS = { trace = true, debug = true, info = true, notice = true, warn = true, error = true, critical = true }
-- Shorter names are near too many words.
local LEAST <const> = 3

local normalised, known = {}, {}

-- As keys of logs are compared.
local function squeezed(name)
  return (name:lower():gsub("[_@$ =-]", ""))
end

local function add_known(value)
  if type(value) == "string" then
    known[squeezed(value)] = true
    return
  end
  for _, item in pairs(value) do
    add_known(item)
  end
end

for _, list in ipairs { fields.keys, fields.durations, fields.times, fields.texts } do
  add_known(list)
end
for name in pairs(fields.keys) do
  normalised[name] = true
end
normalised.duration_ms = true

-- What the rule itself gives a name to.
local function own_names(item)
  local own = {}
  for _, key in ipairs { "any", "all" } do
    for _, pattern in ipairs(item[key] or {}) do
      for name in pattern:gmatch "%(%?P<([%w_]+)>" do
        own[name] = true
      end
    end
  end
  for _, key in ipairs { "meta", "lookup" } do
    for name in pairs(item[key] or {}) do
      own[name] = true
    end
  end
  return own
end

local function is_plural(name, other)
  return name == other .. "s" or name .. "s" == other
end

-- The name among the candidates, the normalised keys by default, that this one may have been meant to be.
local function meant(name, own, candidates)
  if #name < LEAST or name:find "[^%w_]" or own[name] or known[squeezed(name)] or rule.is_finding_key(name) then
    return nil
  end
  local near = rule.nearest(name, candidates or normalised)
  return near and not is_plural(name, near) and near or nil
end

local function note_name(notes, key, name, own)
  local near = meant(name, own)
  if near then
    notes[#notes + 1] = ("%s: '%s' is a key of JSON records only (did you mean '%s'?)"):format(key, name, near)
  end
end

local function note_level(notes, key, test)
  for _, value in ipairs(test.values) do
    local word = value:lower()
    if not LEVELS[word] then
      local near = fields.levels[word] or rule.nearest(word, LEVELS)
      notes[#notes + 1] = ("%s: level is never '%s'%s"):format(key, value,
        near and (" (did you mean '%s'?)"):format(near) or "")
    end
  end
end

local COMPARED <const> = { [">"] = "gt", [">="] = "ge", ["<"] = "lt", ["<="] = "le" }
local ALL_HAVE <const> = { prefix = true, suffix = true, contains = true } -- the empty text

local function note_values(notes, key, test)
  for _, value in ipairs(not test.by_field and test.values or {}) do
    local sign, number = value:match "^([<>]=?)%s*(%-?%d+%.?%d*)$"
    if sign and test.op == "eq" then
      notes[#notes + 1] = ("%s: %s: '%s' is compared as a text (did you mean { %s = %s }?)"):format(key, test.field, value,
        COMPARED[sign], number)
    elseif value == "" and ALL_HAVE[test.op] then
      notes[#notes + 1] = ("%s: %s: %s: the empty text is in all texts"):format(key, test.field, test.op)
    end
  end
end

local function note_tests(notes, key, maps, own)
  rule.each_test(maps, function(test)
    note_values(notes, key, test)
    for name in test.field:gmatch "[^|]+" do
      note_name(notes, key, name, own)
    end
    if test.field == "level" and not own.level and not test.by_field and (test.op == "eq" or test.op == "ne") then
      note_level(notes, key, test)
    end
  end)
end

local BOUNDS <const> = { ge = true, gt = true, le = true, lt = true }

-- Of one map the bounds of each field, in the order of the fields. Of a list in JSON each may hold of another element.
local function note_bounds(notes, key, maps)
  for _, tests in ipairs(maps or {}) do
    local bounds = {}
    for _, test in ipairs(tests) do
      if test.maps then
        note_bounds(notes, key, test.maps)
      elseif BOUNDS[test.op] then
        bounds[test.field] = bounds[test.field] or {}
        bounds[test.field][test.op] = tonumber(test.values[1])
      end
    end
    for field, of_field in checks.ordered(bounds) do
      if not correlate_of.possible(of_field) then
        notes[#notes + 1] = ("%s: %s: no number is in these bounds"):format(key, field)
      end
    end
  end
end

local FLAGS <const> = { i = true, m = true, s = true, x = true }

-- /hello/i is how other languages write a regex; here slashes stand for themselves.
local function unquoted(pattern)
  local inner, letters = pattern:match "^/([^/]+)/([gimsuy]+)$"
  local flags = letters and letters:gsub(".", function(letter) return FLAGS[letter] and letter or "" end) or ""
  return inner and (flags == "" and inner or ("(?%s)%s"):format(flags, inner))
end

local function note_pattern(notes, key, pattern)
  local inner = unquoted(pattern)
  if pattern:find "\b" then -- "\b" in quotes, which no log holds
    notes[#notes + 1] = ("%s: pattern %q holds a backspace: write patterns in [[...]]"):format(key, pattern)
  elseif inner then
    notes[#notes + 1] = ("%s: the slashes of [[%s]] are looked for too (did you mean [[%s]]?)"):format(key, pattern, inner)
  end
end

local function note_patterns(notes, item)
  local refused = {}
  for _, pattern in ipairs(item.none or {}) do
    refused[pattern] = true
    note_pattern(notes, "none", pattern)
  end
  for _, key in ipairs { "any", "all" } do
    for _, pattern in ipairs(item[key] or {}) do
      note_pattern(notes, key, pattern)
      if refused[pattern] then
        notes[#notes + 1] = ("%s: [[%s]] is in none too, so that it never fires"):format(key, pattern)
      end
    end
  end
end

-- What findings of correlations have besides.
local FIGURES <const> = { "count", "distinct", "value", "ratio", "records", "previous", "first", "last" }

-- All that a title may name without a doubt: what is asked for in `where` is meant as it is written.
local function names_of_title(normal, own)
  local names = {}
  for name in pairs(own) do
    names[name] = true
  end
  rule.each_test(normal.where, function(test)
    for name in test.field:gmatch "[^|]+" do
      names[name] = true
    end
  end)
  for _, on in ipairs(normal.correlate and normal.correlate.on or {}) do
    for _, name in ipairs(on.by) do
      names[name] = true
    end
  end
  for _, name in ipairs(normal.correlate and FIGURES or {}) do
    names[name] = true
  end
  return names
end

-- JSON records may have any key, so a name counts that is near to one the finding has, and is none.
local function note_title(notes, normal, own)
  local names, candidates = names_of_title(normal, own), {}
  for _, set in ipairs { normalised, names } do
    for name in pairs(set) do
      candidates[name] = true
    end
  end
  for name in normal.title:gmatch "{([^{}]+)}" do
    local near = meant(name, names, candidates)
    if near then
      notes[#notes + 1] = ("title: '{%s}' is a key of JSON records only (did you mean '{%s}'?)"):format(name, near)
    end
  end
end

local TYPES <const> = { Error = true, Security = true, Performance = true, Microservice = true, UserActivity = true }

-- A type may be one's own, but one that differs by a letter or two is counted apart from what it was meant to be.
local function note_type(notes, normal)
  local near = not TYPES[normal.type] and rule.nearest(normal.type, TYPES)
  if near then
    notes[#notes + 1] = ("type: '%s' is a type of its own (did you mean '%s'?)"):format(normal.type, near)
  end
end

-- What match returns may have any name.
local function note_dedup(notes, item, own)
  for _, name in ipairs(not item.match and item.dedup or {}) do
    note_name(notes, "dedup", name, own)
  end
end

local function note_correlate(notes, correlate, own)
  local told = {}
  for _, on in ipairs(correlate.on) do
    for _, name in ipairs(on.by) do
      if not told[name] then
        note_name(notes, "correlate: by", name, own)
      end
      told[name] = true
    end
  end
  for _, key in ipairs { "field", "weight" } do
    if correlate[key] then
      note_name(notes, "correlate: " .. key, correlate[key], own)
    end
  end
end

--- What may be misspelt in the rules that `chunk` returns.
---@param default_id string
---@param chunk fun(): any
---@return { id: string, message: string }[]
function M.notes(default_id, chunk)
  local out = {}
  for _, item in ipairs(rule.list(chunk())) do
    local normal, notes = rule.check(item, default_id), {}
    local own = own_names(item)
    note_patterns(notes, item)
    note_tests(notes, "where", normal.where, own)
    note_tests(notes, "unless", normal.unless, own)
    note_bounds(notes, "where", normal.where)
    note_bounds(notes, "unless", normal.unless)
    note_type(notes, normal)
    note_dedup(notes, item, own)
    if not item.match then
      note_title(notes, normal, own)
    end
    if normal.correlate and not item.match then
      note_correlate(notes, normal.correlate, own)
    end
    for _, message in ipairs(notes) do
      out[#out + 1] = { id = normal.id, message = message }
    end
  end
  return out
end

return M
