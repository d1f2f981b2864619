--- Prints a syntax tree for Vectorscan (Hyperscan 5.4), weaker than it was.
--
-- Promise: when the pattern matches in a text, its expressions hit the raw bytes
-- of that text (see weaken).  They may hit elsewhere too.  The caller keeps two
-- habits that the promise rests on: a text that holds U+0130, U+0131, U+017F or
-- U+212A (which match i, s and k without case) is scanned a second time with
-- those letters in their place, and a byte that is not UTF-8 counts as U+FFFD.
--
-- Flags: 0 for all, and HS_FLAG_CASELESS where the pattern folds case.  Block mode;
-- no DOTALL, MULTILINE, UTF8, UCP, SOM_LEFTMOST or SINGLEMATCH.
--
-- How a pattern gets weaker
--   assertions and anchors go, back references become any bytes, conditions alternatives;
--   a character that may lie outside of ASCII becomes one or more bytes;
--   counts shrink, since every repeat costs states;
--   of the rest the two best pieces are taken that are plain sequences of literals and classes and
--   begin with a literal of three bytes; of alternatives one each, as expressions of their own.
-- What a positive lookaround demands counts too: it must be somewhere in the text.
--
-- Why only plain sequences: Vectorscan 5.4.9 misses matches of expressions that no single
-- literal drives.  Tried: [ac]{2}.*xyz, (?:get|http).*user, \d{1,3}\.\d{1,3}\.\d, \[[^]]+\] failed
-- and is*c without case are not found behind some 16 to 300 bytes of other text, depending on
-- its length, alone and among others (it looks like the two-byte acceleration).  Sequences that
-- begin with a literal of three bytes, and literals alone, were never missed.
--
-- That holds in databases of ten and more expressions: in one of { exit, error } the same
-- acceleration misses plain literals (0.03 % of the trials).  So every database also gets the
-- `decoys`, whose first bytes are too many for it; nobody asks for their hits.
--
-- The weak form is first a small tree, by `k`:
--   lit  text                          bytes
--   cls  low, high, wide, min, max     a set of bytes: two words of ASCII bits, and all of 0x80-0xff
--   cat, alt                           the parts are the array part
--   rep  body, min                     anything else that is repeated

-- Where a form is worth scanning for: one letter is in every record, two are not.
local MIN_LITERAL <const> = 2
-- Below this a literal does not drive Vectorscan, so it stands alone.
local GOOD_LITERAL <const> = 3
-- Beyond this length fewer expressions are better than longer literals.
local LONG_LITERAL <const> = 6
local MAX_PIECES <const> = 64
local MAX_ALTERNATIVES <const> = 32
local MAX_DEMANDS <const> = 2
-- Less have "the" and the like, in a second demand.
local SECOND_WEIGHT <const> = 3
-- Above this an expression risks "Pattern is too large" and a slow compile.
local MAX_STATES <const> = 400
-- Exact counts up to here; beyond, "at least".
local MAX_COUNT <const> = 32
-- A class of so many ASCII characters at an end selects little.
local BROAD <const> = 48

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
    if ascii and item == "W" and not negate then -- (?a)\W does match U+017F
      add_odd_letters(set, 0, 0x10FFFF)
    end
    return
  end
  local lo, hi = item[1], item[2]
  add_range(set, lo, hi)
  if not negate then -- [^\u017f] does match s
    add_odd_letters(set, lo, hi)
  end
end

local function byte_set(node)
  local set = set_of()
  for _, item in ipairs(node.items) do
    add_item(set, item, node.ascii, node.negate)
  end
  if node.fold then
    close_case(set)
  end
  if node.negate then
    set = complement(set)
    -- [^s] matches U+017F, which a second scan shows as s (and the only one, where escapes hide the text).
    if node.fold ~= "unicode" then
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
  if form.k == "lit" and #form.text == 1 and form.text < "\x80" then
    form = class(set_of({ form.text:byte(), form.text:byte() }))
  end
  if node.max == 0 then
    return { k = "cat" }
  elseif form.k == "cls" and (form.max == 1 or form.min == 1) then
    return repeated_class(form, node.min, node.max)
  end
  return { k = "rep", body = form, min = node.min }
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
  set = function(node) return class(byte_set(node)) end,
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

