--- Prints a syntax tree for Vectorscan (Hyperscan 5.4), weaker than it was.
--
-- Promise: when the pattern matches in a text, one of the expressions hits the
-- raw bytes of that text.  They may hit elsewhere too.  The caller keeps two
-- habits that the promise rests on: a text that holds U+0130, U+0131, U+017F or
-- U+212A (which match i, s and k without case) is scanned a second time with
-- those letters in their place, and a byte that is not UTF-8 counts as U+FFFD.
--
-- Flags: 0 for all, and HS_FLAG_CASELESS where `caseless` says so.  Block mode;
-- no DOTALL, MULTILINE, UTF8, UCP, SOM_LEFTMOST or SINGLEMATCH.
--
-- How a pattern gets weaker
--   assertions and anchors go, back references become any bytes, conditions alternatives;
--   a character that may lie outside of ASCII becomes one or more bytes;
--   counts shrink, since every repeat costs states;
--   what only lengthens a match goes from both ends, since every end is a callback.
-- What a positive lookaround demands is kept aside: it must be somewhere in the text too.
--
-- The weak form is itself a small tree, by `k`:
--   lit  text                          bytes
--   cls  low, high, wide, min, max     a set of bytes: two words of ASCII bits, and all of 0x80-0xff
--   cat, alt                           the parts are the array part
--   rep  body, min, max

-- Where a form is worth scanning for.  A hit costs a callback and a PCRE2 search, so a
-- form must be rarer than about one in four thousand positions of printable text: 12 bits.
-- "ab" is, \d{4} is; \d{3}, \s\d and one letter are not.
local MIN_BITS <const> = 12
local LITERAL_BITS <const> = 6.5
-- Above these an expression risks "Pattern is too large" and a slow compile.
local MAX_BYTES <const> = 2048
local MAX_STATES <const> = 400
local MAX_DEPTH <const> = 24
local MAX_LITERALS <const> = 64
-- Exact counts up to here; beyond, "at least".
local MAX_COUNT <const> = 32
local MAX_REP_STATES <const> = 64
-- A class of so many ASCII characters at an end selects little: a plain literal scans faster.
local BROAD <const> = 48
local GOOD_LITERAL <const> = 3

local huge = math.huge

-- Sets of bytes ------------------------------------------------------------------------

--- Bits a..b of a word; empty when b < a.
local function bits_between(a, b)
  a, b = math.max(a, 0), math.min(b, 63)
  if b < a then
    return 0
  end
  return (-1 << a) & ~(b == 63 and 0 or -1 << (b + 1))
end

local function add_range(set, lo, hi)
  set.low = set.low | bits_between(lo, hi)
  set.high = set.high | bits_between(lo - 64, hi - 64)
  set.wide = set.wide or hi > 127
end

local function set_of(...)
  local set = { low = 0, high = 0, wide = false }
  for _, range in ipairs { ... } do
    add_range(set, range[1], range[2])
  end
  return set
end

--- Everything else; of what lies outside of ASCII we only know "some".
local function complement(set)
  return { low = ~set.low, high = ~set.high, wide = true }
end

local function add_set(set, other)
  set.low, set.high, set.wide = set.low | other.low, set.high | other.high, set.wide or other.wide
end

local digits = set_of({ 0x30, 0x39 })
local words = set_of({ 0x30, 0x39 }, { 0x41, 0x5A }, { 0x5F, 0x5F }, { 0x61, 0x7A })
local ascii_spaces = set_of({ 0x09, 0x0D }, { 0x20, 0x20 })
local spaces = set_of({ 0x09, 0x0D }, { 0x1C, 0x20 })
local categories = {
  d = digits, w = words, s = spaces,
  D = complement(digits), W = complement(words), S = complement(spaces),
}
local ascii_categories = { s = ascii_spaces, S = complement(ascii_spaces) }

local UPPER <const> = 0x7FFFFFE -- A-Z in the high word; a-z lie 32 bits further

local function close_case(set)
  local high = set.high
  set.high = high | (high & UPPER) << 32 | (high >> 32) & UPPER
end

--- ASCII letters that these four stand for when a text is scanned a second time.
local odd_letters = { [0x130] = 0x69, [0x131] = 0x69, [0x17F] = 0x73, [0x212A] = 0x6B }

local function add_odd_letters(set, lo, hi)
  for code, ascii in pairs(odd_letters) do
    if code >= lo and code <= hi then
      add_range(set, ascii, ascii)
    end
  end
end

