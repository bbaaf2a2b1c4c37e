"""Path compared with a folder's name, not with the folder.

## Why it matters
`/srv/data-old/secret` begins with `/srv/data` and does not lie in it. A test by prefix without a separator at the end lets every
sibling through whose name begins the same way, whoever calls the function.

## What to do
1. Compare paths as paths: in Python `target.resolve().is_relative_to(root)`; in JavaScript `path.relative(root, target)` must not
   begin with `..` and not be absolute.
2. Or compare with `os.path.commonpath([target, root])`.
3. Where a prefix has to do, put the separator at its end: `root + os.sep`, `root + path.sep`.

## Known limits
Reported where the path was made in the same function and the test refuses or is the function's answer. A root that ends with a
separator because its caller put one there looks like any other.

## References
- https://cwe.mitre.org/data/definitions/22.html
- https://nvd.nist.gov/vuln/detail/CVE-2025-53110
- https://docs.python.org/3/library/os.path.html#os.path.commonprefix

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, function_around, is_code, line_before, reach_around
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_COMMON = 2
"""Index of the pattern for `os.path.commonprefix`."""
_CUT = 4
"""Index of the pattern for the beginning of a path, cut out and compared."""
_MADE = expression(
    rb"abspath\(|realpath|normpath\(|\.resolve\(|\.absolute\(|path\.join\(|path\.normalize\(|\bresolve\(|\bjoin\(|normalize\("
)
"""What makes a path of its parts."""
_ROOT = expression(
    rb"(?i)(?:root|dir|directory|folder|base|home|workspace|allowed|cwd|sandbox|path|prefix|location|storage|"
    rb"parent|public)s?\w*\Z"
)
_SEPARATED = expression(
    rb"\bsep\b|[/\\]['\"`]\s*\Z|[/\\]['\"`]\s*\)|\+\s*['\"`][/\\]|os\.sep|\$\{[\w.]*sep\}|"
    rb"trailing",
    re.IGNORECASE,
)
_REFUSES = expression(
    rb"\b(?:raise|return|abort|throw|continue|exit|reject|next|break|error|fail|deny|forbid)\b|\.status\(|"
    rb"sendStatus|\.error\("
)
_ANSWERS = expression(
    rb"(?i)(?:is|has|check|valid|within|inside|allow|safe|contain|sub|under|child|belong|relative|inside|"
    rb"in_?dir|permit)"
)
_MOST_AFTER = 400
_MOST_ABOVE = 8_000
"""Bytes above a function in which a folder that it sees is given its value."""
_MOST_COMPARED = 40
"""Bytes after a call within which its result is compared."""
_MOST_BYTES = 200_000
"""Of a document in which the function that makes a path is looked for."""
_CALLED = expression(rb"(?:await\s+)?(?:self\.|this\.)?(?P<name>[A-Za-z_$][\w$]{2,60})\(")
_ANSWER = expression(rb"(?:=>|\breturn\b)\s{0,40}[^\n;]{0,160}")
"""What a short function answers with."""
_OS = "import os\n"
_PATH = 'const path = require("path");\n'


def _python(text: str, *lines: int) -> Example:
    return Example(_OS + text, tuple(line + 1 for line in lines), "files.py")


def _script(text: str, *lines: int) -> Example:
    return Example(_PATH + text, tuple(line + 1 for line in lines), "files.js")


_WRITTEN_OUT = expression(rb"\(?[rRbBfFuU]{0,2}[\"'`]")
"""A text in the place of the folder."""


@rule(
    "code-injection/path-prefix-without-separator",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "ASI02:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    yields_to=("code-injection/broken-path-guard",),
    patterns=(
        Pattern(rb"(?:(?:\bnot |!|\breturn )[^\n;]{0,100}|\bnot \(\n[^;:#]{1,160}\))\.startswith\(\s{0,40}(?P<root>[^\n]{1,100})"),
        Pattern(rb"(?:!|\breturn |=> )[^\n;]{0,100}\.startsWith\(\s{0,40}(?P<root>[^\n]{1,100})"),
        Pattern(rb"\bos\.path\.commonprefix\(\s{0,40}(?P<root>[^\n]{1,120})"),
        Pattern(rb"\.indexOf\(\s{0,40}(?P<root>[\w$.]{1,60})\s{0,4}\)\s{0,4}(?:!==?|===?|<|>)\s{0,4}0\b"),
        Pattern(rb"\.(?:substr|substring|"
                rb"slice)\(\s{0,40}0\s{0,4},\s{0,40}(?P<root>[\w$.]{1,60})\.length\s{0,4}\)\s{0,4}[!=]==?\s{0,4}(?P=root)"),
    ),
    bad=(
        _python(
            "def find(root, name):\n    full = os.path.realpath(os.path.join(root, name))\n    if not full.startswith(root):\n"
            "        raise ValueError(name)\n    return full\n",
            3,
        ),
        _python(
            "def is_inside(root, name):\n    full = os.path.abspath(os.path.join(root, name))\n    return "
            "full.startswith(root)\n", 3
        ),
        _python(
            "def look(directory, name):\n    full = os.path.realpath(os.path.join(directory, name))\n"
            "    if os.path.commonprefix([full, directory]) != directory:\n        return None\n    return full\n",
            3,
        ),
        _python(
            "class Manager:\n    def get(self, name):\n        root = os.path.abspath(self.root)\n"
            "        full = os.path.join(root, name)\n        if not (os.path.abspath(full) + os.path.sep).startswith(root):\n"
            "            raise ValueError(name)\n        return full\n",
            5,
        ),
        _script(
            "function open(root, name) {\n  const full = path.resolve(root, name);\n"
            "  if (!full.startsWith(root)) throw new Error(name);\n  return full;\n}\n",
            3,
        ),
        _script(
            "function serve(root, name, res) {\n  const full = path.join(root, name);\n"
            "  if (full.indexOf(root) !== 0) return res.sendStatus(403);\n  res.sendFile(full);\n}\n",
            3,
        ),
        _script(
            "const inside = (root, name) => path.join(root, name);\nfunction open(root, name) {\n"
            "  const full = inside(root, name);\n"
            "  if (!full.startsWith(root)) throw new Error(name);\n  return full;\n}\n",
            4,
        ),
        _script(
            "function open(root, name) {\n  const full = path.normalize(path.join(root, name));\n"
            "  if (full.substr(0, root.length) !== root) throw new Error(name);\n  return full;\n}\n",
            3,
        ),
    ),
    good=(
        _python(
            "def find(root, name):\n    full = os.path.realpath(os.path.join(root, name))\n    if not root.endswith(os.sep):\n"
            "        root += os.sep\n    if not full.startswith(root):\n        raise ValueError(name)\n    return full\n"
        ),
        _python(
            "def find(root, name):\n    full = os.path.realpath(os.path.join(root, name))\n"
            "    if not full.startswith(root + os.sep):\n        raise ValueError(name)\n    return full\n"
        ),
        _python(
            "def find(root, name):\n    root = os.path.join(os.path.realpath(root), '')\n    full = os.path.realpath(root + name)\n"
            "    if not full.startswith(root):\n        raise ValueError(name)\n    return full\n"
        ),
        _python(
            "def find(root, name):\n    full = os.path.realpath(os.path.join(root, name))\n"
            "    if os.path.commonpath([full, root]) != root:\n        raise ValueError(name)\n    return full\n"
        ),
        _python("def find(name, prefix):\n    if not name.startswith(prefix):\n        raise ValueError(name)\n    return name\n"),
        _python(
            "def show(root, name):\n    full = os.path.abspath(name)\n    if full.startswith(root):\n        full = "
            "full[len(root):]\n"
            "    return full\n"
        ),
        _python(
            "def find(root, name):\n    full = os.path.abspath(name)\n    if not full.startswith('/srv/data/'):\n"
            "        raise ValueError(name)\n    return full\n"
        ),
        _script(
            "function open(root, name) {\n  const full = path.resolve(root, name);\n"
            "  if (!full.startsWith(root + path.sep)) throw new Error(name);\n  return full;\n}\n"
        ),
        _script(
            "function open(root, name) {\n  const full = path.resolve(root, name);\n"
            "  if (path.relative(root, full).startsWith('..')) throw new Error(name);\n  return full;\n}\n"
        ),
        _script(
            "const titled = (name) => name.trim();\nfunction known(name, prefix) {\n  const title = titled(name);\n"
            "  if (!title.startsWith(prefix)) return null;\n  return title;\n}\n"
        ),
        _script("function known(name, prefix) {\n  if (!name.startsWith(prefix)) return null;\n  return name;\n}\n"),
        _script(
            "function open(root, name) {\n  const full = path.resolve(root, name);\n"
            "  if (full !== root && !full.startsWith(`${root}${path.sep}`)) throw new Error(name);\n  return full;\n}\n"
        ),
        _script("// if (!full.startsWith(root)) throw new Error(name)\n"),
        _script(
            "function open(base, name) {\n  const root = base + path.sep;\n  const full = path.join(root, name);\n"
            "  if (full.slice(0, root.length) !== root) throw new Error(name);\n  return full;\n}\n"
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A test by prefix that refuses, or answers for the function, on a path that was made there."""
    if _WRITTEN_OUT.match(hit.group("root")):
        return  # before anything is parsed
    at = hit.start + (hit.group().rfind(b".starts") + 1 if hit.pattern < _COMMON else 0) + (1 if hit.pattern > _COMMON else 0)
    if not is_code(document, at):
        return
    call = call_around(document, at)
    if call is None or not call.positional:
        return
    start, end = function_around(document, at)
    low, high = reach_around(document, at)
    body = document.data[low:high]
    argument = hit.group("root").decode("utf-8", "replace") if hit.pattern == _CUT else call.positional[0]
    compared = _compared(call.callee, argument, hit.pattern)
    if (start, end) == (0, len(document.data)) or compared is None:
        return
    tested, root = (part.strip().encode() for part in compared)
    if not _is_folder(root, body) or _is_separated_outside(document, root, body, low):
        return
    if not _is_made(document, tested, body) or not _decides(document, hit, call.end, start):
        return
    yield Match(
        document.span(call.start, call.end),
        "A path only has to begin like a folder's name: for `/srv/data` a sibling such as `/srv/data-old` passes.",
    )


