--- The literals with one of which every match of a pattern begins.
--
-- A pattern is worth trying only where one of them stands: a word or two of a line instead of all its bytes
-- (src/ingest/patterns.c).  They are compared without the case of ASCII letters, and only in texts that are
-- ASCII, where no letter equals another one but for that.

local lists = require "logaudit.regex.lists"

-- A shorter one stands nearly everywhere.
local MIN_LENGTH <const> = 2
-- From here on more heads are worse than longer ones, and from there on longer ones tell nothing more.
local GOOD_LENGTH <const>, ENOUGH <const> = 3, 6
local MAX_HEADS <const> = 40
local MAX_SET <const> = 4

-- Recursive: the heads of a part, as { text, whole }: it is all that this way through the part matches. nil: unknown.
local heads_of

local function heads_of_text(node)
  local ascii = node.text:match "^[\0-\x7F]*"
  return { { text = ascii:lower(), whole = ascii == node.text } }
end

local function heads_of_set(node)
  local heads = {}
  for _, item in ipairs(node.items) do
    local low, high = item[1], item[2]
    if node.negate or type(item) == "string" or high > 0x7F or #heads + high - low >= MAX_SET then
      return nil
    end
    for code = low, high do
      heads[#heads + 1] = { text = string.char(code):lower(), whole = true }
    end
  end
  return heads
end

local function heads_of_alternatives(parts)
  return lists.joined(parts, MAX_HEADS, heads_of)
end

--- Each of the heads that goes on with each of the tails.
local function continued(heads, tails)
  local longer = {}
  for _, head in ipairs(heads) do
    if not head.whole or #head.text >= ENOUGH then
      longer[#longer + 1] = { text = head.text, whole = false }
    else
      for _, tail in ipairs(tails) do
        longer[#longer + 1] = { text = head.text .. tail.text, whole = tail.whole }
      end
    end
  end
  return longer
end

local function all_good(heads)
  for _, head in ipairs(heads) do
    if #head.text < GOOD_LENGTH then
      return false
    end
  end
  return true
end

local function heads_of_cat(parts)
  local heads, unknown = { { text = "", whole = true } }, { { text = "", whole = false } }
  for _, part in ipairs(parts) do
    local longer = continued(heads, heads_of(part) or unknown)
    local too_many = #longer > (all_good(heads) and #heads or MAX_HEADS)
    heads = too_many and continued(heads, unknown) or longer
  end
  return heads
end

local function heads_of_repetition(node)
  local found = heads_of(node.body)
  if not found or node.max == 0 then
    return nil
  elseif node.min == 0 then
    found[#found + 1] = { text = "", whole = true }
  end
  for _, head in ipairs(found) do
    head.whole = head.whole and (node.max == 1 or head.text == "" and node.min == 0)
  end
  return found
end

local function nothing()
  return { { text = "", whole = true } }
end

local function inside(node)
  return heads_of(node.body)
end

local readers = {
  text = heads_of_text, set = heads_of_set, alt = heads_of_alternatives, cat = heads_of_cat,
  rep = heads_of_repetition, at = nothing, look = nothing, group = inside, scope = inside, atomic = inside,
}

function heads_of(node)
  local read = readers[node.op]
  return read and read(node)
end

---@param root table the tree of parse.lua
---@return string[]? heads in lower case, of two bytes and more; nil: there are no such literals
return function(root)
  local texts = {}
  for _, head in ipairs(heads_of(root) or {}) do
    if #head.text < MIN_LENGTH then
      return nil
    end
    texts[#texts + 1] = head.text
  end
  local heads = lists.shortest(texts)
  return heads[1] and heads or nil
end