-- Pieces --------------------------------------------------------------------------------------

-- A piece is a cat of literals and classes that every match holds, without what it can do
-- without at the end.

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
  return form.k == "cls" and (form.min == 0 or ascii_count(form) >= BROAD)
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

-- A demand is a list of pieces of which every match holds one. Of all that a form demands the best are kept, best
-- first: a record where one piece of each hits is worth asking PCRE2 about.

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

local function print_piece(piece)
  local out = {}
  for i, part in ipairs(piece) do
    out[i] = part.k == "lit" and print_literal(part.text) or print_set(part) .. count(part.min, part.max)
  end
  return table.concat(out)
end

-- First bytes -----------------------------------------------------------------------------------

local add_first -- recursive: adds what a form may begin with; returns whether it may be empty

local function add_first_of_cat(set, cat)
  for _, part in ipairs(cat) do
    if not add_first(set, part) then
      return false
    end
  end
  return true
end

local function add_first_of_alternatives(set, alt)
  local empty = false
  for _, part in ipairs(alt) do
    empty = add_first(set, part) or empty
  end
  return empty
end

function add_first(set, form)
  if form.k == "lit" then
    local byte = form.text:byte()
    add_range(set, byte, byte)
    return false
  elseif form.k == "cls" then
    add_set(set, form)
    return form.min == 0
  elseif form.k == "rep" then
    return add_first(set, form.body) or form.min == 0
  end
  return (form.k == "alt" and add_first_of_alternatives or add_first_of_cat)(set, form)
end

local prefilter = {}

--- What a text must begin with to match a pattern that begins with ^.
---@param root table the tree of parse.lua
---@param info table what parse.lua found out about the pattern
---@return string? bits 128 as hexadecimal digits: of the bytes 63 to 0, then of 127 to 64. Others always may. nil: all
function prefilter.first_bytes(root, info)
  local set, body = set_of(), root
  while body.op == "scope" do
    body = body.body
  end
  local first = body.op == "cat" and body[1]
  local anchored = first and first.op == "at" and first.kind == "start"
  if not anchored or add_first(set, lower(root, {})) then
    return nil
  end
  if info.folds then
    close_case(set)
  end
  return ("%016x%016x"):format(set.low, set.high)
end

--- Expressions for every database, which text does not hold: two letters and a control byte.
---@type logaudit.regex.Weak[]
prefilter.decoys = {}
local decoy_pairs = "0x7ca-g2kTq u.zMBQHbNfTj w-5/Z=r"
for i = 1, #decoy_pairs // 2 do
  local pair = decoy_pairs:sub(2 * i - 1, 2 * i)
  prefilter.decoys[i] = { expr = print_literal(pair .. string.char(i % 8 + 1)), caseless = false }
end

local function print_demand(pieces)
  local expressions = {}
  for i, piece in ipairs(pieces) do
    expressions[i] = print_piece(piece)
  end
  return expressions
end

---@param root table the tree of parse.lua
---@return string[][][]? weak  by alternative of the pattern a list of demands, each a list of expressions: where the
---  pattern matches, one expression of each demand of one alternative hits; nil: nothing selective is demanded
---@return integer min_literal of the first demands
function prefilter.weaken(root)
  local context = { demands = {} }
  local form, more = lower(root, context), {}
  for _, demand in ipairs(context.demands) do
    keep_all(more, demands_of(demand))
  end
  local alternatives = alternatives_of(form, more) or alternatives_of({ k = "cat", form }, more)
  if not alternatives then
    return nil, 0
  end
  local weak, min_literal = {}, huge
  for i, demands in ipairs(alternatives) do
    weak[i] = { print_demand(demands[1]) }
    for k = 2, #demands do
      weak[i][#weak[i] + 1] = selects(demands[k]) and print_demand(demands[k]) or nil
    end
    for _, piece in ipairs(demands[1]) do
      min_literal = math.min(min_literal, #literal_of(piece))
    end
  end
  return weak, min_literal
end

return prefilter
