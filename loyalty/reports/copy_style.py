"""How the copy that is read looks, on a screen and on paper: it stands in the file itself."""

from __future__ import annotations

STYLE = """\
:root { color-scheme: light dark; --ink: #0f1f1a; --soft: #3e4f48; --line: #cfd9d3; --ground: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef4f0; --soft: #b5c4bd; --line: #2a3833; --ground: #131e1b; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 16px/1.5 system-ui, "Segoe UI", Roboto,
  "Noto Sans", "Noto Sans Myanmar", "Noto Sans Arabic", "Myanmar Text", Padauk, sans-serif; }
:lang(my) { line-height: 1.75; }
main { max-width: 760px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 32px; line-height: 1.2; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 20px; line-height: 1.3; margin: 32px 0 8px; }
p { margin: 0; color: var(--soft); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 0; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top;
  font-weight: 400; overflow-wrap: anywhere; }
td { padding-inline-start: 16px; }
th:first-child { width: 32%; color: var(--soft); }
td:last-child:not(:nth-child(2)) { text-align: end; }
td:nth-child(2), td:last-child { min-width: 96px; }
.more { margin-block-start: 32px; }
summary { margin-block-start: 8px; font-weight: 700; cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px; text-align: start; }
@media (max-width: 480px) {
  tr { display: block; padding: 8px 0; border-block-end: 1px solid var(--line); }
  th, td { display: block; width: auto; padding: 0; border: 0; }
  th:first-child { width: auto; }
  td:last-child:not(:nth-child(2)) { text-align: start; }
}
@media print { main { max-width: none; padding: 0; } details, .more { display: none; } tr { break-inside: avoid; } }
"""
