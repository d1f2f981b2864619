--- Python 3.11 `re` syntax to a syntax tree.
--
-- A small recursive descent puts the tokens (tokens.lua) together, because what
-- a token means depends on flags and groups seen before.  Errors carry CPython's
-- wording and position: people look these messages up.
--
-- Flags are resolved here.  A leaf knows what it means (`fold`, `dotall`,
-- `ascii`), so the printers never ask which flags are in force.
--
-- Nodes, by `op`:
--   text   text, fold            a run of literal characters; fold: nil | "unicode" | "ascii"
--   never                        a lone surrogate: valid text holds none
--   any    dotall
--   set    items, negate, fold, ascii
--            an item is a {lo, hi} range of code points or a category letter (dDsSwW)
--   at     kind, ascii           start line_start end line_end very_end word not_word
--   group  index, body           capturing
--   scope  fold, dotall, body    (?:...), with what is in force inside
--   atomic body
--   look   behind, negate, body
--   ref    index                 back reference
--   cond   index, yes, no        no may be absent
--   rep    body, min, max, mode  mode: "" greedy, "?" lazy, "+" possessive
--   cat, alt                     the parts are the array part; an empty cat matches the empty text

local lpeg = require "lpeg"
local tokens = require "logaudit.regex.tokens"
local width = require "logaudit.regex.width"

local fail, quoted, check_identifier = tokens.fail, tokens.quoted, tokens.check_identifier
local first_unit, lone_backslash, identifier = tokens.first_unit, tokens.lone_backslash, tokens.identifier

-- CPython's recursion ends near 480 groups in each other, PCRE2's at 250; the
-- PCRE2 printer may spend two parentheses on one of ours.
local MAX_NESTING <const> = 120
-- PCRE2 stores repeat counts in 16 bits, CPython in 32.
local MAX_REPEAT <const> = 65535
local CPYTHON_MAX_REPEAT <const> = 4294967295

-- The descent -----------------------------------------------------------------------

local branch, alternatives -- mutually recursive

local function copy(flags)
  return { i = flags.i, m = flags.m, s = flags.s, x = flags.x, a = flags.a }
end

local function fold_of(p)
  p.folds = p.folds or p.flags.i
  return p.flags.i and (p.flags.a and "ascii" or "unicode") or nil
end

local function text_node(p, text)
  return { op = "text", text = text, fold = fold_of(p) }
end

local function code_node(p, code)
  if code >= 0xD800 and code <= 0xDFFF then
    return { op = "never" }
  end
  return text_node(p, utf8.char(code))
end

--- Parses what a group holds and its closing parenthesis.
local function inside(p, start, parse)
  p.depth = p.depth + 1
  if p.depth > MAX_NESTING then
    fail("more than " .. MAX_NESTING .. " groups in each other", start)
  end
  local body = parse(p)
  if p.text:byte(p.at) ~= 41 then
    fail("missing ), unterminated subpattern", start)
  end
  p.at = p.at + 1
  p.depth = p.depth - 1
  return body
end

--- A reference to a group must find it closed, and outside of the lookbehind it stands in.
local function check_behind(p, index)
  if not p.behind then
    return
  end
  local group = p.groups[index]
  if not group or not group.body then
    fail("cannot refer to an open group", p.at)
  elseif index > p.behind then
    fail("cannot refer to group defined in the same lookbehind subpattern", p.at)
  end
end

local function reference(p, index, open_at)
  if not p.groups[index].body then
    fail("cannot refer to an open group", open_at)
  end
  check_behind(p, index)
  return { op = "ref", index = index }
end

local function known_group(p, name)
  check_identifier(name)
  local index = p.names[name.name]
  if not index then
    fail("unknown group name " .. quoted(name.name), name.at)
  end
  return index
end

