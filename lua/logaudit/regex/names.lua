--- Names of characters, for \N{...}: Latin letters and what is hard to see or to type. All of Unicode's would be a
--- hundred times as long as the rest of this library.

-- Each letter without its mark, then with it: LATIN SMALL LETTER E WITH ACUTE.
local marks = {
  ACUTE = "AÁaáCĆcćEÉeéIÍiíLĹlĺNŃnńOÓoóRŔrŕSŚsśUÚuúYÝyýZŹzź",
  BREVE = "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭ",
  CARON = "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzž",
  CEDILLA = "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ",
  CIRCUMFLEX = "AÂaâCĈcĉEÊeêGĜgĝHĤhĥIÎiîJĴjĵOÔoôSŜsŝUÛuûWŴwŵYŶyŷ",
  DIAERESIS = "AÄaäEËeëIÏiïOÖoöUÜuüYŸyÿ",
  ["DOT ABOVE"] = "CĊcċEĖeėGĠgġIİZŻzż",
  ["DOUBLE ACUTE"] = "OŐoőUŰuű",
  GRAVE = "AÀaàEÈeèIÌiìOÒoòUÙuù",
  MACRON = "AĀaāEĒeēIĪiīOŌoōUŪuū",
  OGONEK = "AĄaąEĘeęIĮiįUŲuų",
  ["RING ABOVE"] = "AÅaåUŮuů",
  STROKE = "DĐdđHĦhħLŁlłOØoøTŦtŧ",
  TILDE = "AÃaãIĨiĩNÑnñOÕoõUŨuũ",
}

local others = {
  [0x00] = "NULL", [0x09] = "CHARACTER TABULATION", [0x0A] = "LINE FEED", [0x0D] = "CARRIAGE RETURN", [0x1B] = "ESCAPE",
  [0x20] = "SPACE", [0x7F] = "DELETE", [0xA0] = "NO-BREAK SPACE", [0xA3] = "POUND SIGN", [0xA7] = "SECTION SIGN",
  [0xAB] = "LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", [0xAD] = "SOFT HYPHEN", [0xB0] = "DEGREE SIGN",
  [0xB1] = "PLUS-MINUS SIGN", [0xB5] = "MICRO SIGN", [0xB7] = "MIDDLE DOT",
  [0xBB] = "RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK", [0xC6] = "LATIN CAPITAL LETTER AE", [0xD7] = "MULTIPLICATION SIGN",
  [0xDF] = "LATIN SMALL LETTER SHARP S", [0xE6] = "LATIN SMALL LETTER AE", [0x131] = "LATIN SMALL LETTER DOTLESS I",
  [0x152] = "LATIN CAPITAL LIGATURE OE", [0x153] = "LATIN SMALL LIGATURE OE", [0x17F] = "LATIN SMALL LETTER LONG S",
  [0x200B] = "ZERO WIDTH SPACE", [0x200C] = "ZERO WIDTH NON-JOINER", [0x200D] = "ZERO WIDTH JOINER", [0x2010] = "HYPHEN",
  [0x2011] = "NON-BREAKING HYPHEN", [0x2013] = "EN DASH", [0x2014] = "EM DASH", [0x2018] = "LEFT SINGLE QUOTATION MARK",
  [0x2019] = "RIGHT SINGLE QUOTATION MARK", [0x201C] = "LEFT DOUBLE QUOTATION MARK",
  [0x201D] = "RIGHT DOUBLE QUOTATION MARK", [0x201E] = "DOUBLE LOW-9 QUOTATION MARK", [0x2022] = "BULLET",
  [0x2026] = "HORIZONTAL ELLIPSIS", [0x2028] = "LINE SEPARATOR", [0x2029] = "PARAGRAPH SEPARATOR", [0x202F] = "NARROW NO-BREAK SPACE",
  [0x20AC] = "EURO SIGN", [0x212A] = "KELVIN SIGN", [0x2190] = "LEFTWARDS ARROW", [0x2192] = "RIGHTWARDS ARROW",
  [0x2212] = "MINUS SIGN", [0x3000] = "IDEOGRAPHIC SPACE", [0xFEFF] = "ZERO WIDTH NO-BREAK SPACE", [0xFFFD] = "REPLACEMENT CHARACTER",
}

local function latin(letter)
  return ("LATIN %s LETTER %s"):format(letter:find "%u" and "CAPITAL" or "SMALL", letter:upper())
end

local codes = {}
for code, name in pairs(others) do
  codes[name] = code
end
for letter in ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"):gmatch "." do
  codes[latin(letter)] = letter:byte()
end
for mark, letters in pairs(marks) do
  for letter, marked in letters:gmatch "(%a)([\xC2-\xF4][\x80-\xBF]*)" do
    codes[latin(letter) .. " WITH " .. mark] = utf8.codepoint(marked)
  end
end

--- A code point by its name in any case, as CPython's unicodedata.lookup() finds it; nil when it is not listed here.
return function(name)
  return codes[name:upper()]
end
