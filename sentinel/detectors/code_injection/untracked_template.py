"""Template compiled from a parameter.

## Why it matters
A template of Jinja, Mako or Tornado is a program: `{{ x.__class__ }}` walks from any value to the interpreter. A function that
compiles what it is handed makes each of its callers answer for the text, also those that take it from a model's file, a prompt
that users write, or a page.

## What to do
1. Keep templates in the program's own files and hand them values.
2. Where others write templates, compile them in `jinja2.sandbox.SandboxedEnvironment` (better, its immutable form), or use an
   engine without logic.
3. Where every caller hands over the program's own text, say so in a comment and suppress the finding there.

## Known limits
Nobody's data was seen to arrive here: what an environment of the program's own compiles, what its scripts compile, and a parameter
that asks for one of its templates by its name (`row_template`, or `template` of a private function), is a note;
`jinja2.Template(text)` and `jinja2.Environment().from_string(text)` elsewhere are warnings. A sandboxed environment is trusted by
its name. Only parameters of functions and methods are told of, not texts of unknown origin.

## References
- https://cwe.mitre.org/data/definitions/1336.html
- https://jinja.palletsprojects.com/en/stable/sandbox/

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._story import detail, is_tooling, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_PROGRAMS = frozenset({"jinja2", "mako", "tornado", "cheetah", "chameleon", "genshi", "bottle"})
"""Engines whose templates can reach the interpreter."""


_RENDERERS = frozenset({"__call__", "render", "render_template", "render_string", "format"})
"""Names of functions whose very purpose is to compile what they are given."""
_TEMPLATE = expression(r"(?i)(?:^|_)template(?:_(?:str|string|text|source|content))?$")
"""Names of parameters that ask for a template."""


def _asks_for_one(flow: Flow) -> bool:
    """Whether compiling is what the function is for. A public one with any `template` hands on what its callers were given."""
    owner, name = flow.source.owner, flow.source.name
    if owner in _RENDERERS:
        return True
    is_private = owner.startswith("_") and not owner.startswith("__")
    return _TEMPLATE.search(name) is not None and (is_private or not name.startswith("template"))


@rule(
    "code-injection/untracked-template",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    cwe=1336,
    cvss="CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI05:2026"),
    bad=(
        Example("from jinja2 import Template\n\ndef build(text):\n    return Template(text)\n", (4,)),
        Example(
            "import jinja2\n\nclass Form:\n    def __init__(self, template: str):\n"
            "        self.made = jinja2.Environment().from_string(template)\n",
            (5,),
        ),
        Example(
            "from jinja2 import Template\n\ndef told(rows, *, row_template):\n"
            "    return [Template(row_template).render(row=row) for row in rows]\n",
            (4,),
        ),
        Example("from mako.template import Template\n\ndef show(text):\n    return Template(text).render()\n", (4,)),
        Example(
            "from jinja2 import Environment\n\nENV = Environment()\n\ndef build(text):\n    return ENV.from_string(text)\n", (6,)
        ),
        Example("from tornado.template import Template\n\ndef build(text):\n    return Template('<b>' + text)\n", (4,)),
    ),
    good=(
        Example(
            "from jinja2.sandbox import SandboxedEnvironment\n\n"
            "def build(text):\n    return SandboxedEnvironment().from_string(text)\n"
        ),
        Example("from jinja2 import Template\n\ndef build(name):\n    return Template('Hello {{ name }}').render(name=name)\n"),
        Example("from string import Template\n\ndef build(text):\n    return Template(text).substitute(a=1)\n"),
        Example("def build(text, name):\n    return text.format(name=name)\n"),
        Example("from jinja2 import Environment\n\ndef build(env: Environment, name):\n    return env.get_template(name)\n"),
        Example("from jinja2 import Template\nTEXT = 'Hello {{ n }}'\n\ndef build(n):\n    return Template(TEXT).render(n=n)\n"),
        Example("from jinja2 import Environment\n\ndef build(name):\n    return Environment().get_template(name + '.html')\n"),
        Example("from app import Template\n\ndef build(text):\n    return Template(text)\n"),
        Example(
            "from jinja2 import Template\n\nALL = {'a': 'x', 'b': 'y'}\n\n"
            "def build(kind):\n    return Template(ALL['a' if kind else 'b'])\n"
        ),
        Example(
            "from mako.template import Template\n\ndef build(name):\n    return Template(filename='page.mako').render(name=name)\n"
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A parameter that is compiled as a template."""
    if flow.sink.kind is SinkKind.TEMPLATE and flow.source.kind is SourceKind.PARAMETER and detail(flow, "engine") in _PROGRAMS:
        path = flow.sink.span.path
        is_likely = flow.sink.name.startswith("jinja2.") and not is_tooling(path) and not _asks_for_one(flow)
        document = workspace.read(path) if is_likely else None
        if document is not None and b"SandboxedEnvironment" in document.data:
            is_likely = False  # an environment known by its annotation alone may well be that one
        confidence = Confidence.MEDIUM if is_likely else None
        yield tell(flow, f"is compiled as a template (`{flow.sink.name}`)", confidence=confidence)
