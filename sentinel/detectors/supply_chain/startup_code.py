"""Code that Python runs at every start without being imported.

## Why it matters
Each line of a `.pth` file that begins with `import` is executed whenever Python starts, and so are `sitecustomize.py` and
`usercustomize.py`. Nothing imports them, no traceback names them, and they survive the removal of the package that brought them.

## What to do
1. Remove the file, or let it hold paths only.
2. Import what is needed where it is needed.
3. Look at what the line does, and where it was installed.

## Known limits
A line that only sets up coverage, an editable install or a known import hook is a note. Files with weights of models, which
have the same suffix, are not text and not read.

## References
- https://docs.python.org/3/library/site.html
- https://attack.mitre.org/techniques/T1546/018/
- https://cwe.mitre.org/data/definitions/506.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.supply_chain._launching import HIGH
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_ALARMING = expression(
    rb"\b(?:exec|eval|compile|b64decode|decompress|unhexlify|marshal|urlopen|requests|httpx|socket|subprocess|popen|Popen|os\.system|ctypes|chr\()"
)


@rule(
    "supply-chain/startup-code",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=506,
    cvss=HIGH,
    owasp=("MCP04:2025", "ASI04:2026", "ASI05:2026"),
    names=(".pth", "/sitecustomize.py", "/usercustomize.py"),
    patterns=(
        Pattern(rb"^import[ \t][^\n]{1,2000}", multiline=True),
        Pattern(
            rb"\b(?:exec|eval)[ \t]{0,4}\([^\n]{1,300}|\bos\.(?:system|popen)[ \t]{0,4}\("
            rb"|\bsubprocess\.\w{1,20}[ \t]{0,4}\(|\burlopen[ \t]{0,4}\("
        ),
    ),
    bad=(
        Example("import os; exec(__import__('base64').b64decode('YQ=='))\n", (1,), "a.pth"),
        Example("./lib\nimport subprocess; subprocess.Popen(['sh', 'x'])\n", (2,), "src/site/b.pth"),
        Example("import sys; exec(open('/tmp/a').read())\n", (1,), "c.pth"),
        Example("import a_hook\n", (1,), "d.pth"),
        Example("import base64\nexec(base64.b64decode('YQ=='))\n", (2,), "sitecustomize.py"),
        Example("from urllib.request import urlopen\nurlopen('https://in.example.org')\n", (2,), "usercustomize.py"),
    ),
    good=(
        Example("./lib\n../src\n", path="a.pth"),
        Example("# import os\n./lib\n", path="b.pth"),
        Example("import os\nexec(code)\n", path="app.py"),
        Example("import sys\nsys.path.append('lib')\n", path="sitecustomize.py"),
        Example("imports are described here\n", path="c.pth"),
        Example("import of goods\n", path="trade.txt"),
        Example("/srv/lib/python\n", path="d.pth"),
        Example("import coverage\ncoverage.process_startup()\n", path="sitecustomize.py"),
        Example("import a\n", path="notes.md"),
        Example("import React from 'react'\n", path="a.js"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A line of a .pth file that runs, or a call in a customisation module that runs something else."""
    name = document.path.rpartition("/")[2].lower()
    if hit.pattern == 0:
        if not name.endswith(".pth"):
            return
        text = hit.group()
        is_quiet = not _ALARMING.search(text)
        yield Match(
            document.span(hit.start, hit.end), "The line is executed at every start of Python.",
            severity=Severity.LOW if is_quiet else None, context="it only imports a module" if is_quiet else "",
        )  # fmt: skip
    elif name in ("sitecustomize.py", "usercustomize.py"):
        yield Match(
            document.span(hit.start, hit.end), "Code that Python runs at every start runs another program or uses the network."
        )