def _compared(callee: str, argument: str, pattern: int) -> tuple[str, str] | None:
    """What is tested, and the folder it is tested against."""
    if pattern == _COMMON:
        parts = argument.strip("[]() \n").split(",")
        return (parts[0], parts[1]) if len(parts) == 2 else None
    return callee.rpartition(".")[0], argument


def _is_folder(root: bytes, body: bytes) -> bool:
    """Whether the prefix is a name of a folder that ends without a separator."""
    bare = re.sub(rb"\A(?:str|String|os\.fspath)\((.*)\)\Z", rb"\1", root)
    if bare.startswith(b"sys."):
        return False  # where the interpreter is installed
    if not re.fullmatch(rb"[\w$.]+(?:\[\w+\]|\(\))?", bare) or (bare.isupper() and bare.endswith(b"PREFIX")):
        return False
    if not _ROOT.search(bare.rstrip(b"()")):
        return False
    given = re.findall(rb"(?<![\w.$])" + re.escape(bare) + rb"\s*(?::[^=\n]{1,40})?\+?=\s*([^=\n][^\n]*)", body)
    return not any(_SEPARATED.search(value) or b"''" in value or b'""' in value for value in given)


def _is_separated_outside(document: Document, root: bytes, body: bytes, start: int) -> bool:
    """Whether the folder is given its separator above the function, which only sees it."""
    assigned = rb"(?<![\w.$])" + re.escape(root) + rb"\s*(?::[^=\n]{1,40})?=\s*([^=\n][^\n]*)"
    if re.search(assigned, body):
        return False
    given = re.findall(assigned, document.data[max(0, start - _MOST_ABOVE) : start])
    return bool(given) and _SEPARATED.search(given[-1]) is not None


