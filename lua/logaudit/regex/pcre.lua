--- Prints a syntax tree for PCRE2 (10.42, options UTF and UCP), so that it
-- answers as CPython 3.11 does.
--
-- Both use the tables of Unicode 14; comparing every code point left these
-- differences, which are spelled out here:
--   \s        PCRE2 lacks U+001C-U+001F and has U+180E
--   (?i)      CPython joins i with U+0130 and U+0131, and three pairs of ligatures
--   (?ai)     PCRE2 joins k and s with U+212A and U+017F
--   (?m)^     PCRE2 does not match after a newline that ends the text
--   \B        CPython does not match in an empty text
-- Groups are numbered, never named: PCRE2's names are shorter than CPython's.

local mark_shielded = require "logaudit.regex.shortcut"

-- Newline is \n and nothing else, however the library was built.
local PREFIX <const> = "(*LF)"

-- Characters that CPython takes for the same without case and PCRE2 does not.
local kin_sets = { { 0x49, 0x69, 0x130, 0x131 }, { 0x390, 0x1FD3 }, { 0x3B0, 0x1FE3 }, { 0xFB05, 0xFB06 } }
local kin = {} -- a character: its set as a class
for _, set in ipairs(kin_sets) do
  local class = {}
  for i, code in ipairs(set) do
    class[i] = ("\\x{%x}"):format(code)
  end
  for _, code in ipairs(set) do
    kin[utf8.char(code)] = "[" .. table.concat(class) .. "]"
  end
end

-- Insides of classes ----------------------------------------------------------------