local function add_item(set, item, ascii, negate)
  if type(item) == "string" then
    add_set(set, ascii and ascii_categories[item] or categories[item])
    set.wide = set.wide or not ascii
    return
  end
  local lo, hi = item, item
  if type(item) == "table" then
    lo, hi = item[1], item[2]
  end
  add_range(set, lo, hi)
  if not negate then -- [^\u017f] does match s
    add_odd_letters(set, lo, hi)
  end
end

local function byte_set(node, folds)
  local set = set_of()
  for _, item in ipairs(node.items) do
    add_item(set, item, node.ascii, node.negate)
  end
  if node.fold then
    close_case(set)
  end
  if node.negate then
    set = complement(set)
    -- [^s] matches U+017F, which a second scan shows as s.
    if folds and not node.fold then
      add_odd_letters(set, 0, 0x10FFFF)
    end
  end
  return set
end

--- Number of bits that are set, added up side by side in ever wider fields.
local function bit_count(word)
  word = word - (word >> 1 & 0x5555555555555555)
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333)
  word = word + (word >> 4) & 0x0F0F0F0F0F0F0F0F
  return word * 0x0101010101010101 >> 56
end

--- Printable ASCII characters in a set.
local function ascii_count(set)
  return bit_count(set.low >> 32) + bit_count(set.high & 0x7FFFFFFFFFFFFFFF)
end

-- Building ---------------------------------------------------------------------------------

--- One character.  Outside of ASCII it is up to four bytes; where the class is narrow
--- "one or more" says nearly as much and costs fewer states.
local function class(set)
  local max = not set.wide and 1 or ascii_count(set) >= BROAD and 4 or huge
  return { k = "cls", low = set.low, high = set.high, wide = set.wide, min = 1, max = max }
end

local everything = { low = -1, high = -1, wide = true }
local line = { low = ~(1 << 10), high = -1, wide = true }
local outside = { low = 0, high = 0, wide = true }

local function any_bytes()
  local gap = class(everything)
  gap.min, gap.max = 0, huge
  return gap
end

local function nullable(form)
  if form.k == "lit" then
    return false
  elseif form.k == "cls" then
    return form.min == 0
  elseif form.k == "rep" then
    return form.min == 0 or nullable(form.body)
  end
  for _, part in ipairs(form) do
    if nullable(part) ~= (form.k == "cat") then
      return form.k == "alt"
    end
  end
  return form.k == "cat"
end

local function states(form)
  if form.k == "lit" then
    return #form.text
  elseif form.k == "cls" then
    return math.max(1, form.max == huge and form.min or form.max)
  elseif form.k == "rep" then
    return states(form.body) * math.max(1, form.max == huge and form.min or form.max)
  end
  local sum = 0
  for _, part in ipairs(form) do
    sum = sum + states(part)
  end
  return sum
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
  if fold == "unicode" or odd_letters[code] or code == 0xFFFD then
    local set = set_of({ 128, 128 })
    add_odd_letters(set, code, code)
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

local function repeated_class(form, min, max)
  local exact = form.max == 1 and max <= MAX_COUNT
  return {
    k = "cls", low = form.low, high = form.high, wide = form.wide,
    min = math.min(form.min * min, MAX_COUNT), max = exact and max or huge,
  }
end

local function lower_rep(node, context)
  local form = lower(node.body, context)
  local min, max = node.min, node.max
  if max == 0 or #form == 0 and (form.k == "cat") then
    return { k = "cat" }
  elseif form.k == "cls" and (form.max == 1 or form.min == 1) then
    return repeated_class(form, min, max)
  elseif nullable(form) then
    min = 0
  end
  local size = states(form)
  if size * min > MAX_REP_STATES then min = math.min(min, 1) end
  if max ~= huge and size * max > MAX_REP_STATES and max > 1 then max = huge end
  return { k = "rep", body = form, min = min, max = max }
end

local function lower_alternatives(parts, context)
  local alt = { k = "alt" }
  for i, part in ipairs(parts) do
    alt[i] = lower(part, context)
  end
  return alt
end

--- Something optional: what stands in it is not demanded.
local function optional(context)
  return { folds = context.folds, demands = nil }
end

local nothing = function() return { k = "cat" } end
local through = function(node, context) return lower(node.body, context) end

