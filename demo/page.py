"""The demo as one HTML page that looks as a reviewer's page does; no network, no script."""

from __future__ import annotations

from jinja2 import DictLoader, Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

from demo import view
from demo.play import Played

_STYLE = """
:root { --mono: ui-monospace, "DejaVu Sans Mono", monospace; --edge: 1px solid #d1d9e0; --pale: #f6f8fa; --grey: #59636e; }
body { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; background: #fff;
  max-width: 1010px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 26px; font-weight: 400; }
h1 span, .wrote { color: var(--grey); }
h2 { font-size: 18px; border-bottom: var(--edge); padding-bottom: 6px; margin-top: 36px; }
.file { border: var(--edge); border-radius: 6px; margin: 16px 0; overflow: hidden; }
.name { background: var(--pale); padding: 8px 12px; font: 600 12px var(--mono); border-bottom: var(--edge); }
.line { font: 12px/20px var(--mono); white-space: pre; display: flex; }
.line b { width: 48px; flex: none; text-align: right; padding-right: 10px; color: var(--grey); font-weight: 400; }
.line i { width: 18px; flex: none; text-align: center; font-style: normal; }
.added { background: #dafbe1; }
.added b { background: #aceebb; color: #1f2328; }
.note { margin: 10px 12px 12px 60px; border: var(--edge); border-radius: 6px; }
.summary { margin-left: 0; }
.who { background: var(--pale); border-bottom: var(--edge); border-radius: 6px 6px 0 0; padding: 6px 14px; font-size: 13px; }
.who span { border: var(--edge); border-radius: 12px; padding: 1px 7px; font-size: 11px; margin-left: 6px; color: var(--grey); }
.text { padding: 4px 16px 10px; }
.text p { margin: 8px 0; }
.text code { background: #eff1f3; border-radius: 5px; padding: 2px 5px; font: 12px var(--mono); }
.text pre { background: var(--pale); border-radius: 6px; padding: 10px 12px; overflow: auto; }
.text pre code { background: none; padding: 0; }
.text a { color: #0969da; text-decoration: none; }
.text table { border-collapse: collapse; }
.text td, .text th { border: var(--edge); padding: 5px 11px; }
.outdated, .folded { opacity: .75; }
.check { border: var(--edge); border-radius: 6px; padding: 10px 14px; font-weight: 600; }
"""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>MCP Sentinel: the demo</title><style>{{ style }}</style></head><body>
<h1>Add ping and tickets <span>#1</span></h1>
{% for moment in moments %}
<section id="{{ moment.name }}"><h2>{{ moment.title }}</h2>
{% for file in moment.files %}
<div class="file"><div class="name">{{ file.path }}</div>
{% for line in file.lines %}
<div class="line{{ ' added' if line.is_added }}"><b>{{ line.number }}</b>
{#- white space counts in the page -#}
<i>{{ '+' if line.is_added }}</i><span>{{ line.text }}</span></div>
{% for note in line.notes %}{{ box(note) }}{% endfor %}
{% endfor %}
{% for note in file.loose %}{{ box(note) }}{% endfor %}
</div>
{% endfor %}
<div class="check">{{ moment.check }}</div>
<div class="note summary"><div class="who"><strong>github-actions</strong><span>bot</span></div>
<div class="text">{{ markdown(moment.summary) }}</div></div>
<p class="wrote">{{ moment.wrote }}</p>
</section>
{% endfor %}
</body></html>
"""

_BOX = """<div class="note {{ note.state }}"><div class="who"><strong>github-actions</strong><span>bot</span>
{% if note.state != 'open' %}<span>{{ note.state }}</span>{% endif %}</div>
<div class="text">{{ markdown(note.body) }}</div></div>"""

_TITLES = {"opened": "The pull request is opened", "synchronize": "After a second push"}


def moment(played: Played) -> dict[str, object]:
    """What the page shows of the state after a push; taken at once, because the state goes on."""
    stage = played.stages[-1]
    return {
        "name": stage.name,
        "title": _TITLES[stage.name],
        "files": tuple(view.files(played)),
        "check": view.check(played),
        "summary": view.summary(played),
        "wrote": view.wrote(stage),
    }


def page(moments: list[dict[str, object]]) -> str:
    """The page of all moments. The Markdown is the program's own, so its few HTML tags are kept, as GitHub keeps them."""
    environment = Environment(loader=DictLoader({"page": _PAGE, "box": _BOX}), autoescape=True)
    renderer = MarkdownIt("gfm-like", {"html": True, "linkify": False})

    def markdown(text: str) -> Markup:
        return Markup(renderer.render(text))  # what the program wrote is what the page is there to show

    def box(note: view.Note) -> Markup:
        return Markup(environment.get_template("box").render(note=note))  # rendered with autoescape

    environment.globals.update(markdown=markdown, box=box)
    return environment.get_template("page").render(moments=moments, style=Markup(_STYLE))  # our own constant
