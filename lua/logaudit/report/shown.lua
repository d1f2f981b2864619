--- Text of a log for readers that obey more than letters: control characters, and what turns the direction of writing
--- or has no width, are written out. Line ends and tabs stay.

local SIGNS <const> = {
  "\u{61C}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
  "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{FEFF}",
}

local function written_out(letter)
  return ("\\u%04x"):format(utf8.codepoint(letter))
end

---@param text string valid UTF-8
---@return string
return function(text)
  text = text:gsub("[\0-\8\11\12\14-\31\127]", written_out):gsub("\xC2[\x80-\x9F]", written_out)
  if text:find "[\xD8\xE2\xEF]" then
    for _, sign in ipairs(SIGNS) do
      text = text:gsub(sign, written_out(sign))
    end
  end
  return text
end
