"""Data that holds no slash is a name in a path, as long as it is not the whole of one."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_ROUTE = (
    "import os, re\nfrom pathlib import Path\nfrom urllib.parse import unquote, urlsplit, urlparse\n"
    "from flask import Flask, request\napp = Flask('x')\n\n@app.route('/')\ndef f():\n    sent = request.args['q']\n    {}\n"
)
NAMES = {
    "a piece before an ending": "name = sent.split('/')[2]\n    return (Path('base') / f'{name}.md').read_text()",
    "a piece behind a prefix": "return open('base/page-' + sent.split('/')[-1]).read()",
    "a piece put together in steps": "path = 'base/' + sent.split('/')[0]\n    path = path + '.md'\n    return open(path).read()",
    "a host before an ending": "return open(f'base/{urlparse(sent).hostname}.md').read()",
    "a host without dots": "return open('base/' + urlsplit(sent).netloc.replace('.', '_')).read()",
    "a host and a cleaned path": (
        "parsed = urlsplit(sent)\n    path = re.sub(r'[\\\\/:*?]', '_', parsed.path)\n"
        "    return open(f\"base/{parsed.netloc.replace('.', '_')}_{path}.md\").read()"
    ),
}
PATHS = {
    "a piece alone": "return open('base/' + sent.split('/')[2]).read()",
    "a piece as a folder": "return open('base/' + sent.split('/')[2] + '/x.md').read()",
    "a piece behind dots": "return open('base/.' + sent.split('/')[2]).read()",
    "a piece with slashes put in": "return open('base/' + re.sub('--', '/', sent.split('/')[-1]) + '.json').read()",
    "what is left": "return open('base/' + sent.split('/', 1)[1] + '.md').read()",
    "all pieces": "return open('base/' + '/'.join(sent.split('/')) + '.md').read()",
    "pieces as folders": "return open(str(Path('base', *sent.split('/'))) + '.md').read()",
    "pieces as folders of a folder": "return Path('base').joinpath(*sent.split('/')).read_text()",
    "a piece decoded": "return open('base/' + unquote(sent.split('/')[2]) + '.md').read()",
    "a piece with slashes again": "return open('base/' + sent.split('/')[2].replace('_', '/') + '.md').read()",
    "a host alone": "return open('base/' + urlsplit(sent).netloc + '/x.md').read()",
    "the way behind a host": "return open('base/' + urlsplit(sent).path + '.md').read()",
}


@pytest.mark.parametrize("lines", NAMES.values(), ids=NAMES)
def test_names(lines: str) -> None:
    """Data without a slash climbs nowhere within a longer name."""
    assert told(_ROUTE.format(lines)) == []


@pytest.mark.parametrize("lines", PATHS.values(), ids=PATHS)
def test_paths(lines: str) -> None:
    """Data that may be `..` between two slashes, or bring slashes of its own, climbs."""
    assert [kind for _, kind, _ in told(_ROUTE.format(lines))] == ["path-read"]
