--- The compiled ruleset: what rule files, conditions and the library's own tables come to, as one JSON document
--- that the C side reads (src/audit/ruleset.c) and keeps in its cache.
---
---   patterns[]   { source, pcre, groups[] { name, index }, weak[] { expr, caseless } | absent }   numbered from
---                0, each once
---   decoys[]     expressions for every candidate set (regex.lua)
---   rules[]      the normal form of rule.lua, patterns as numbers, ordered by id
---                `file` and `place`: where it came from
---   failed[]     { file, line, reason }
---   vocabulary   fields.lua, formats.lua with its patterns translated, and the census (census.lua)
---   redact[]     { kind, pattern, level, luhn }

local census = require "logaudit.census"
local encode = require "logaudit.encode"
local fields = require "logaudit.fields"
local own_formats = require "logaudit.own_formats"
local parse = require "logaudit.regex.parse"
local regex = require "logaudit.regex"
local rule = require "logaudit.rule"
local start_of = require "logaudit.regex.start"

local MAX_META <const> = 64 * 1024 -- it is copied into every finding

local Compiler = {}
Compiler.__index = Compiler

local function new()
  return setmetatable({
    patterns = {}, pattern_numbers = {}, rules = {}, rule_files = {}, failed = {}, own_formats = {},
    kept_rules = 0, kept_patterns = 0, -- of the files that are used so far
  }, Compiler)
end

--- The pattern as findings name it: the host's documents hold no NUL.
local function shown(source)
  if not source:find("\0", 1, true) then
    return source
  end
  return (source:gsub("\\?.", { ["\0"] = "\\x00", ["\\\0"] = "\\x00" }))
end

--- The number of a pattern, translated when it is new. `describe` says whose pattern it is, for the message.
function Compiler:pattern(source, fail_key, describe)
  local name = shown(source)
  local known = self.pattern_numbers[name]
  if known then
    return known
  end
  local compiled, message, position = regex.compile(source)
  if not compiled then
    rule.fail(fail_key, "%spattern %q: %s%s", describe or "", source, message,
      position and (" at position %d"):format(position) or "")
  end
  local number = #self.patterns
  self.patterns[number + 1] = {
    source = name, pcre = compiled.pcre, groups = compiled.groups, weak = compiled.weak,
  }
  self.pattern_numbers[name] = number
  return number
end

function Compiler:pattern_list(key, sources, describe)
  local numbers = {}
  for i, source in ipairs(sources) do
    numbers[i] = self:pattern(source, key, describe)
  end
  return numbers
end

function Compiler:number_tests(key, maps)
  for _, tests in ipairs(maps or {}) do
    for _, test in ipairs(tests) do
      if test.re then
        test.pattern = self:pattern(test.re, key, test.field .. ": ")
        test.re = nil
      end
    end
  end
end

-- Keys that the host fills from anything in the record: their spelling there is not the one in the rule.
local FINDING_KEYS = {}
for key in ([[user_id user action outcome service host level ip request_id duration_ms status method path route
  message raw source kind time timestamp line line_number offset]]):gmatch "%S+" do
  FINDING_KEYS[key] = true
end

--- The word that must stand in a record for the test to hold: the last name of a JSON path. nil when there is
--- none that is worth searching for.
local function word_of_test(test)
  local absent_is_fine = test.op == "ne" or (test.op == "exists" and not test.wanted)
  if absent_is_fine or FINDING_KEYS[test.field] then
    return nil
  end
  local name = test.field:gsub("^%$%.", ""):match("([^.%[%]]+)[%[%]%d]*$")
  return name and #name >= 3 and name:find("^[%w_-]+$") and name or nil
end