def _is_made(document: Document, tested: bytes, body: bytes) -> bool:
    """Whether the tested path is put together or resolved in the function, or by a short one of the document that it calls."""
    if _MADE.search(tested):
        return True
    names = re.findall(rb"[A-Za-z_$][\w$]*", re.sub(rb"\A(?:str|String|os\.fspath)\((.*)\)\Z", rb"\1", tested))
    if not names:
        return False
    given = re.findall(rb"(?<![\w.$])" + re.escape(names[0]) + rb"\s*(?::[^=\n]{1,40})?=\s*([^=\n][^\n]*(?:\n[^\n]*)?)", body)
    return any(_MADE.search(value) or _makes(document, value) for value in given)


def _makes(document: Document, value: bytes) -> bool:
    """Whether a value is what a function written above answers with, and that is a path put together."""
    called = _CALLED.match(value)
    if called is None or len(document.data) > _MOST_BYTES:
        return False
    name = re.escape(called["name"])
    begun = rb"(?:\b(?:const|let|var)\s+" + name + rb"\s*=[^\n;]{0,80}=>|\b(?:def|function)\s+" + name + rb"\()"
    written = re.search(begun + rb"[^\n;]{0,160}(?:\n[^\n]{0,160}){0,2}", document.data)
    answer = _ANSWER.search(written.group()) if written is not None else None
    return answer is not None and _MADE.search(answer.group()) is not None


def _decides(document: Document, hit: Hit, end: int, start: int) -> bool:
    """Whether the test refuses what fails it, or is the answer of a function that is asked for it."""
    before = line_before(document, hit.start) + document.data[hit.start : min(end, hit.start + _MOST_AFTER)]
    if re.search(rb"\breturn\b|=>", before) and b"if" not in before.split():
        head = document.data[max(0, start - 80) : start + 80]
        return _ANSWERS.search(head) is not None
    after = end + _MOST_COMPARED if hit.pattern == _COMMON else hit.end
    is_negated = re.search(rb"\bnot\b|!|<\s*0|(?:!==?|===?)\s*", document.data[hit.start : after]) is not None
    return is_negated and _REFUSES.search(document.data, end, end + _MOST_AFTER) is not None
