"""File that every user of the machine may write.

## Why it matters
What everybody may write is not the program's any more: another user, or a process that was broken into, puts its own code, settings
or data there, and the program runs or believes it.

## What to do
1. Give rights to the owner alone, `0o600` for files and `0o700` for folders and programs.
2. Where several users share a file, give it to their group: `0o660` and `chown`.
3. A shared folder for temporary files needs the sticky bit, `0o1777`; better make one of your own with `tempfile.mkdtemp()`.

## Known limits
Only modes that are written as a number or by the names of the module `stat` are read; one that is computed is not. Rights that a
container's build or a shell gives are another matter.

## References
- https://docs.python.org/3/library/os.html#os.chmod
- https://cwe.mitre.org/data/definitions/732.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import Call, call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_SETTING = 1
"""Index of the pattern for Django's setting."""
_NUMBER = expression(r"['\"]?(?P<sign>0[oO]|0[xX])?(?P<digits>[0-9a-fA-F]{1,6})['\"]?")
_NAMED = expression(r"(?:\w+\.)?(?:constants\.)?S_I(?:WOTH|RWXO)\b")
_TAKEN_AWAY = expression(r"[~&^]")
_OTHERS_WRITE = 0o002
_STICKY = 0o1000


@rule(
    "code-injection/world-writable-file",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=732,
    cvss="CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N",
    owasp=("MCP02:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\b[lf]?chmod(?:Sync)?\("),
        Pattern(rb"^FILE_UPLOAD_(?:DIRECTORY_)?PERMISSIONS\s{0,4}=\s{0,4}(?P<mode>0o[0-7]{3,4})\b", multiline=True),
    ),
    bad=(
        python("import os\n\nos.chmod('settings.ini', 0o777)\n", (3,)),
        python("import os\n\nos.chmod(path, mode=0o666)\n", (3,)),
        python("from pathlib import Path\n\nPath('run.sh').chmod(0o777)\n", (3,)),
        python("import os, stat\n\nos.chmod(path, stat.S_IRWXU | stat.S_IWOTH)\n", (3,)),
        python("FILE_UPLOAD_PERMISSIONS = 0o666\n", (1,)),
        Example("import fs from 'node:fs';\n\nfs.chmodSync('settings.json', 0o777);\n", (3,), "a.ts"),
        Example("const fs = require('fs');\n\nfs.chmod('run.sh', '777', done);\n", (3,), "a.js"),
    ),
    good=(
        python("import os\n\nos.chmod('settings.ini', 0o600)\n"),
        python("import os\n\nos.chmod('run.sh', 0o755)\n"),
        python("import os\n\nos.chmod('shared', 0o1777)\n"),
        python("import os, stat\n\nos.chmod(path, os.stat(path).st_mode & ~stat.S_IWOTH)\n"),
        python("import os\n\nos.chmod(path, 0o777 & ~mask)\n"),
        python("import os\n\nos.chmod(path, mode)\n"),
        python("# os.chmod(path, 0o777)\n"),
        python("FILE_UPLOAD_PERMISSIONS = 0o640\n"),
        python("import os, stat\n\nos.chmod(path, stat.S_IRUSR | stat.S_IWUSR)\n"),
        Example("import fs from 'node:fs';\n\nfs.chmodSync('run.sh', 0o755);\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """Rights that let everybody write."""
    if not is_code(document, hit.start):
        return
    if hit.pattern == _SETTING:
        is_open = _lets_all_write(hit.group("mode").decode(), document)
    else:
        call = call_around(document, hit.end - 1)
        is_open = call is not None and _lets_all_write(_mode_of(call), document)
    if is_open:
        yield Match(document.span(hit.start, hit.end), "Every user of the machine may write what this gives rights to.")


def _mode_of(call: Call) -> str:
    """The rights a call gives, as they are written: the second argument, or the only one of a path's method."""
    if "mode" in call.keywords:
        return call.keywords["mode"]
    return call.positional[1] if len(call.positional) > 1 else next(iter(call.positional), "")


def _lets_all_write(written: str, document: Document) -> bool:
    number = _NUMBER.fullmatch(written)
    if number is None:
        return _NAMED.search(written) is not None and _TAKEN_AWAY.search(written) is None
    is_octal = number["sign"] in ("0o", "0O") or written[:1] in ("'", '"')
    is_octal = is_octal or (number["sign"] is None and written.startswith("0") and document.language is not Language.PYTHON)
    base = 8 if is_octal else 16 if number["sign"] else 10
    try:
        mode = int(number["digits"], base)
    except ValueError:
        return False
    return bool(mode & _OTHERS_WRITE) and not mode & _STICKY