--- The ranges between the given ones, up to U+10FFFF.
local function complement(ranges)
  local result, from = {}, 0
  for _, range in ipairs(ranges) do
    if range[1] > from then
      result[#result + 1] = { from, range[1] - 1 }
    end
    from = range[2] + 1
  end
  result[#result + 1] = { from, 0x10FFFF }
  return result
end

local function print_code(code)
  if code < 0x80 and string.char(code):find "%w" then
    return string.char(code)
  end
  return ("\\x{%x}"):format(code)
end

local function print_ranges(ranges)
  local out = {}
  for i, range in ipairs(ranges) do
    local lo, hi = print_code(range[1]), print_code(range[2])
    out[i] = lo == hi and lo or lo .. "-" .. hi
  end
  return table.concat(out)
end

local spaces = {
  { 0x09, 0x0D }, { 0x1C, 0x20 }, { 0x85, 0x85 }, { 0xA0, 0xA0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200A },
  { 0x2028, 0x2029 }, { 0x202F, 0x202F }, { 0x205F, 0x205F }, { 0x3000, 0x3000 },
}
local ascii_spaces = { { 0x09, 0x0D }, { 0x20, 0x20 } }
local ascii_digits = { { 0x30, 0x39 } }
local ascii_words = { { 0x30, 0x39 }, { 0x41, 0x5A }, { 0x5F, 0x5F }, { 0x61, 0x7A } }

local unicode_category = {
  d = "\\d", D = "\\D", w = "\\w", W = "\\W",
  s = print_ranges(spaces), S = print_ranges(complement(spaces)),
}
local ascii_category = {
  d = print_ranges(ascii_digits), D = print_ranges(complement(ascii_digits)),
  w = print_ranges(ascii_words), W = print_ranges(complement(ascii_words)),
  s = print_ranges(ascii_spaces), S = print_ranges(complement(ascii_spaces)),
}

--- Appends lo-hi, without the surrogates: valid text holds none and PCRE2 refuses them as ends.
local function add_range(out, lo, hi)
  if lo >= 0xD800 and lo <= 0xDFFF then lo = 0xE000 end
  if hi >= 0xD800 and hi <= 0xDFFF then hi = 0xD7FF end
  if lo < hi then
    out[#out + 1] = print_code(lo) .. "-" .. print_code(hi)
  elseif lo == hi then
    out[#out + 1] = print_code(lo)
  end
end

--- What else a range matches under (?i), where PCRE2 would not add it.
local function add_kin(out, lo, hi)
  for _, set in ipairs(kin_sets) do
    local touched = false
    for _, code in ipairs(set) do
      touched = touched or code >= lo and code <= hi
    end
    for _, code in ipairs(touched and set or {}) do
      add_range(out, code, code)
    end
  end
end

--- The other case of the ASCII letters in a range that lie from first to last.
local function add_shifted(out, lo, hi, first, last, shift)
  lo, hi = math.max(lo, first), math.min(hi, last)
  if lo <= hi then
    add_range(out, lo + shift, hi + shift)
  end
end

local function add_member(out, item, node)
  if type(item) == "string" then
    out[#out + 1] = (node.ascii and ascii_category or unicode_category)[item]
    return
  end
  local lo, hi = item[1], item[2]
  add_range(out, lo, hi)
  if node.fold == "unicode" then
    add_kin(out, lo, hi)
  elseif node.fold == "ascii" then
    add_shifted(out, lo, hi, 0x41, 0x5A, 0x20)
    add_shifted(out, lo, hi, 0x61, 0x7A, -0x20)
  end
end

local everything = "\\x{0}-\\x{10ffff}"

local function print_set(node)
  local only = #node.items == 1 and node.items[1]
  if not node.ascii and not node.negate and unicode_category[only] and only:find "[dDwW]" then
    return unicode_category[only]
  end
  if only == "S" and not node.ascii then
    -- As what it is not: under (?i) PCRE2 looks at each character of a range when it compiles, 15 ms for this one.
    return (node.negate and "[" or "[^") .. unicode_category.s .. "]"
  end
  local out = {}
  for _, item in ipairs(node.items) do
    add_member(out, item, node)
  end
  if #out == 0 then -- nothing but surrogates
    return (node.negate and "[" or "[^") .. everything .. "]"
  end
  return (node.negate and "[^" or "[") .. table.concat(out) .. "]"
end

-- Text ---------------------------------------------------------------------------------

local special = "[%c%^%$%(%)%[%]%.%*%+%?{}|\\]"

local function escape(character)
  return character:find "%c" and ("\\x{%x}"):format(character:byte()) or "\\" .. character
end

local function either_case(letter)
  return "[" .. letter:upper() .. letter:lower() .. "]"
end

local function print_text(node)
  local text = node.text:gsub(special, escape)
  if node.fold == "unicode" then
    -- No escape of the line above holds an i; the bytes begin the other characters of `kin`.
    text = text:gsub("[Ii\xC4\xCE\xE1\xEF][\x80-\xBF]*", kin)
  elseif node.fold == "ascii" then
    text = node.text:gsub(".", function(byte)
      return byte:find "%a" and either_case(byte) or byte:find(special) and escape(byte) or nil
    end)
  end
  return text
end

-- Assertions ----------------------------------------------------------------------------

local word = "[" .. ascii_category.w .. "]"
local positions = {
  start = "\\A", line_start = "(?<![^\\n])",
  ["end"] = "$", line_end = "(?m:$)", very_end = "\\z",
  word = "\\b", not_word = "(?!\\A\\z)\\B",
}
local ascii_positions = {
  word = ("(?:(?<=%s)(?!%s)|(?<!%s)(?=%s))"):gsub("%%s", word),
  not_word = ("(?!\\A\\z)(?:(?<=%s)(?=%s)|(?<!%s)(?!%s))"):gsub("%%s", word),
}

-- The walk ---------------------------------------------------------------------------------

local emit -- recursive: emit(node, out, options)

local function put(out, text)
  out[#out + 1] = text
end

local function wrapped(out, opening, body, options)
  put(out, opening)
  emit(body, out, options)
  put(out, ")")
end

local letters = { "i", "s" }

--- The option letters that lead from one state to another, as in (?i-s).
local function option_change(from, to)
  local on, off = "", ""
  for _, letter in ipairs(letters) do
    if to[letter] and not from[letter] then
      on = on .. letter
    elseif from[letter] and not to[letter] then
      off = off .. letter
    end
  end
  return off == "" and on or on .. "-" .. off
end

--- PCRE2's options inside a scope.  (?i) is left to it only where it folds as CPython does.
local function options_of(scope)
  return { i = scope.fold == "unicode", s = scope.dotall or false }
end

local printers = {}

function printers.text(node, out) put(out, print_text(node)) end
function printers.never(_, out) put(out, "[^" .. everything .. "]") end
function printers.any(_, out) put(out, ".") end
function printers.set(node, out) put(out, print_set(node)) end
function printers.ref(node, out) put(out, "\\g{" .. node.index .. "}") end
function printers.group(node, out, options) wrapped(out, "(", node.body, options) end
function printers.atomic(node, out, options) wrapped(out, "(?>", node.body, options) end

function printers.at(node, out)
  put(out, node.ascii and ascii_positions[node.kind] or positions[node.kind])
end

function printers.scope(node, out, options)
  local own = options_of(node)
  wrapped(out, "(?" .. option_change(options, own) .. ":", node.body, own)
end

function printers.look(node, out, options)
  wrapped(out, "(?" .. (node.behind and "<" or "") .. (node.negate and "!" or "="), node.body, options)
end

function printers.cond(node, out, options)
  put(out, "(?(" .. node.index .. ")")
  emit(node.yes, out, options)
  if node.no then
    put(out, "|")
    emit(node.no, out, options)
  end
  put(out, ")")
end

function printers.cat(node, out, options)
  for _, part in ipairs(node) do
    emit(part, out, options)
  end
end

function printers.alt(node, out, options)
  for i, part in ipairs(node) do
    if i > 1 then
      put(out, "|")
    end
    emit(part, out, options)
  end
end

local function quantifier(node)
  local count
  if node.max == math.huge then
    count = node.min == 0 and "*" or node.min == 1 and "+" or "{" .. node.min .. ",}"
  elseif node.min == 0 and node.max == 1 then
    count = "?"
  else
    count = node.min == node.max and "{" .. node.min .. "}" or "{" .. node.min .. "," .. node.max .. "}"
  end
  return count .. node.mode
end

--- In a lookbehind PCRE2 refuses to repeat even what has no width (only there parse.lua measures).
local function zero_width_rep(node, out, options)
  put(out, node.min == 0 and node.mode == "?" and "(?:|" or "(?:")
  wrapped(out, "(?:", node.body, options)
  put(out, node.min == 0 and node.mode ~= "?" and "|)" or ")")
end

local single = { text = true, set = true, any = true, never = true }

-- The JIT of 10.42 forgets to unset the groups of a possessive repeat that is given up;
-- those of an atomic group it does not: (?>(a)*) stands for (a)*+.
function printers.rep(node, out, options)
  if node.body.hi == 0 and node.max > 0 then
    return zero_width_rep(node, out, options)
  end
  if node.mode == "+" and not single[node.body.op] then
    put(out, "(?>")
    emit({ op = "rep", body = node.body, min = node.min, max = node.max, mode = "" }, out, options)
    put(out, ")")
    return
  end
  -- PCRE2 bends the counts of a bare assertion; in a group it does not.
  if node.body.op == "look" then
    wrapped(out, "(?:", node.body, options)
  else
    emit(node.body, out, options)
  end
  put(out, quantifier(node))
end

function emit(node, out, options)
  if node.shielded then
    put(out, "(?=)")
  end
  return printers[node.op](node, out, options)
end

---@param root table   the tree of parse.lua, a scope
---@return string      for pcre2_compile with PCRE2_UTF | PCRE2_UCP
return function(root)
  local options = options_of(root)
  local change = option_change({}, options)
  local out = { PREFIX, change == "" and "" or "(?" .. change .. ")" }
  mark_shielded(root)
  emit(root.body, out, options)
  return table.concat(out)
end
