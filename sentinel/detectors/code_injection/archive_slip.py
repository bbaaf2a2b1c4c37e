"""Archive unpacked without looking at its names.

## Why it matters
The members of an archive carry names such as `../../home/me/.bashrc`, absolute paths and links. Unpacking without a filter
writes wherever they say.

## What to do
1. Unpack with a filter: `archive.extractall(folder, filter="data")`.
2. Where the filter is missing, resolve each member's target and check that it lies in the folder; skip links.
3. Unpack what strangers sent into an empty folder of its own, with limits on count and size.

## Known limits
`zipfile` cleans names itself where it unpacks and is not reported there; a member that is written under its own name is. From
Python 3.14 on the safe filter is the default; which version runs is not known. A loop over the members that refuses or checks some
before is believed, unless it compares with `os.path.commonprefix`. A function named for unpacking answers for the archives of its
callers; other archives whose origin is not known are reported as a note.

## References
- https://docs.python.org/3/library/tarfile.html#extraction-filters
- https://cwe.mitre.org/data/definitions/22.html
- https://peps.python.org/pep-0706/

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_TAR = "import tarfile, io, base64, shutil"


@rule(
    "code-injection/archive-slip",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:H",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        tool('with tarfile.open(text) as archive:\n    archive.extractall("/srv")\nreturn ""', 2, uses=_TAR),
        tool('data = io.BytesIO(base64.b64decode(text))\ntarfile.open(fileobj=data).extractall("/srv")\nreturn ""', 2, uses=_TAR),
        tool('shutil.unpack_archive(text, "/srv")\nreturn ""', 1, uses=_TAR),
        route('tar = tarfile.open(fileobj=request.files["f"].stream)\ntar.extractall("/srv")\nreturn ""', 2, uses=_TAR),
        Example(
            'import tarfile\n\ndef unpack(path):\n    with tarfile.open(path) as archive:\n        archive.extractall("/srv")\n',
            (5,),
        ),
        Example(
            "import os, zipfile\n\ndef unpack(path):\n    with zipfile.ZipFile(path) as archive:\n"
            "        for name in archive.namelist():\n"
            '            open(os.path.join("/srv", name), "wb").write(archive.read(name))\n',
            (6,),
        ),
    ),
    good=(
        Example(
            "import tarfile\n\ndef unpack(path):\n    with tarfile.open(path) as archive:\n        for one in archive:\n"
            '            check(one.name)\n        archive.extractall("/srv")\n'
        ),
        Example(
            "import os, zipfile\n\ndef unpack(path):\n    with zipfile.ZipFile(path) as archive:\n"
            "        for name in archive.namelist():\n"
            '            open(os.path.join("/srv", os.path.basename(name)), "wb").write(archive.read(name))\n'
        ),
        tool('with tarfile.open(text) as archive:\n    archive.extractall("/srv", filter="data")\nreturn ""', uses=_TAR),
        tool('with zipfile.ZipFile("x.zip") as archive:\n    archive.extractall("/srv")\nreturn text', uses="import zipfile"),
        tool('with tarfile.open("x.tar", "w") as archive:\n    archive.add("/srv")\nreturn text', uses=_TAR),
        tool('with tarfile.open("x.tar") as archive:\n    return str(archive.getnames())', uses=_TAR),
        tool('with tarfile.open("x.tar") as archive:\n    archive.extractall("/srv", members=safe(archive))\nreturn ""', uses=_TAR),
        tool('frame = text.str.extractall("(a)")\nreturn str(frame)'),
        tool('shutil.unpack_archive("x.zip", "/srv")\nreturn text', uses=_TAR),
        tool('shutil.make_archive("x", "zip", "/srv")\nreturn text', uses=_TAR),
        Example("import pandas\n\nprint(pandas.Series(['a']).str.extractall('(a)'))\n"),
        Example('import zipfile\n\ndef unpack(path):\n    zipfile.ZipFile(path).extractall("/srv")\n'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """An archive that is unpacked with the names it brings."""
    if flow.sink.kind is not SinkKind.ARCHIVE:
        return
    words = f"is unpacked under the names it brings (`{flow.sink.name}`)"
    if flow.source.kind is SourceKind.PARAMETER and ("unpacker" in flow.sink.details or flow.broken_guards):
        yield tell(flow, words, Severity.MEDIUM, Confidence.MEDIUM, "whoever calls this chooses the archive")
    elif flow.source.kind is SourceKind.FILE:
        yield tell(flow, words, None, Confidence.LOW, "who made the archive was not found")
    elif flow.source.kind in UNTRACKED:
        yield tell(flow, words, Severity.MEDIUM, Confidence.LOW, "where the archive comes from was not found")
    else:
        yield tell(flow, words)
