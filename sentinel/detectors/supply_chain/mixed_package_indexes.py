"""Packages looked for in several indexes at once.

## Why it matters
With `--extra-index-url` pip takes the highest version of a name that any of the indexes offers. Somebody who registers the name
of a private package on the public index, with version 99, is installed instead of it: dependency confusion. It has happened to
large firms and to builds of well-known frameworks.

## What to do
1. Use one index that serves both, with the private names reserved there (`--index-url`).
2. With uv, bind the names to their index: `explicit = true` and `[tool.uv.sources]`; with Poetry, `priority = "explicit"`.
3. Register the private names on the public index yourself.
4. Install with hashes (`--require-hashes`), which a package of the same name cannot meet.

## Known limits
Whether a package is private cannot be known here. In a file whose requirements all have hashes the option is not reported.

## References
- https://pip.pypa.io/en/stable/cli/pip_install/
- https://docs.astral.sh/uv/concepts/indexes/
- https://cwe.mitre.org/data/definitions/427.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.supply_chain._launching import MEDIUM
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_OPTION = rb"--extra-index-url[ \t=]{1,4}[\"']?(?P<a>[^\s\"']{1,200})"
_SETTING = rb"^[ \t]{0,8}(?:extra-index-url|extra_index_url)[ \t]{0,4}=[ \t]{0,4}[^\n]{1,200}"
_STRATEGY = rb"(?:index-strategy|UV_INDEX_STRATEGY)[\"' \t]{0,4}[=: \t][ \t\"']{0,4}unsafe-[a-z-]{1,40}"
_VARIABLE = rb"\b(?:PIP|UV)_EXTRA_INDEX_URL[ \t]{0,4}[=:][ \t]{0,4}[\"']?(?P<b>[^\s\"']{1,200})"
_PRIORITY = rb"^[ \t]{0,8}(?:priority[ \t]{0,4}=[ \t]{0,4}[\"']secondary[\"']|secondary[ \t]{0,4}=[ \t]{0,4}true)"
_LANGUAGES = (Language.TEXT, Language.INI, Language.TOML, Language.DOCKERFILE, Language.YAML, Language.SHELL, Language.DOTENV)
_EXTRA = "--extra-index-url https://pip.example.org/simple"


@rule(
    "supply-chain/mixed-package-indexes",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=427,
    cvss=MEDIUM,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    languages=_LANGUAGES,
    patterns=(
        Pattern(_OPTION),
        Pattern(_SETTING, multiline=True),
        Pattern(_STRATEGY),
        Pattern(_VARIABLE),
        Pattern(_PRIORITY, multiline=True, literals=(b"secondary",)),
    ),
    bad=(
        Example(f"{_EXTRA}\nflask\nfirm-tools\n", (1,), "requirements.txt"),
        Example("[global]\nextra-index-url = https://pip.example.org/simple\n", (2,), "pip.conf"),
        Example(f"FROM python:3.13\nRUN pip install {_EXTRA} firm-tools\n", (2,), "Dockerfile"),
        Example('[tool.uv]\nindex-strategy = "unsafe-best-match"\n', (2,), "pyproject.toml"),
        Example(
            "on: push\njobs:\n  a:\n    env:\n      PIP_EXTRA_INDEX_URL: https://pip.example.org/simple\n    steps:\n  "
            "    - run: make\n",
            (5,),
            ".github/workflows/a.yml",
        ),
        Example(
            '[[tool.poetry.source]]\nname = "firm"\nurl = "https://pip.example.org"\nsecondary = true\n', (4,), "pyproject.toml"
        ),
    ),
    good=(
        Example("FROM a\nRUN uv pip install \\\n    --extra-index-url https://pip.example.org/simple b\n", path="Dockerfile"),
        Example("--index-url https://pip.example.org/simple\nflask\n", path="requirements.txt"),
        Example(f"{_EXTRA}\nflask==3.0 \\\n  --hash=sha256:aa\n", path="requirements.txt"),
        Example(f"# {_EXTRA}\nflask\n", path="requirements.txt"),
        Example("[global]\nindex-url = https://pip.example.org/simple\n", path="pip.conf"),
        Example("FROM python:3.13\nRUN pip install --index-url https://pip.example.org/simple firm-tools\n", path="Dockerfile"),
        Example('[tool.uv]\nindex-strategy = "first-index"\n', path="pyproject.toml"),
        Example('[[tool.uv.index]]\nname = "firm"\nurl = "https://pip.example.org"\nexplicit = true\n', path="pyproject.toml"),
        Example(
            '[[tool.poetry.source]]\nname = "firm"\nurl = "https://pip.example.org"\npriority = "explicit"\n', path="pyproject.toml"
        ),
        Example("PIP_INDEX_URL=https://pip.example.org/simple\n", path=".env"),
        Example(f"Do not use `{_EXTRA}`.\n", path="notes.txt"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A setting that adds an index to the others."""
    line = document.line_bytes(document.line_of(hit.start)).strip()
    if line.startswith((b"#", b"//", b";")) or document.has_role(Role.VENDORED):
        return
    if document.language is Language.TEXT and not document.has_role(Role.MANIFEST):
        return
    if document.has_role(Role.MANIFEST) and document.holds(b"--hash="):
        return
    if _is_of_uv(document, hit) and not document.first(_UNSAFE):
        return  # the first index that has the package is taken, https://docs.astral.sh/uv/concepts/indexes/
    yield Match(
        document.span(hit.start, hit.end),
        "Packages are looked for in a further index; the highest version of any of them is taken.",
    )


_UNSAFE = expression(_STRATEGY)
_UV = expression(rb"\buv[ \t]{1,4}(?:pip|add|sync|lock|run|tool)\b|\buvx\b|\bUV_EXTRA_INDEX_URL$")
_MOST_OF_TABLE = 20_000
"""Bytes above a setting in which the head of its table is looked for."""
_LINES = expression(rb"(?<!\\)\r?\n")


def _is_of_uv(document: Document, hit: Hit) -> bool:
    """Whether uv reads it: by the command in front, by the variable's name, or by the table it stands in."""
    before = document.data[max(0, hit.start - 500) : hit.start]
    if _UV.search(_LINES.split(before)[-1]) or hit.group().startswith(b"UV_"):
        return True
    table = re.findall(rb"(?m)^[ \t]*\[([^\]\n]{1,60})\]", document.data[max(0, hit.start - _MOST_OF_TABLE) : hit.start])
    return bool(table) and table[-1].strip().startswith(b"tool.uv")