local lowering = {
  text = lower_text,
  never = function() return class(outside) end,
  any = function(node) return class(node.dotall and everything or line) end,
  set = function(node, context) return class(byte_set(node, context.folds)) end,
  at = nothing,
  group = through, scope = through, atomic = through,
  ref = any_bytes,
  look = function(node, context)
    if not node.negate and context.demands then
      context.demands[#context.demands + 1] = lower(node.body, context)
    end
    return nothing()
  end,
  cond = function(node, context)
    return lower_alternatives({ node.yes, node.no or { op = "cat" } }, optional(context))
  end,
  alt = function(node, context) return lower_alternatives(node, optional(context)) end,
  cat = function(node, context)
    local cat = { k = "cat" }
    for _, part in ipairs(node) do
      add(cat, lower(part, context))
    end
    return single(cat)
  end,
  rep = function(node, context)
    return lower_rep(node, node.min == 0 and optional(context) or context)
  end,
}

function lower(node, context)
  return lowering[node.op](node, context)
end

-- Trimming -----------------------------------------------------------------------------------

local trim -- recursive: trim(form, at_end) returns what must stand there, or nil

local function trim_cat(cat, at_end)
  local first, last = 1, #cat
  while first <= last do
    local i = at_end and last or first
    local part = trim(cat[i], at_end)
    if part then
      local result = { k = "cat" }
      for j = first, last do
        add(result, j == i and part or cat[j])
      end
      return single(result)
    end
    first, last = at_end and first or first + 1, at_end and last - 1 or last
  end
end

--- Drops from the beginning or the end what a match can do without.
function trim(form, at_end)
  if form.k == "lit" then
    return form
  elseif form.k == "cat" then
    return trim_cat(form, at_end)
  elseif form.k == "alt" then
    local alt = { k = "alt" }
    for i, part in ipairs(form) do
      alt[i] = trim(part, at_end)
      if not alt[i] then
        return nil
      end
    end
    return alt
  elseif form.min == 0 then
    return nil
  elseif form.k == "cls" then
    return { k = "cls", low = form.low, high = form.high, wide = form.wide, min = form.min, max = form.min }
  elseif form.min == 1 then
    return trim(form.body, at_end)
  end
  return { k = "rep", body = form.body, min = form.min, max = form.min }
end

--- Length of the longest literal that every match holds.
local function longest_literal(form)
  if form.k == "lit" then
    return #form.text
  elseif form.k == "rep" then
    return form.min == 0 and 0 or longest_literal(form.body)
  elseif form.k == "cls" then
    return 0
  end
  local best = form.k == "alt" and huge or 0
  local choose = form.k == "alt" and math.min or math.max
  for _, part in ipairs(form) do
    best = choose(best, longest_literal(part))
  end
  return best
end

local function is_dispensable(form)
  return form.k == "cls" and (form.min == 0 or ascii_count(form) >= BROAD)
end

--- Without the broad classes at both ends; a good literal must stand between them.
local function without_broad_ends(cat)
  local first, last = 1, #cat
  while is_dispensable(cat[last]) do last = last - 1 end
  while is_dispensable(cat[first]) do first = first + 1 end
  return single(table.move(cat, first, last, 1, { k = "cat" }))
end

local function trimmed(form)
  if form.k == "cat" and longest_literal(form) >= GOOD_LITERAL then
    form = without_broad_ends(form)
  end
  form = trim(form, true)
  return form and trim(form, false)
end

-- Choosing -------------------------------------------------------------------------------------

--- How much a match tells, in bits, where all printable characters are as likely.
local function information(form)
  if form.k == "lit" then
    return #form.text * LITERAL_BITS
  elseif form.k == "cls" then
    return form.min * math.log(95 / math.max(1, ascii_count(form)), 2)
  elseif form.k == "rep" then
    return form.min * information(form.body)
  end
  local sum = form.k == "alt" and huge or 0
  for _, part in ipairs(form) do
    local bits = information(part)
    sum = form.k == "alt" and math.min(sum, bits) or form.k == "cat" and sum + bits or sum
  end
  return sum
end

local function depth(form)
  if form.k == "lit" or form.k == "cls" then
    return 0
  elseif form.k == "rep" then
    return 1 + depth(form.body)
  end
  local deepest = 0
  for _, part in ipairs(form) do
    deepest = math.max(deepest, depth(part))
  end
  return 1 + deepest
end

local function shortest(literals)
  local length = huge
  for _, text in ipairs(literals) do
    length = math.min(length, #text)
  end
  return length
end

--- Literals of which every match holds one, the longest to be had; or nil.
local function required(form)
  if form.k == "lit" then
    return { form.text }
  elseif form.k == "rep" then
    return form.min > 0 and required(form.body) or nil
  elseif form.k == "cls" then
    return nil
  elseif form.k == "cat" then
    local best
    for _, part in ipairs(form) do
      local found = required(part)
      if found and (not best or shortest(found) > shortest(best)) then
        best = found
      end
    end
    return best
  end
  local all = {}
  for _, part in ipairs(form) do
    local found = required(part)
    if not found or #all + #found > MAX_LITERALS then
      return nil
    end
    table.move(found, 1, #found, #all + 1, all)
  end
  return all
end

-- Printing ---------------------------------------------------------------------------------------

--- One byte; `special` is a Lua pattern for those that mean something where it stands.
local function print_byte(byte, special)
  if byte:find(special) then
    return "\\" .. byte
  elseif byte:find "[%w%p ]" then
    return byte
  end
  return ("\\x%02x"):format(byte:byte())
end

local function print_literal(text)
  return (text:gsub("[^%w ]", function(byte)
    return print_byte(byte, "[%^%$%(%)%[%]%.%*%+%?{}|\\]")
  end))
end

local function has(set, byte)
  if byte < 64 then
    return set.low >> byte & 1 == 1
  end
  return byte < 128 and set.high >> (byte - 64) & 1 == 1 or byte >= 128 and set.wide
end

local function print_member(byte)
  return print_byte(string.char(byte), "[%^%[%]\\%-]")
end

local function print_class(set)
  local out, byte = {}, 0
  while byte < 256 do
    local first = byte
    while byte < 256 and has(set, byte) do
      byte = byte + 1
    end
    if byte > first then
      local text = print_member(first)
      if byte - first > 1 then
        text = text .. (byte - first > 2 and "-" or "") .. print_member(byte - 1)
      end
      out[#out + 1] = text
    end
    byte = byte + 1
  end
  return "[" .. table.concat(out) .. "]"
end

-- The same few classes stand in most patterns, and printing one walks 256 bytes.
local MAX_PRINTED <const> = 256
local printed, printed_count = {}, 0

local function print_set(set)
  if set.wide and set.high == -1 and set.low == line.low then
    return "."
  end
  local key = ("%x,%x,%s"):format(set.low, set.high, set.wide)
  if not printed[key] then
    if printed_count == MAX_PRINTED then
      printed, printed_count = {}, 0
    end
    printed[key], printed_count = print_class(set), printed_count + 1
  end
  return printed[key]
end

local function count(min, max)
  if min == 1 and max == 1 then
    return ""
  elseif max == huge then
    return min == 0 and "*" or min == 1 and "+" or "{" .. min .. ",}"
  elseif min == 0 and max == 1 then
    return "?"
  end
  return min == max and "{" .. min .. "}" or "{" .. min .. "," .. max .. "}"
end

local function print_form(form)
  if form.k == "lit" then
    return print_literal(form.text)
  elseif form.k == "cls" then
    return print_set(form) .. count(form.min, form.max)
  elseif form.k == "rep" then
    local body = print_form(form.body)
    if form.body.k ~= "alt" and #body > 1 then
      body = "(?:" .. body .. ")"
    end
    return body .. count(form.min, form.max)
  end
  local parts = {}
  for i, part in ipairs(form) do
    parts[i] = print_form(part)
  end
  if form.k == "alt" then
    return "(?:" .. table.concat(parts, "|") .. ")"
  end
  return table.concat(parts)
end

--- The form as one expression, when it is small enough.
local function whole(form)
  if states(form) > MAX_STATES or depth(form) > MAX_DEPTH then
    return nil
  end
  local text = print_form(form)
  return #text <= MAX_BYTES and { text } or nil
end

local function by_literals(form)
  local literals = required(form)
  if not literals or shortest(literals) * LITERAL_BITS < MIN_BITS then
    return nil
  end
  local expressions = {}
  for i, text in ipairs(literals) do
    expressions[i] = print_literal(text:sub(1, MAX_BYTES // 4))
  end
  return expressions
end

--- The expressions for one form, and the literal they rest on; nil when it selects too little.
local function expressions_of(form)
  form = trimmed(form)
  if not form or nullable(form) or information(form) < MIN_BITS then
    return nil, 0
  end
  return whole(form) or by_literals(form), longest_literal(form)
end

---@param root table   the tree of parse.lua
---@param info table   what parse.lua found out about the pattern
---@return logaudit.regex.Weak[]? weak   nil: nothing selective is demanded of a match
---@return integer min_literal
return function(root, info)
  local context = { folds = info.folds, demands = {} }
  local forms = { lower(root, context) }
  table.move(context.demands, 1, #context.demands, 2, forms)
  local best, literal = nil, 0
  for _, form in ipairs(forms) do
    local expressions, length = expressions_of(form)
    if expressions and (not best or literal < GOOD_LITERAL and length > literal) then
      best, literal = expressions, length
    end
  end
  local weak = best and {}
  for i, expression in ipairs(best or {}) do
    weak[i] = { expr = expression, caseless = info.folds or false }
  end
  return weak, literal
end
