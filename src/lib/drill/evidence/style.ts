// The look of report.html: one page without any request, light and dark, from 400 px on.

export const style = `
:root{color-scheme:light dark;--ink:#1c1f24;--soft:#5c6470;--line:#d5d9e0;--page:#fff;--good:#1a7f37;--bad:#c62828;--dim:#9a6700;--a:#2f6fdb;--b:#8b4fd6;--c:#0a8f8f;--d:#b85c00}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa4b2;--line:#39404b;--page:#14171c;--good:#4cc46c;--bad:#ff7b72;--dim:#e0b341;--a:#79a8ff;--b:#c297ff;--c:#4fd0d0;--d:#ffa657}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin-top:2.5rem}
.answer{font-weight:700}td span{white-space:nowrap}.pass{color:var(--good)}.fail{color:var(--bad)}.inconclusive,.not-tested{color:var(--dim)}.words{color:var(--soft);font-size:.85rem;margin-top:0}
.simulated{border:2px solid var(--dim);padding:.5rem .75rem;font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);}td:nth-child(2){overflow-wrap:anywhere;min-width:5rem}
th{color:var(--soft);font-weight:500}
svg{width:100%;min-width:34rem;height:auto;display:block;margin:.75rem 0}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg .tick{fill:var(--soft)}
svg path{stroke-width:1;fill:none}svg path.ok{stroke:var(--good)}svg path.fail{stroke:var(--bad)}svg path.unknown{stroke:var(--dim)}svg path.before{stroke:var(--line)}
.fault{stroke:var(--bad);stroke-dasharray:4 3}.phase{fill:var(--a)}.curve{fill:none;stroke-width:1.5}
.c0{stroke:var(--a)}.c1{stroke:var(--b)}.c2{stroke:var(--c)}.c3{stroke:var(--d)}
svg text.c0,svg text.c1,svg text.c2,svg text.c3{stroke:none}svg text.c0{fill:var(--a)}svg text.c1{fill:var(--b)}svg text.c2{fill:var(--c)}svg text.c3{fill:var(--d)}
`.trim()