-- The longest word of a map, as the likeliest to be rare.
local function word_of_map(tests)
  local longest
  for _, test in ipairs(tests) do
    local word = word_of_test(test)
    if word and (not longest or #word > #longest) then
      longest = word
    end
  end
  return longest
end

--- For a rule without patterns, what tells the records that `where` can hold for: `gate`, patterns of words of
--- which one must stand there, and `by_fields`, for each map the fields it needs, empty where a word tells.
--- Nothing of both when a map has neither.
function Compiler:plan_where(normal)
  local gate, by_fields, asks = {}, {}, false
  for i, tests in ipairs(normal.where or {}) do
    local word = word_of_map(tests)
    local names = word and {} or census.fields_of_map(fields, tests)
    if word then
      gate[#gate + 1] = self:pattern((word:gsub("%-", "\\-")), "where")
    elseif #names == 0 then
      return
    end
    by_fields[i] = names
    asks = asks or #names > 0
  end
  normal.gate, normal.by_fields = gate, asks and by_fields or nil
end

local function json_or_nil(value)
  return value ~= nil and encode.encode(value) or nil
end

--- The normal form as the document holds it.
function Compiler:compiled_rule(normal)
  for _, key in ipairs { "any", "all", "none" } do
    normal[key] = self:pattern_list(key, normal[key])
  end
  normal.gate = {}
  if #normal.any + #normal.all == 0 then
    self:plan_where(normal)
  end
  self:number_tests("where", normal.where)
  self:number_tests("unless", normal.unless)
  normal.tags_json = json_or_nil(normal.tags)
  normal.references_json = json_or_nil(normal.references)
  normal.version_json = json_or_nil(normal.version)
  local ok, members = pcall(encode.members, normal.meta or {})
  if not ok then
    rule.fail("meta", "%s", members)
  elseif #members > MAX_META then
    rule.fail("meta", "at most %d bytes as JSON were expected, got %d", MAX_META, #members)
  end
  normal.meta_json = members
  normal.tags, normal.references, normal.version, normal.meta, normal.tests = nil, nil, nil, nil, nil
  normal.where_from, normal.enabled = nil, nil
  return normal
end

-- ---------------------------------------------------------------- where in the file a mistake is

-- Without a copy of the text, which may be longer than strings are allowed to be here.
local function line_of(text, position)
  local line, at = 1, text:find("\n", 1, true)
  while at and at < position do
    line, at = line + 1, text:find("\n", at + 1, true)
  end
  return line
end

-- The line on which `key` is set; the first one when it cannot be seen in the text.
local function line_of_key(text, key)
  local at = key and text:find("%f[%w_]" .. key:gsub("%W", "%%%0") .. "%f[^%w_]%s*=")
  return at and line_of(text, at) or 1
end

-- Whether a message's place, which Lua shortens from the left, is in this library and not in the rule file.
local function is_own(place, path)
  local tail = place:gsub("^%.%.%.", "")
  return place:find("logaudit/[%w_/]+%.lua$") and path:sub(-#tail) ~= tail
end

-- A file is used whole or not at all: what it added goes.
function Compiler:forget_file()
  for i = #self.rules, self.kept_rules + 1, -1 do
    self.rule_files[self.rules[i].id] = nil
    self.rules[i] = nil
  end
  for i = #self.patterns, self.kept_patterns + 1, -1 do
    self.pattern_numbers[self.patterns[i].source] = nil
    self.patterns[i] = nil
  end
end

--- The file cannot be used. The host calls this too, for what ended add_file: a call of its own, because the
--- budget of the other one is spent.
function Compiler:fail(path, reason)
  self:forget_file()
  local place, line, rest = reason:match("^(.-):(%d+): (.*)$")
  if place and is_own(place, path) then
    line = 1
  end
  self.failed[#self.failed + 1] = { file = path, line = tonumber(line) or 1, reason = rest or reason }
end

function Compiler:add_rule(file, path, place, value, default_id)
  local normal = rule.check(value, default_id)
  if not normal.enabled then
    return
  end
  local other = self.rule_files[normal.id]
  if other then
    rule.fail("id", "the id '%s' is taken by a rule in %s", normal.id, other)
  end
  normal.file, normal.place = file, place
  local compiled = self:compiled_rule(normal)
  self.rule_files[normal.id] = path
  self.rules[#self.rules + 1] = compiled
end

--- Adds the rules that `chunk` returns. Errors of the chunk itself pass to the caller. `file` is the file's number
--- in the host's list.
function Compiler:add_file(file, path, default_id, text, chunk)
  local value = chunk()
  local ok, problem = pcall(function()
    local list = rule.list(value)
    for place, item in ipairs(list) do
      if #list > 1 and type(item) == "table" and not item.id then
        rule.fail(nil, "rule %d of the list has no id", place)
      end
      self:add_rule(file, path, place, item, default_id)
    end
  end)
  if ok then
    self.kept_rules, self.kept_patterns = #self.rules, #self.patterns
    return
  elseif type(problem) ~= "table" then
    error(problem, 0)
  end
  local key = problem.key and problem.key .. ": " or ""
  self:fail(path, (":%d: %s%s"):format(line_of_key(text, problem.key), key, problem.message))
end

--- Adds the rules of a custom_conditions object; raises on the first bad one.
function Compiler:add_conditions(object)
  for _, condition in ipairs(require("logaudit.conditions").rules(object)) do
    local ok, problem = pcall(function()
      local from = condition.where_from .. ": "
      condition.any = self:pattern_list("pattern", condition.any, from)
    end)
    if not ok then
      error(type(problem) == "table" and problem.message or problem, 0)
    end
    condition.where_from, condition.enabled = nil, nil
    condition.meta_json = ""
    self.rules[#self.rules + 1] = condition
  end
end

-- ---------------------------------------------------------------- the library's own tables

local function translate(source, owner)
  local compiled, message, position = regex.compile(source)
  if not compiled then
    error(("%s: pattern %q: %s%s"):format(owner, source, message,
      position and (" at position %d"):format(position) or ""), 0)
  end
  return compiled
end

-- Every table with a `pattern` gets its translation as `pcre` and its named groups; everything else is copied.
local function with_translations(value, owner)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = with_translations(item, owner)
  end
  if type(value.pattern) == "string" then
    local compiled = translate(value.pattern, ("%s: format '%s'"):format(owner, value.name))
    copy.pcre, copy.groups, copy.first, copy.pattern = compiled.pcre, compiled.groups, compiled.first, nil
  end
  return copy
end

local function names_digit(literals)
  for _, literal in ipairs(literals or {}) do
    if literal:find "%d" then
      return true
    end
  end
  return false
end

--- Adds to the translated formats what the start of a text decides about them (regex/start.lua): `decides`, `rest`,
--- and the shorter pattern.
local function add_starts(translated, formats)
  for i, format in ipairs(formats) do
    local start = start_of((parse(format.pattern)))
    local copy = translated[i]
    copy.pcre, copy.rest = start.pcre or copy.pcre, start.rest
    copy.decides = start.decides and not names_digit(format.need) and not names_digit(format.holds) or nil
  end
end

--- Adds the text formats that `chunk` returns; raises on the first bad one.
function Compiler:add_formats(path, chunk)
  local formats = own_formats.read(chunk(), path)
  with_translations(formats, path) -- for its errors
  table.move(formats, 1, #formats, #self.own_formats + 1, self.own_formats)
end

--- The name of the format to try first; raises when there is none of that name.
function Compiler:choose_format(name)
  own_formats.tables(self.own_formats, name)
  self.chosen_format = name
end

function Compiler:redaction()
  local list = {}
  for i, secret in ipairs(require "logaudit.redact") do
    local ok, pattern = pcall(self.pattern, self, secret.pattern)
    if not ok then
      error(("redact.lua '%s': %s"):format(secret.kind, type(pattern) == "table" and pattern.message or pattern), 0)
    end
    list[i] = {
      kind = secret.kind, level = secret.level or "secrets", luhn = secret.luhn or false, pattern = pattern,
    }
  end
  return list
end

--- The document.
---@return string json
function Compiler:finish()
  table.sort(self.rules, function(a, b) return a.id < b.id end)
  local redact = self:redaction()
  local formats = own_formats.tables(self.own_formats, self.chosen_format)
  local plan = census.plan(fields, formats, self.rules)
  local translated = with_translations(formats, "formats.lua")
  add_starts(translated.formats, formats.formats)
  return encode.encode {
    patterns = self.patterns, decoys = regex.decoys, rules = self.rules, failed = self.failed, redact = redact,
    vocabulary = {
      fields = fields,
      formats = translated,
      census = plan,
    },
  }
end

return { new = new }
