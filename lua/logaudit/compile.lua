--- The compiled ruleset: what rule files, conditions and the library's own tables come to, as one JSON document
--- that the C side reads (src/audit/ruleset_load.c) and keeps in its cache.
---
---   expressions[] the candidate set, for Vectorscan without flags, numbered from 0, each once
---   patterns[]   { source, pcre, groups[] { name, index }, weak | absent }   numbered from 0, each once
---                `weak`: as prefilter.weaken has it, expressions as numbers
---   decoys[]     expressions for every candidate set (regex.lua)
---   rules[]      the normal form of rule.lua, patterns as numbers, ordered by id
---                `file` and `place`: where it came from; `correlate`: see correlate.lua; `support`: only loaded
---                because a correlation is on it
---   failed[]     { file, line, reason, rule_id, key, position }; the last three when they are known; a file with
---                several mistakes is there several times
---   switched_off[] { rule_id, file, reason }   correlations without what they are on, which the overrides disable
---   vocabulary   fields.lua, formats.lua with its patterns translated, and the census (census.lua), expressions as numbers
---   redact[]     { kind, pattern, need, each, level, luhn }

local census = require "logaudit.census"
local correlate = require "logaudit.correlate"
local encode = require "logaudit.encode"
local fields = require "logaudit.fields"
local gate = require "logaudit.gate"
local heads_of = require "logaudit.regex.heads"
local overrides = require "logaudit.overrides"
local own_formats = require "logaudit.own_formats"
local parse = require "logaudit.regex.parse"
local regex = require "logaudit.regex"
local repair = require "logaudit.repair"
local rule = require "logaudit.rule"
local source_text = require "logaudit.source_text"
local start_of = require "logaudit.regex.start"
local tables = require "logaudit.tables"

local MAX_META <const> = 64 * 1024 -- it is copied into every finding
local MAX_TOLD <const>, MAX_TOLD_OF_CONDITIONS <const> = 20, 5 -- mistakes of one file, in one message

local Compiler = {}
Compiler.__index = Compiler

