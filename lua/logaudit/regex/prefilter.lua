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
-- How a pattern gets weaker (weak_form.lua, demands.lua)
--   assertions and anchors go, back references become any bytes, conditions alternatives;
--   a character that may lie outside of ASCII becomes one or more bytes;
--   of the rest the three best literals are taken, of alternatives one each, neighbours as one.
-- What a positive lookaround demands counts too: it must be somewhere in the text.
--
-- Why only literals: Vectorscan 5.4.9 misses matches of other expressions, among others when one literal is the
-- start of another one's end.  Tried: backup job.*ok beside ok, fa1.+?fa1 beside fa1, [ac]{2}.*xyz,
-- (?:get|http).*user, \d{1,3}\.\d{1,3}\.\d and is*c are not found behind some 14 to 300 bytes of other text.
-- Literals were never missed in databases of ten and more expressions; in one of { exit, error } two-byte
-- acceleration misses them too (0.03 % of the trials).  So every database also gets the `decoys`, whose first
-- bytes are too many for it; nobody asks for their hits.

local demands = require "logaudit.regex.demands"
local sets = require "logaudit.regex.byte_sets"
local weak_form = require "logaudit.regex.weak_form"

local huge = math.huge

--- A literal as an expression.
local function print_literal(text)
  return (text:gsub("[^%w ]", function(byte)
    if byte:find "[%^%$%(%)%[%]%.%*%+%?{}|\\]" then
      return "\\" .. byte
    end
    return byte:find "%p" and byte or ("\\x%02x"):format(byte:byte())
  end))
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
    sets.add_range(set, byte, byte)
    return false
  elseif form.k == "cls" then
    sets.add_set(set, form)
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
  local set, body = sets.of(), root
  while body.op == "scope" do
    body = body.body
  end
  local first = body.op == "cat" and body[1]
  local anchored = first and first.op == "at" and first.kind == "start"
  if not anchored or add_first(set, weak_form.lower(root, {})) then
    return nil
  end
  if info.folds then
    sets.close_case(set)
  end
  return ("%016x%016x"):format(set.low, set.high)
end

--- Expressions for every database, which text does not hold: two letters and a control byte.
---@type string[]
prefilter.decoys = {}
local decoy_pairs = "0x7ca-g2kTq u.zMBQHbNfTj w-5/Z=r"
for i = 1, #decoy_pairs // 2 do
  local pair = decoy_pairs:sub(2 * i - 1, 2 * i)
  prefilter.decoys[i] = print_literal(pair .. string.char(i % 8 + 1))
end

local function print_demand(literals)
  local expressions = {}
  for i, literal in ipairs(literals) do
    expressions[i] = print_literal(literal)
  end
  return expressions
end

---@param root table the tree of parse.lua
---@return string[][][]? weak  by alternative of the pattern a list of demands, each a list of expressions: where the
---  pattern matches, one expression of each demand of one alternative hits; nil: nothing selective is demanded
---@return integer min_literal of the first demands
function prefilter.weaken(root)
  local context = { demands = {} }
  local form, more = weak_form.lower(root, context), {}
  for _, demand in ipairs(context.demands) do
    demands.keep_all(more, demands.of(demand))
  end
  local alternatives = demands.alternatives(form, more) or demands.alternatives({ k = "cat", form }, more)
  if not alternatives then
    return nil, 0
  end
  local weak, min_literal = {}, huge
  for i, list in ipairs(alternatives) do
    weak[i] = { print_demand(list[1]) }
    for k = 2, #list do
      weak[i][#weak[i] + 1] = demands.selects(list[k]) and print_demand(list[k]) or nil
    end
    for _, literal in ipairs(list[1]) do
      min_literal = math.min(min_literal, #literal)
    end
  end
  return weak, min_literal
end

return prefilter
