"""Temporary file whose name is chosen before it is made.

## Why it matters
`mktemp` only names a file that does not exist yet. Between that and its opening another user of the machine can put a file or a
link there, which is then written to, read or run in its place.

## What to do
1. Let the file be made with its name: `tempfile.NamedTemporaryFile(delete=False)` or `tempfile.mkstemp()`.
2. For several files make a folder of its own: `tempfile.TemporaryDirectory()`, `tempfile.mkdtemp()`.
3. Where only a name is wanted, take one inside such a folder.

## Known limits
A name under which a folder, a pipe or a socket is made next is left out, since that fails where something stands there. Names put
together from the folder for temporary files and a constant are not seen.

## References
- https://docs.python.org/3/library/tempfile.html#tempfile.mktemp
- https://cwe.mitre.org/data/definitions/377.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Hit, Item, Match, Pattern, Severity, rule

_TAKEN = 1
"""Index of the pattern for the function without its module."""
_MOST_BEFORE = 120
_MOST_AFTER = 600
_HELD = expression(rb"([A-Za-z_]\w*)\s*(?::\s*\w+\s*)?=\s*(?:\w+\()?\s*$")
_FAILS_WHERE_SOMETHING_STANDS = ("mkfifo", "mkdir", "makedirs", "bind", "symlink", "link", "open_unix_server", "start_unix_server")


@rule(
    "code-injection/predictable-temporary-name",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=377,
    cvss="CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:H/A:N",
    owasp=("MCP05:2025",),
    languages=(Language.PYTHON,),
    patterns=(Pattern(rb"\btempfile\.mktemp\("), Pattern(rb"(?<![\w.])mktemp\("), Pattern(rb"\bos\.(?:tempnam|tmpnam)\(")),
    bad=(
        python("import tempfile\n\nname = tempfile.mktemp(suffix='.sh')\n", (3,)),
        python("import tempfile\nfrom pathlib import Path\n\npath = Path(tempfile.mktemp())\npath.write_text(script)\n", (4,)),
        python("from tempfile import mktemp\n\nwith open(mktemp(), 'w') as file:\n    file.write(text)\n", (3,)),
        python("import os\n\nopen(os.tempnam(), 'w')\n", (3,)),
        python("import os, tempfile\n\nname = tempfile.mktemp()\nos.mkdir(folder)\nopen(name, 'w')\n", (3,)),
    ),
    good=(
        python("import tempfile\n\nhandle, name = tempfile.mkstemp()\n"),
        python("import tempfile\n\nfolder = tempfile.mkdtemp()\n"),
        python("from own import mktemp\n\nname = mktemp()\n"),
        python("# tempfile.mktemp() is not used here\n"),
        python("text = 'tempfile.mktemp()'\n"),
        python("import os, tempfile\n\nname = tempfile.mktemp()\nos.mkfifo(name)\n"),
        python("import os, tempfile\n\nos.mkdir(tempfile.mktemp())\n"),
        python("import socket, tempfile\n\npath = tempfile.mktemp()\nserver = socket.socket(socket.AF_UNIX)\nserver.bind(path)\n"),
        python("def mktemp(folder):\n    return folder / 'a'\n"),
        python("import tempfile\n\nwith tempfile.TemporaryDirectory() as folder:\n    pass\n"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A name without a file, unless what is made under it cannot take the place of another."""
    if not is_code(document, hit.start) or (hit.pattern == _TAKEN and b"mktemp" not in taken_from(document, b"tempfile")):
        return
    around = call_around(document, hit.start, 2)
    if around is not None and around.callee.endswith(_FAILS_WHERE_SOMETHING_STANDS):
        return
    if _is_made_alone(document, hit):
        return
    yield Match(
        document.span(hit.start, hit.end - 1),
        "A temporary file is named before it is made, so that another user can put something there first.",
    )


def _is_made_alone(document: Document, hit: Hit) -> bool:
    """Whether what is made next under the name is made only where nothing stands."""
    held = _HELD.search(document.data[max(0, hit.start - _MOST_BEFORE) : hit.start].rpartition(b"\n")[2])
    if held is None:
        return False
    makers = "|".join(_FAILS_WHERE_SOMETHING_STANDS).encode()
    made = re.compile(rb"\b(?:" + makers + rb")\([^()\n]{0,40}?(?<!\w)" + re.escape(held[1]) + rb"(?!\w)")
    return made.search(document.data, hit.end, hit.end + _MOST_AFTER) is not None