--- `refusal` says why the engine does not take a printed pattern, nil: it does.
---@param refusal? fun(pcre: string): string?
local function new(refusal)
  return setmetatable({
    refusal = refusal or function() end,
    patterns = {}, pattern_numbers = {}, least_literal = {}, rules = {}, rule_files = {}, failed = {}, own_formats = {},
    switched_off = {},
    overrides = {}, named = {}, -- by rule id; the ids that rules have
    support = {}, -- by id: normal forms of rules of other files, for correlations that are on them
    texts = {},   -- by path, of files with correlations: to tell the lines of what is wrong between files
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

-- What regex.compile says of a pattern, which is what Python says, and what to write instead.
local function advised(message, source)
  local name = message:find("unknown extension ?<", 1, true) and source:match "%(%?<([%a_][%w_]*)>"
  return name and ("%s (write (?P<%s>...))"):format(message, name) or message
end

--- The number of a pattern, translated when it is new. `describe` says whose pattern it is, for the message.
function Compiler:pattern(source, fail_key, describe)
  local name = shown(source)
  local known = self.pattern_numbers[name]
  if known then
    return known
  end
  local compiled, message, position = regex.compile(source)
  local refused = compiled and self.refusal(compiled.pcre)
  if refused or not compiled then
    error({
      key = fail_key, text = source,
      message = ("%spattern %q: %s%s"):format(describe or "", source, refused or advised(message, source),
        position and (" at position %d"):format(position) or ""),
    }, 0)
  end
  local number = #self.patterns
  self.patterns[number + 1] = {
    source = name, pcre = compiled.pcre, groups = compiled.groups, weak = compiled.weak,
    caseless = compiled.caseless,
  }
  self.pattern_numbers[name], self.least_literal[name] = number, compiled.min_literal
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
  rule.each_test(maps, function(test)
    if test.re then
      test.pattern = self:pattern(test.re, key, test.field .. ": ")
      test.re = nil
    end
  end)
end

--- For a rule without patterns, what tells the records that `where` can hold for: `gate`, patterns of which one
--- must match there (gate.lua), and `by_fields`, for each map the fields it needs, empty where a pattern tells.
--- Nothing of both when a map has neither.
function Compiler:plan_where(normal)
  local list, by_fields, asks = {}, {}, false
  local function source_of(test)
    local pattern = self.patterns[test.pattern + 1]
    if pattern.weak and #pattern.weak > 0 then
      return pattern.source, self.least_literal[pattern.source]
    end
    return nil
  end
  for i, tests in ipairs(normal.where or {}) do
    local patterns = gate.patterns(tests, normal.lookup, source_of)
    local names = patterns and {} or census.fields_of_map(fields, tables.of_record(normal.lookup, tests))
    for _, source in ipairs(patterns or {}) do
      list[#list + 1] = self:pattern(source, "where")
    end
    if not patterns and #names == 0 then
      return
    end
    by_fields[i] = names
    asks = asks or #names > 0
  end
  normal.gate, normal.by_fields = list, asks and by_fields or nil
end

local function json_or_nil(value)
  return value ~= nil and encode.encode(value) or nil
end

--- The normal form as the document holds it.
function Compiler:compiled_rule(normal)
  for _, key in ipairs { "any", "all", "none" } do
    normal[key] = self:pattern_list(key, normal[key])
  end
  self:number_tests("where", normal.where)
  normal.gate = {}
  if #normal.any + #normal.all == 0 then
    self:plan_where(normal)
  end
  self:number_tests("unless", normal.unless)
  for _, key in ipairs { "limits", "except" } do
    for _, entry in ipairs(normal[key] or {}) do
      self:number_tests(key, entry.where)
    end
  end
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

-- The first line on which `key` is set; 1 when it cannot be seen in the text.
local function line_of_key(text, key)
  local at = key and text:find("%f[%w_]" .. key:gsub("%W", "%%%0") .. "%f[^%w_]%s*=")
  return at and source_text.line_of(text, at) or 1
end

-- The line of a mistake { key, text } in a rule (source_text.rules): of the text, else of the key, else of the id.
local function line_of_problem(text, problem, place)
  if not place then
    return line_of_key(text, problem.key)
  end
  local at = place.keys[problem.key] or place.keys.id or place.start
  return source_text.line_of(text, problem.text and source_text.text_between(text, problem.text, at, place.stop) or at)
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

-- What leads to the mistake that most often makes Lua say so.
local ADVICE <const> = {
  ["invalid escape sequence"] = " (write patterns in [[...]])",
  ["'}' expected.- near '"] = " (is a comma missing before it?)",
}

-- What Lua says of a text that is no Lua, where "\b" is a backspace, may hold it.
local function readable(reason)
  local escaped = reason:gsub("[^%C\n\t]", function(c) return ("\\x%02x"):format(c:byte()) end)
  for part, advice in pairs(ADVICE) do
    escaped = escaped .. (reason:find(part) and advice or "")
  end
  return escaped
end

--- The file cannot be used. The host calls this too, for what ended add_file: a call of its own, because the
--- budget of the other one is spent.
function Compiler:fail(path, reason)
  self:forget_file()
  reason = readable(reason)
  local place, line, rest = reason:match("^(.-):(%d+): (.*)$")
  if place and is_own(place, path) then
    line = 1
  end
  self.failed[#self.failed + 1] = { file = path, line = tonumber(line) or 1, reason = rest or reason }
end

--- One mistake of a file that cannot be used; `place`: of the rule of this id in it.
function Compiler:fail_rule(path, text, problem, id, place)
  local where = (id and id .. ": " or "") .. (problem.key and problem.key .. ": " or "")
  self.failed[#self.failed + 1] = {
    file = path, line = line_of_problem(text, problem, place), reason = where .. problem.message,
    rule_id = id, key = problem.key,
    position = problem.key and tonumber(problem.message:match("at position (%d+)$")),
  }
end

--- The normal form of a rule with what the overrides say of it. Where only these make it wrong, the mistake is
--- theirs: check_overrides raises it.
function Compiler:checked_rule(value, default_id)
  local entry = type(value) == "table" and self.overrides[value.id or default_id]
  if not entry then
    return rule.check(value, default_id)
  end
  local ok, normal = pcall(function() return rule.check(overrides.merge(value, entry), default_id) end)
  local problem = not ok and normal or nil
  if ok then
    ok, problem = pcall(overrides.add, normal, entry, self.reads_thresholds)
  end
  if not ok then
    normal = rule.check(value, default_id)
    self.override_problem = self.override_problem or { id = normal.id, problem = problem }
  end
  return normal
end

function Compiler:add_normal(path, normal)
  local compiled = self:compiled_rule(normal)
  self.rule_files[normal.id] = path
  self.rules[#self.rules + 1] = compiled
end

function Compiler:add_rule(file, path, place, value, default_id)
  local normal = self:checked_rule(value, default_id)
  self.named[normal.id] = true
  if not normal.enabled then
    return
  end
  normal.lookup = tables.lookups(normal.lookup)
  tables.check_used(normal)
  local other = self.rule_files[normal.id]
  if other then
    rule.fail("id", "the id '%s' is taken by a rule in %s", normal.id, other)
  end
  normal.file, normal.place = file, place
  self:add_normal(path, normal)
end

--- Calls the function; what rule.fail raises in it is returned, all else passes.
local function problem_of(f, ...)
  local ok, problem = pcall(f, ...)
  if not ok and type(problem) ~= "table" then
    error(problem, 0)
  end
  return not ok and problem or nil
end

-- What names the rule in messages; nil: nothing does.
local function id_of(item, list, default_id)
  if type(item) ~= "table" or (item.id == nil and #list > 1) then
    return nil
  end
  local id = item.id == nil and default_id or item.id
  return type(id) == "string" and #id <= rule.MAX_ID and id or nil
end

--- Adds a rule; what is wrong with it. After each problem the rule is looked at without it, for the next one.
function Compiler:problems_of_rule(file, path, place, item, default_id, nameless)
  local other_id = ("%s.%d"):format(default_id, place)
  local problems, last = {}, nil
  if nameless then
    problems[1] = { message = ("rule %d of the list has no id"):format(place) }
    item = repair(item, { key = "id" }, other_id)
  end
  while item and #problems < MAX_TOLD do
    local problem = problem_of(self.add_rule, self, file, path, place, item, default_id)
    if not problem or problem.message == last then
      break
    end
    problems[#problems + 1], last = problem, problem.message
    item = type(item) == "table" and repair(item, problem, other_id) or nil
  end
  return problems
end

--- Adds each rule of the list; the number of problems, of which the first are told.
function Compiler:add_list(file, path, default_id, text, list)
  local wrong, seen, places = 0, {}, nil
  for place, item in ipairs(list) do
    local id = id_of(item, list, default_id)
    local nameless = #list > 1 and type(item) == "table" and not item.id
    local called = id or nameless and source_text.NAMELESS
    local problems = self:problems_of_rule(file, path, place, item, default_id, nameless)
    if called then
      seen[called] = (seen[called] or 0) + 1
    end
    for _, problem in ipairs(problems) do
      if wrong < MAX_TOLD then
        places = places or source_text.rules(text)
        self:fail_rule(path, text, problem, id, called and places[called] and places[called][seen[called]])
      end
      wrong = wrong + 1
    end
  end
  return wrong
end

--- Adds the rules that `chunk` returns. Errors of the chunk itself pass to the caller. `file` is the file's number
--- in the host's list.
function Compiler:add_file(file, path, default_id, text, chunk)
  local value, list = chunk(), nil
  self.reads_thresholds = text:find("thresholds", 1, true) ~= nil
  local problem = problem_of(function() list = rule.list(value) end)
  if problem then
    self:fail_rule(path, text, problem)
  end
  if problem or self:add_list(file, path, default_id, text, list) > 0 then
    self:forget_file()
    return
  end
  self.kept_rules, self.kept_patterns = #self.rules, #self.patterns
  self.texts[path] = text:find("correlate", 1, true) and text or nil
end

-- "file:line: id: message" of an overrides file; the line is that of the key with which the message begins, if any.
local function fail_override(path, text, id, message)
  local at = id and text:find("%f[%w_.-]" .. id:gsub("%W", "%%%0") .. "%f[^%w_.-]")
  local key = at and message:match "^([%w_]+): "
  at = key and text:find("%f[%w_]" .. key .. "%f[^%w_]%s*=", at) or at
  error(("%s:%d: %s%s"):format(path, at and source_text.line_of(text, at) or 1, id and id .. ": " or "", message), 0)
end

function Compiler.readable_overrides(_, text)
  return overrides.readable(text)
end

--- Takes over what the overrides file returns; raises on its first mistake. Before any rule file is added.
function Compiler:add_overrides(path, text, chunk)
  local value = chunk()
  local ok, entries = pcall(overrides.read, value)
  if ok then
    self.overrides, self.overrides_file = entries, { path = path, text = text }
    return
  elseif type(entries) ~= "table" then
    error(entries, 0)
  end
  fail_override(path, text, entries.key, entries.message)
end

--- An entry that names no rule is a mistake. After all rule files: raises, unless the rule may be in one of those
--- that did not load; then it is one more failure.
function Compiler:check_overrides()
  local unknown, wrong = nil, self.override_problem
  if wrong then
    local problem = type(wrong.problem) == "table" and wrong.problem or { message = tostring(wrong.problem) }
    fail_override(self.overrides_file.path, self.overrides_file.text, wrong.id,
      (problem.key and problem.key .. ": " or "") .. problem.message)
  end
  for id in pairs(self.overrides) do
    unknown = not self.named[id] and (not unknown or id < unknown) and id or unknown
  end
  if not unknown then
    return
  end
  local near = rule.nearest(unknown, self.named)
  local file, message = self.overrides_file, "there is no such rule" .. (near and (" (did you mean '%s'?)"):format(near) or "")
  local ok, problem = pcall(fail_override, file.path, file.text, unknown, message)
  if #self.failed == 0 then
    error(problem, 0)
  end
  assert(not ok)
  self:fail(file.path, problem)
end

--- Says that there is a table; without a name, that no others than those that were named are there.
---@param name string|nil
---@param columns string[]|nil nil: any
function Compiler.add_table(_, name, columns)
  tables.known = tables.known or {}
  if not name then
    return
  end
  tables.known[name] = not columns or {}
  for _, column in ipairs(columns or {}) do
    tables.known[name][column] = true
  end
end

-- ---------------------------------------------------------------- correlations on other rules

--- Correlations on rules that the overrides disable go on with the others, or are switched off themselves.
function Compiler:take_out_disabled()
  local disabled = {}
  for id, entry in pairs(self.overrides) do
    disabled[id] = entry.enabled == false and "disabled by the overrides" or nil
  end
  for _, off in ipairs(correlate.take_out_disabled(self.rules, disabled)) do
    self.rule_files[off.rule_id] = nil
    self.switched_off[#self.switched_off + 1] = off
  end
end

--- Whether some correlation is on a rule that no file so far has.
function Compiler:needs_support()
  self:take_out_disabled()
  return #correlate.missing(self.rules) > 0
end

--- A file whose rules are used only where a correlation is on them. What is wrong with it is said where it is used.
function Compiler:add_support(file, default_id, chunk)
  pcall(function()
    for place, item in ipairs(rule.list(chunk())) do
      local normal = rule.check(item, default_id)
      normal.file, normal.place, normal.support = file, place, true
      self.support[normal.id] = self.support[normal.id] or normal.enabled and normal or nil
    end
  end)
end

-- Takes what is missing from the support, which may be on other rules itself.
function Compiler:take_support()
  local took = true
  while took do
    took = false
    for _, id in ipairs(correlate.missing(self.rules)) do
      local normal = self.support[id]
      self.support[id] = nil
      took = normal and pcall(self.add_normal, self, "", normal) or took
    end
  end
end

--- A file whose rules cannot be linked goes, whole, which may leave others without what they are on.
function Compiler:drop_file(path, wrong_id, reason)
  for i = #self.rules, 1, -1 do
    local id = self.rules[i].id
    if self.rule_files[id] == path then
      self.rule_files[id] = nil
      table.remove(self.rules, i)
    end
  end
  local text = self.texts[path] or ""
  local places = source_text.rules(text)[wrong_id]
  self:fail_rule(path, text, { key = "correlate", message = reason }, wrong_id, places and places[1])
end

function Compiler:link()
  self:take_out_disabled()
  self:take_support()
  local normal, problem = correlate.link(self.rules, self.support)
  while normal do
    self:drop_file(self.rule_files[normal.id], normal.id, problem)
    normal, problem = correlate.link(self.rules, self.support)
  end
end

--- Adds the rules of a custom_conditions object; raises when one is bad, and says what is wrong with each.
function Compiler:add_conditions(object)
  local list, wrong = require("logaudit.conditions").read(object)
  for _, condition in ipairs(list) do
    local problem = problem_of(function()
      condition.any = self:pattern_list("pattern", condition.any, condition.where_from .. ": ")
    end)
    wrong[#wrong + 1] = problem and problem.message
    condition.where_from, condition.enabled = nil, nil
    condition.meta_json = ""
    self.rules[#self.rules + 1] = condition
  end
  if #wrong > MAX_TOLD_OF_CONDITIONS then
    wrong[MAX_TOLD_OF_CONDITIONS] = ("and %d more"):format(#wrong - MAX_TOLD_OF_CONDITIONS + 1)
  end
  if #wrong > 0 then
    error(table.concat(wrong, "; ", 1, math.min(#wrong, MAX_TOLD_OF_CONDITIONS)), 0)
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

--- Adds to the translated patterns that are searched the literals that their matches begin with (regex/heads.lua).
local function add_heads(translated, patterns)
  for i, entry in ipairs(patterns) do
    translated[i].heads = heads_of((parse(entry.pattern)))
  end
end

--- Adds the text formats that `chunk` returns; raises on the first bad one.
function Compiler:add_formats(path, chunk)
  local formats = own_formats.read(chunk(), path)
  with_translations(formats, path) -- for its errors
  own_formats.add(self.own_formats, formats)
end

--- The name of the format to try first; raises when there is none of that name.
function Compiler:choose_format(name)
  own_formats.tables(self.own_formats, name)
  self.chosen_format = name
end

--- The number of a pattern of redact.lua. One that is asked behind another has no gate, and adds no literals.
function Compiler:secret_pattern(kind, source, behind)
  local count = #self.patterns
  local ok, pattern = pcall(self.pattern, self, source)
  if not ok then
    error(("redact.lua '%s': %s"):format(kind, type(pattern) == "table" and pattern.message or pattern), 0)
  end
  if #self.patterns > count then
    self.patterns[#self.patterns].source = ""
    self.patterns[#self.patterns].weak = not behind and self.patterns[#self.patterns].weak or nil
  end
  return pattern
end

function Compiler:redaction()
  local list = {}
  for i, secret in ipairs(require "logaudit.redact") do
    list[i] = {
      kind = secret.kind, level = secret.level or "secrets", luhn = secret.luhn or false,
      need = secret.need and self:secret_pattern(secret.kind, secret.need),
      pattern = self:secret_pattern(secret.kind, secret.pattern, secret.need),
      each = secret.each and self:secret_pattern(secret.kind, secret.each, true),
    }
  end
  return list
end

--- The expressions of the candidate set: patterns and census have their numbers from here on.
function Compiler:number_expressions(plan)
  local expressions, numbers = {}, {}
  local function number_of(expression)
    if not numbers[expression] then
      numbers[expression] = #expressions
      expressions[#expressions + 1] = expression
    end
    return numbers[expression]
  end
  for _, pattern in ipairs(self.patterns) do
    local case = pattern.caseless and "(?i)" or ""
    for _, demands in ipairs(pattern.weak or {}) do
      for _, demand in ipairs(demands) do
        for i, expression in ipairs(demand) do
          demand[i] = number_of(case .. expression)
        end
      end
    end
    pattern.caseless = nil
  end
  for _, literals in ipairs(plan.gates) do
    for i, literal in ipairs(literals) do
      literals[i] = number_of(literal)
    end
  end
  return expressions
end

--- The document.
---@return string json
function Compiler:finish()
  self:link()
  table.sort(self.rules, function(a, b) return a.id < b.id end)
  local redact = self:redaction()
  local formats = own_formats.tables(self.own_formats, self.chosen_format)
  local plan = census.plan(fields, formats, self.rules)
  local translated = with_translations(formats, "formats.lua")
  add_starts(translated.formats, formats.formats)
  add_heads(translated.events, formats.events)
  add_heads(translated.extras, formats.extras)
  return encode.encode {
    expressions = self:number_expressions(plan), decoys = regex.decoys, patterns = self.patterns, rules = self.rules,
    failed = self.failed, switched_off = self.switched_off, redact = redact,
    vocabulary = {
      fields = fields,
      formats = translated,
      census = plan,
    },
  }
end

return { new = new }
