--- What is the same on every page of html.lua. The sections are written in the order in which they are known, and shown
--- in the order that the style gives them.

local M = {}

local STYLE <const> = [[
:root{color-scheme:light dark;--back:#fff;--text:#1c2127;--dim:#66707c;--line:#e1e5ea;--box:#f5f7f9;
--critical:#a3123a;--high:#d4482b;--medium:#b87a00;--low:#2c76b8;--info:#7d8894}
@media(prefers-color-scheme:dark){:root{--back:#14181d;--text:#e3e8ee;--dim:#93a0ae;--line:#2c343d;--box:#1d232a;
--critical:#ff5c86;--high:#ff8263;--medium:#e5b04b;--low:#6db3f2;--info:#93a0ae}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem 1.5rem 4rem;background:var(--back);color:var(--text);
font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.3rem;margin:0}h2{font-size:1.05rem;margin:1.8rem 0 .5rem}header p,.meta,.axis{color:var(--dim);margin:.1rem 0}
main{display:flex;flex-direction:column}main>*{order:5;min-width:0}
.warning{order:0}.tiles{order:1}#timeline,#services{order:2}.filter{order:3}#groups{order:4}
#findings{order:6}#left{order:7}#sources,#notes{order:8}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:1rem}
.tile{background:var(--box);border-radius:.5rem;padding:.6rem 1rem;min-width:6.5rem;color:var(--dim);border-top:3px solid var(--line)}
.tile b{display:block;font-size:1.5rem;color:var(--text)}
.tile.critical{border-color:var(--critical)}.tile.high{border-color:var(--high)}.tile.medium{border-color:var(--medium)}
.tile.low{border-color:var(--low)}.tile.info{border-color:var(--info)}
.warning{border-left:4px solid var(--high);background:var(--box);padding:.1rem 1rem;margin-top:1rem}
.badge{display:inline-block;min-width:4.6rem;text-align:center;border-radius:1rem;border:1px solid;font-size:.8rem;padding:0 .5rem}
.badge.critical{color:var(--critical);font-weight:700}.badge.high{color:var(--high)}.badge.medium{color:var(--medium)}
.badge.low{color:var(--low)}.badge.info{color:var(--info)}
svg{width:100%;height:110px;background:var(--box);border-radius:.4rem}
rect.critical{fill:var(--critical)}rect.high{fill:var(--high)}rect.medium{fill:var(--medium)}rect.low{fill:var(--low)}
rect.info{fill:var(--info);opacity:.55}
.axis{display:flex;justify-content:space-between;font-size:.85rem}
.filter{position:sticky;top:0;background:var(--back);padding:.6rem 0;margin-top:1rem;display:flex;flex-wrap:wrap;gap:.8rem;z-index:1}
.filter input[type=search]{flex:1;min-width:14rem;padding:.4rem .7rem;font:inherit;color:inherit;background:var(--box);
border:1px solid var(--line);border-radius:.4rem}
details.row{border-bottom:1px solid var(--line);padding:.35rem 0}summary{cursor:pointer;overflow-wrap:anywhere}
details.row .count{display:inline-block;min-width:4rem;text-align:right;padding-right:.8rem}
details.row summary .meta{display:block;margin-left:9.4rem;font-size:.85rem}
pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--box);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere;
font:13px/1.4 ui-monospace,monospace}
pre.dim{color:var(--dim)}pre:empty{display:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--dim);font-weight:600;white-space:nowrap}td:first-child{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.4rem 0;font-size:.85rem}dt{color:var(--dim)}dd{margin:0}
footer{margin-top:3rem;color:var(--dim);font-size:.85rem}[hidden]{display:none!important}
]]

-- Hides the rows that do not hold the words, or whose severity is not asked for.
local SCRIPT <const> = [[
const rows = [...document.querySelectorAll(".row")];
const search = document.querySelector("input[type=search]");
const boxes = [...document.querySelectorAll("input[type=checkbox]")];
function show() {
  const words = search.value.toLowerCase().split(/\s+/);
  const asked = new Set(boxes.filter(b => b.checked).map(b => b.value));
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !asked.has(row.dataset.severity) || !words.every(w => text.includes(w));
    shown += !row.hidden;
  }
  document.querySelector("output").value = shown === rows.length ? "" : shown + " of " + rows.length + " rows";
}
search.addEventListener("input", show);
boxes.forEach(b => b.addEventListener("change", show));
]]

M.HEAD = '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>logaudit</title>'
  .. '<meta name="viewport" content="width=device-width,initial-scale=1">'
  .. "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
  .. "script-src 'unsafe-inline'\"><style>" .. STYLE .. "</style></head><body>\n"

local function filter()
  local boxes = {}
  for i, severity in ipairs { "critical", "high", "medium", "low", "info" } do
    boxes[i] = ('<label><input type="checkbox" value="%s" checked> %s</label>'):format(severity, severity)
  end
  return '<form class="filter" onsubmit="return false"><input type="search" placeholder="filter by words">'
    .. table.concat(boxes) .. "<output></output></form>\n"
end

M.FILTER = filter()

function M.tail(result)
  local engine = result.engine or {}
  return ("</main><footer>logaudit %s &middot; %s</footer><script>%s</script></body></html>\n"):format(
    engine.version or "", result.timestamp or "", SCRIPT)
end

return M
