--- Sets of bytes: { low, high, wide }, two words of ASCII bits, and all of 0x80 to 0xff.

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

--- The only byte of a set of ASCII; nil when it has none or more.
local function only_byte(set)
  local low, high = set.low, set.high
  if set.wide or (low == 0) == (high == 0) or low & low - 1 ~= 0 or high & high - 1 ~= 0 then
    return nil
  end
  local word, byte = low == 0 and high or low, low == 0 and 64 or 0
  while word & 1 == 0 do
    word, byte = word >> 1, byte + 1
  end
  return string.char(byte)
end

return {
  of = set_of, add_range = add_range, add_set = add_set, close_case = close_case, add_odd_letters = add_odd_letters,
  of_class = byte_set, only_byte = only_byte, odd_letters = odd_letters,
}