--- The group of a condition, by name or by a number in any form that int() takes.
local function condition_group(p, name)
  if identifier:match(name.name) then
    return known_group(p, name)
  end
  local number = name.name:match "^%s*%+?(%d[%d_]*)%s*$"
  number = number and number:gsub("_", "")
  if not number then
    fail("bad character in group name " .. quoted(name.name), name.at)
  end
  local index = math.tointeger(tonumber(number)) -- nil beyond 64 bits
  if index == 0 then
    fail("bad group number", name.at)
  elseif not index then
    fail("invalid group reference " .. number, name.at)
  end
  p.conditions[#p.conditions + 1] = { index = index, at = name.at }
  return index
end

-- Flags -----------------------------------------------------------------------

local flag_letters = "iLmsxatu"
local function is_flag(text)
  return text and flag_letters:find(text, 1, true) ~= nil
end

local function unexpected(p, expected)
  lone_backslash:match(p.text, p.at)
  local text = first_unit:match(p.text, p.at)
  local alphabetic = text and text:find "^[%a\x80-\xff]"
  fail(alphabetic and "unknown flag" or "missing " .. expected, p.at)
end

--- Reads flag letters up to one of `ends`; check(letter) sees each, past it.
local function flag_run(p, ends, check)
  local seen = {}
  while true do
    local text = first_unit:match(p.text, p.at)
    if not is_flag(text) then
      if not (text and ends:find(text, 1, true)) then
        unexpected(p, #ends == 3 and "-, : or )" or ":")
      end
      return seen, text
    end
    p.at = p.at + 1
    seen[text] = true
    check(text, seen)
  end
end

local function check_on(p)
  return function(flag, seen)
    if flag == "L" then
      fail("bad inline flags: cannot use 'L' flag with a str pattern", p.at)
    elseif seen.a and seen.u then
      fail("bad inline flags: flags 'a', 'u' and 'L' are incompatible", p.at)
    end
  end
end

local function check_off(p)
  return function(flag)
    if flag == "a" or flag == "u" or flag == "L" then
      fail("bad inline flags: cannot turn off flags 'a', 'u' and 'L'", p.at)
    end
  end
end

--- Reads from behind "(?": the flags to set, and those to clear or nil for a global setting.
local function read_flags(p)
  local on, stop = {}, "-"
  if p.text:byte(p.at) ~= 45 then
    on, stop = flag_run(p, "):-", check_on(p))
  end
  if stop == ")" then
    return on, nil
  elseif on.t then
    fail("bad inline flags: cannot turn on global flag", p.at)
  end
  p.at = p.at + 1
  if stop == ":" then
    return on, {}
  end
  if not is_flag(first_unit:match(p.text, p.at)) then
    unexpected(p, "flag")
  end
  local off = flag_run(p, ":", check_off(p))
  if off.t then
    fail("bad inline flags: cannot turn off global flag", p.at)
  end
  for flag in pairs(on) do
    if off[flag] then
      fail("bad inline flags: flag turned on and off", p.at)
    end
  end
  p.at = p.at + 1
  return on, off
end

local function apply(flags, on, off)
  for flag in pairs(on) do flags[flag] = true end
  for flag in pairs(off) do flags[flag] = nil end
  -- (?u:...) and (?a:...) are one switch with two positions.
  if on.u then flags.a = nil end
end

--- (?:...) and (?i:...): the body under its own flags.
local function scope(p, start, on, off)
  local outer = p.flags
  p.flags = copy(outer)
  apply(p.flags, on, off)
  local node = { op = "scope", fold = fold_of(p), dotall = p.flags.s }
  node.body = inside(p, start, alternatives)
  p.flags = outer
  return node
end

-- What each kind of token adds: handler(p, value, start, items) returns a node or nil.

local anchors = { A = "start", Z = "very_end", b = "word", B = "not_word" }
local handlers = {}

function handlers.skip() end

function handlers.text(p, text)
  return text_node(p, text)
end

function handlers.code(p, code)
  return code_node(p, code)
end

function handlers.any(p)
  return { op = "any", dotall = p.flags.s }
end

function handlers.at(p, kind)
  if kind == "^" then
    kind = p.flags.m and "line_start" or "start"
  elseif kind == "$" then
    kind = p.flags.m and "line_end" or "end"
  else
    kind = anchors[kind]
  end
  return { op = "at", kind = kind, ascii = p.flags.a }
end

function handlers.set(p, letter_)
  return { op = "set", items = { letter_ }, negate = false, ascii = p.flags.a, fold = fold_of(p) }
end

handlers["class"] = function(p, value)
  return { op = "set", items = value[2], negate = value[1] == "^", ascii = p.flags.a, fold = fold_of(p) }
end

function handlers.ref(p, text, start)
  local index = tonumber(text)
  if not p.groups[index] then
    fail("invalid group reference " .. index, start + 1)
  end
  return reference(p, index, start)
end

function handlers.named_ref(p, name)
  return reference(p, known_group(p, name), name.at)
end

--- Takes the item that a repeat is about off the list: of a text its last character.
local function repeated(p, items, start)
  local last = items[#items]
  if not last or last.op == "at" then
    fail("nothing to repeat", start)
  elseif last.op == "rep" then
    fail("multiple repeat", start)
  end
  local cut = last.op == "text" and utf8.offset(last.text, -1) or 1
  if cut == 1 then
    items[#items] = nil
    return last
  end
  items[#items] = text_node(p, last.text:sub(1, cut - 1))
  return text_node(p, last.text:sub(cut))
end

function handlers.rep(p, value, start, items)
  local min, max, mode = value[1], value[2], value[3]
  if min >= CPYTHON_MAX_REPEAT or (max ~= math.huge and max >= CPYTHON_MAX_REPEAT) then
    fail("the repetition number is too large")
  elseif max < min then
    fail("min repeat greater than max repeat", start + 1)
  end
  local body = repeated(p, items, start)
  if min > MAX_REPEAT or (max ~= math.huge and max > MAX_REPEAT) then
    fail("repeat count over " .. MAX_REPEAT .. " is not supported", start)
  end
  return { op = "rep", body = body, min = min, max = max, mode = mode }
end

function handlers.capture(p, name, start)
  if name then
    check_identifier(name)
  end
  local index = #p.groups + 1
  if name then
    local was = p.names[name.name]
    if was then
      fail(("redefinition of group name %s as group %d; was group %d"):format(quoted(name.name), index, was), name.at)
    end
    p.names[name.name] = index
    p.named[#p.named + 1] = { name = name.name, index = index }
  end
  local node = { op = "group", index = index }
  p.groups[index] = node -- without a body: open
  node.body = inside(p, start, alternatives)
  return node
end

function handlers.plain(p, _, start)
  return scope(p, start, {}, {})
end

function handlers.atomic(p, _, start)
  return { op = "atomic", body = inside(p, start, alternatives) }
end

function handlers.flags(p, _, start, items)
  local on, off = read_flags(p)
  if off then
    return scope(p, start, on, off)
  end
  if p.depth > 0 or p.branches > 0 or #items > 0 then
    fail("global flags not at the start of the expression", start)
  end
  apply(p.flags, on, {})
  if p.flags.a and p.flags.u then
    fail "ASCII and UNICODE flags are incompatible"
  end
  p.at = p.at + 1
end

function handlers.look(p, kind, start)
  local behind = kind:sub(1, 1) == "<"
  local outer = p.behind
  if behind then
    p.behind = outer or #p.groups
  end
  local node = { op = "look", behind = behind, negate = kind:sub(-1) == "!" }
  node.body = inside(p, start, alternatives)
  p.behind = outer
  if behind then
    p.behinds[#p.behinds + 1] = node
  end
  return node
end

function handlers.cond(p, name, start)
  local node = { op = "cond", index = condition_group(p, name) }
  check_behind(p, node.index)
  inside(p, start, function()
    node.yes = branch(p)
    if p.text:byte(p.at) == 124 then
      p.at = p.at + 1
      node.no = branch(p)
      if p.text:byte(p.at) == 124 then
        fail("conditional backref with more than two branches", p.at)
      end
    end
  end)
  return node
end

--- Neighbouring texts become one: the prefilter looks for long literals.
local function joined(items)
  local result, run = { op = "cat" }, {}
  for i, node in ipairs(items) do
    if node.op ~= "text" then
      result[#result + 1] = node
    else
      run[#run + 1] = node.text
      local following = items[i + 1]
      if not following or following.op ~= "text" then
        result[#result + 1] = { op = "text", text = table.concat(run), fold = node.fold }
        run = {}
      end
    end
  end
  return #result == 1 and result[1] or result
end

function branch(p)
  local items = {}
  while true do
    local start = p.at
    local kind, value, after = lpeg.match(p.flags.x and tokens.verbose_token or tokens.token, p.text, start, start)
    if kind == "stop" then
      return joined(items)
    end
    -- CPython reads one token ahead, so this wins over what is wrong with the token itself.
    if after == #p.text then
      lone_backslash:match(p.text, after)
    end
    p.at = after
    local node = handlers[kind](p, value, start, items)
    if node then
      items[#items + 1] = node
    end
  end
end

function alternatives(p)
  local branches = { op = "alt" }
  repeat
    if p.depth == 0 then
      p.branches = #branches
    end
    branches[#branches + 1] = branch(p)
    local more = p.text:byte(p.at) == 124
    p.at = p.at + (more and 1 or 0)
  until not more
  return #branches == 1 and branches[1] or branches
end

-- Checks that need the whole tree ---------------------------------------------------

local function check_tree(p)
  for _, condition in ipairs(p.conditions) do
    if condition.index > #p.groups then
      fail("invalid group reference " .. condition.index, condition.at)
    end
  end
  for _, look in ipairs(p.behinds) do
    local lo, hi = width(look.body, p.groups)
    if lo ~= hi then
      fail "look-behind requires fixed-width pattern"
    elseif lo > MAX_REPEAT then
      fail("look-behind longer than " .. MAX_REPEAT .. " characters is not supported")
    end
  end
end

--- Parses a pattern of valid UTF-8.
---@param text string
---@return table root        a "scope" node that holds the flags of the whole pattern
---@return table info        groups (list), named (list of {name, index}), folds
--- Raises { message, at } with a byte position, or none.
return function(text)
  local p = {
    text = text, at = 1, depth = 0, branches = 0, flags = {},
    groups = {}, names = {}, named = {}, conditions = {}, behinds = {},
  }
  local body = alternatives(p)
  if p.at <= #text then
    fail("unbalanced parenthesis", p.at)
  end
  check_tree(p)
  local root = { op = "scope", fold = fold_of(p), dotall = p.flags.s, body = body }
  return root, { groups = p.groups, named = p.named, folds = p.folds }
end
