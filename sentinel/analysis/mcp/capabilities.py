"""What the code behind a tool can do, by a cheap look at the names it calls.

This is a look, not a proof: a call by another name is missed, and a name that only looks like a dangerous one is taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from sentinel.model.document import Document, Language, Span
from sentinel.model.expression import expression

Range = tuple[int, int]
"""Half-open byte offsets in one document."""

_PYTHON = (
    (
        "shell",
        rb"\bos\.(?:system|popen|exec[lv]p?e?|spawn\w+)\s*\(|\bsubprocess\.\w+\s*\(|\bcreate_subprocess_(?:exec|shell)\s*\(|\bPopen\s*\(",
    ),
    ("code", rb"(?<![\w.])(?:eval|exec)\s*\(|(?<![\w.])compile\s*\([^)\n]*['\"]exec['\"]"),
    ("file-delete", rb"\bos\.(?:remove|unlink|rmdir|removedirs)\s*\(|\bshutil\.rmtree\s*\(|\.unlink\s*\(|\.rmdir\s*\("),
    (
        "file-write",
        rb"\bopen\s*\([^\n]{0,200}?,\s*(?:mode\s*=\s*)?['\"][rb]?[wax]\+?[bt]?\+?['\"]|\.write_(?:text|bytes)\s*\(|\bshutil\.(?:copy\w*|move)\s*\("
        rb"|\bos\.(?:rename|replace|makedirs|mkdir|symlink|chmod|chown)\s*\(|\.(?:mkdir|touch|rename|symlink_to)\s*\(",
    ),
    (
        "file-read",
        rb"(?<![\w.])open\s*\((?![^\n]{0,200}?,\s*(?:mode\s*=\s*)?['\"][wax])|\.read_(?:text|bytes)\s*\(|\bos\.(?:listdir|walk|scandir)\s*\(|\bglob\.i?glob\s*\(|\.(?:iterdir|rglob)\s*\(",
    ),
    (
        "network",
        rb"\b(?:requests|httpx|aiohttp)\.(?:get|post|put|patch|delete|head|request|stream|Client|AsyncClient|ClientSession|Session)\b"
        rb"|\burlopen\s*\(|\burlretrieve\s*\(|\bsocket\.(?:socket|create_connection)\s*\(|\bsmtplib\.|\bftplib\.|\bhttp\.client\.|\bparamiko\.|\bwebsockets?\.connect\s*\(",
    ),
    ("environment", rb"\bos\.environ\b|\bos\.getenv\s*\("),
    (
        "sql-write",
        rb"(?is)\.execute(?:many|script)?\s*\(\s*[a-z]{0,2}(?:'{3}|\"{3}|'|\")\s*(?:INSERT\s+INTO|UPDATE\s+\w|DELETE\s+FROM|DROP\s+(?:TABLE|DATABASE)|ALTER\s+TABLE|TRUNCATE|CREATE\s+TABLE)\b",
    ),
)
_SCRIPT = (
    (
        "shell",
        rb"(?<![\w.])(?:exec|execSync|execAsync|execFile|execFileSync|spawn|spawnSync|fork|execa)\s*\(|\bchild_process\.\w+\s*\(|\bBun\.\$|\bDeno\.Command\b",
    ),
    ("code", rb"(?<![\w.])eval\s*\(|\bnew\s+Function\s*\(|\bvm\.(?:runIn\w+|Script|compileFunction)\b"),
    ("file-delete", rb"\b(?:unlink|unlinkSync|rmdir|rmdirSync|rmSync|rimraf)\s*\(|\b(?:fs|fsp|promises|fsPromises)\.rm\s*\("),
    (
        "file-write",
        rb"\b(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|copyFile|copyFileSync|renameSync|mkdirSync|outputFile|writeTextFile)\s*\("
        rb"|\b(?:fs|fsp|promises|fsPromises)\.(?:rename|mkdir|chmod|symlink)\s*\(",
    ),
    ("file-read", rb"\b(?:readFile|readFileSync|createReadStream|readdir|readdirSync|readTextFile)\s*\("),
    (
        "network",
        rb"(?<![\w.])fetch\s*\(|\baxios(?:\.\w+)?\s*\(|\bhttps?\.(?:request|get)\s*\(|\bnew\s+WebSocket\s*\(|\bnet\.(?:connect|createConnection)\s*\(|(?<![\w.])got(?:\.\w+)?\s*\(|\bXMLHttpRequest\b|\bnodemailer\b|\bsendBeacon\s*\(",
    ),
    ("environment", rb"\bprocess\.env\b|\bDeno\.env\b|\bimport\.meta\.env\b"),
    (
        "sql-write",
        rb"(?is)\.(?:query|execute|exec|run|prepare)\s*\(\s*['\"`]\s*(?:INSERT\s+INTO|UPDATE\s+\w|DELETE\s+FROM|DROP\s+(?:TABLE|DATABASE)|ALTER\s+TABLE|TRUNCATE|CREATE\s+TABLE)\b",
    ),
)


@lru_cache(maxsize=2)
def _table(is_python: bool) -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in (_PYTHON if is_python else _SCRIPT))


def capabilities(document: Document, ranges: Iterable[Range]) -> tuple[tuple[str, Span], ...]:
    """One place for each capability of the code in the ranges, sorted by name; the earliest range with a hit gives the place."""
    found: dict[str, Span] = {}
    for part in ranges:
        for name, hit in _shown(document, part).items():
            found.setdefault(name, document.span(*hit))
    return tuple(sorted(found.items()))


def _shown(document: Document, part: Range) -> dict[str, Range]:
    """The first place of each capability in one range. Cached: hundreds of tools may call one function."""
    kept: dict[Range, dict[str, Range]] = document.cache.setdefault("mcp-capabilities", {})
    if part not in kept:
        hits = ((name, pattern.search(document.data, *part)) for name, pattern in _table(document.language is Language.PYTHON))
        kept[part] = {name: hit.span() for name, hit in hits if hit is not None}
    return kept[part]


_CALLED = expression(rb"(?<![\w])(?:(?:self|this|cls)\.|(\w+)\.)?(\w+)\s*\(")
_MOST_CALLED = 40


def reachable(document: Document, body: Range, lookup: Callable[[str], Range | None]) -> tuple[Range, ...]:
    """The body itself and the bodies of the functions of the same file that it calls, in the order of the calls; one level."""
    ranges = [body]
    seen: set[bytes] = set()
    for hit in _CALLED.finditer(document.data, *body):
        name = hit[2]
        target = lookup(name.decode("utf-8", "replace"))
        if name in seen or target is None or (target[0] < body[1] and body[0] < target[1]):
            continue
        seen.add(name)
        ranges.append(target)
        if len(ranges) > _MOST_CALLED:
            break
    return tuple(ranges)


_COMPARED = expression(rb"(?:===?\s{0,40}|\bcase\s{1,40})(['\"`])([^'\"`\n]{1,100})\1")


def compared_names(document: Document) -> dict[str, list[Range]]:
    """Where each constant name is compared, as dispatchers do: `name == "..."`, `case "..."`. Cached."""
    made: dict[str, list[Range]] | None = document.cache.get("mcp-compared")
    if made is None:
        made = {}
        for hit in _COMPARED.finditer(document.data):
            made.setdefault(hit[2].decode("utf-8", "replace"), []).append(hit.span())
        document.cache["mcp-compared"] = made
    return made
