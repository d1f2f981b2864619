# Indents JSON that is correct and on as few lines as its writer likes. For people to read: a bare Debian has
# neither jq nor Python. Everything is copied; blanks between values are the only thing added.
#
#   awk -f scripts/pretty-json.awk < result.json

function newline(    i) {
  printf "\n"
  for (i = 0; i < depth; i++)
    printf "  "
}

# What stands between strings: brackets, commas, colons, numbers, true, false, null.
function structure(text,    i, c) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == " " || c == "\t")
      continue
    if ((c == "}" || c == "]") && !fresh) {
      depth--
      newline()
    } else if (c == "}" || c == "]") {
      depth--
    } else if (fresh) {
      newline()
    }
    fresh = 0
    printf "%s", c
    if (c == "{" || c == "[") {
      depth++
      fresh = 1 # an empty one stays on its line
    } else if (c == ",") {
      newline()
    } else if (c == ":") {
      printf " "
    }
  }
}

function begin_string() {
  if (fresh)
    newline()
  fresh = 0
  printf "\""
}

# A quote after an odd number of backslashes is part of the string.
function is_escaped(text,    count) {
  for (count = 0; count < length(text) && substr(text, length(text) - count, 1) == "\\"; count++)
    ;
  return count % 2
}

{
  pieces = split($0, piece, "\"")
  inside = 0
  for (p = 1; p <= pieces; p++) {
    if (!inside)
      structure(piece[p])
    else
      printf "%s", piece[p]
    if (p == pieces)
      break
    if (!inside)
      begin_string()
    else
      printf "\""
    if (!inside || !is_escaped(piece[p]))
      inside = !inside
  }
}

END {
  printf "\n"
}
