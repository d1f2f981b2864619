--- Texts as malware hides them: what base64 and UTF-16 make of a string.

local M = {}

local ALPHABET <const> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

---@param bytes string
---@return string
function M.base64(bytes)
  local out = {}
  for at = 1, #bytes, 3 do
    local a, b, c = bytes:byte(at, at + 2)
    local word = a << 16 | (b or 0) << 8 | (c or 0)
    for i = 0, 3 do
      local index = (word >> (18 - 6 * i) & 63) + 1
      out[#out + 1] = (i == 2 and not b or i == 3 and not c) and "=" or ALPHABET:sub(index, index)
    end
  end
  return table.concat(out)
end

local FROM <const>, CUT <const> = { 1, 3, 4 }, { [0] = 0, [1] = 3, [2] = 2 }

--- What base64 of a longer text holds of these bytes, for each place that they may have in it.
---@param bytes string
---@return string[]
function M.base64_offsets(bytes)
  local out = {}
  for i = 0, 2 do
    local text = M.base64((" "):rep(i) .. bytes)
    out[i + 1] = text:sub(FROM[i + 1], #text - CUT[(#bytes + i) % 3])
  end
  return out
end

---@param text string UTF-8
---@param format string of string.pack, for a unit: "<I2", ">I2"
---@return string
function M.utf16(text, format)
  local out = {}
  for _, code in utf8.codes(text) do
    if code >= 0x10000 then
      out[#out + 1] = format:pack(0xD800 + (code - 0x10000 >> 10))
      code = 0xDC00 + (code - 0x10000 & 0x3FF)
    end
    out[#out + 1] = format:pack(code)
  end
  return table.concat(out)
end

return M
