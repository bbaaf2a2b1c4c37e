"""Package index that is asked over plain HTTP, or whose certificate is not checked.

## Why it matters
Packages are programs. Over `http://`, or without a check of the certificate, anybody on the way between a build and its index can
answer with another program under the same name, and a build without hashes installs it.

## What to do
1. Use the index's `https://` address.
2. Trust a private certificate by naming it (`cafile`, `--cert`, `SSL_CERT_FILE`) instead of switching the check off.
3. Lock packages with hashes.

## Known limits
Indexes on this machine and hosts with a single label are not reported. Configuration that is made of variables is not looked at.

## References
- https://docs.npmjs.com/cli/configuring-npm/npmrc
- https://pip.pypa.io/en/stable/topics/https-certificates/
- https://cwe.mitre.org/data/definitions/319.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.supply_chain._launching import MEDIUM
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_LANGUAGES = (Language.TEXT, Language.INI, Language.TOML, Language.DOCKERFILE, Language.YAML, Language.SHELL, Language.DOTENV)
_ADDRESS = rb"[\"']?http://(?P<host>[\w.-]{1,100})"
_OPTION = rb"--(?:extra-)?(?:index-url|registry|default-index)[ \t=]{1,4}" + _ADDRESS
_SETTING = (
    rb"^[ \t]{0,8}(?:[\w@-]{1,60}:)?(?:registry|index-url|extra-index-url|index_url|npmRegistryServer"
    rb"|npmRegistryServer\"?|(?:PIP|UV)_(?:EXTRA_)?INDEX_URL)"
    rb"[\"' \t]{0,4}[=:][ \t]{0,4}" + _ADDRESS
)
_UNCHECKED = rb"^[ \t]{0,8}(?:strict-ssl[ \t]{0,4}=[ \t]{0,4}false|enableStrictSsl[ \t]{0,4}:[ \t]{0,4}false)"
_TRUSTED = rb"--trusted-host[ \t=]{1,4}(?P<host>[\w.-]{1,100})"
_NEAR = expression(
    rb"^(?:localhost|127\.[\d.]+|0\.0\.0\.0|10\.[\d.]+|192\.168\.[\d.]+|[\w-]+|.*\.(?:local|localhost|internal|test))$"
)
_ITS_FILES = expression(
    r"(?:^|/)(?:\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml|pip\.(?:conf|ini)|uv\.toml|\.pypirc)$|requirements[^/]*\.(?:txt|in)$"
)


@rule(
    "supply-chain/plaintext-package-index",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=319,
    cvss=MEDIUM,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    languages=_LANGUAGES,
    patterns=(
        Pattern(_OPTION),
        Pattern(_SETTING, multiline=True, literals=(b"http://",)),
        Pattern(_UNCHECKED, multiline=True, literals=(b"strict-ssl", b"enableStrictSsl")),
        Pattern(_TRUSTED),
    ),
    bad=(
        Example("registry=http://npm.example.org/\n", (1,), ".npmrc"),
        Example("@scope:registry=http://npm.example.org/\nstrict-ssl=false\n", (1, 2), ".npmrc"),
        Example("[global]\nindex-url = http://pip.example.org/simple\n", (2,), "pip.conf"),
        Example("flask\n--index-url http://pip.example.org/simple\n", (2,), "requirements.txt"),
        Example("FROM python:3.13\nRUN pip install --trusted-host pip.example.org firm-tools\n", (2,), "Dockerfile"),
        Example('npmRegistryServer: "http://npm.example.org"\n', (1,), ".yarnrc.yml"),
    ),
    good=(
        Example("registry=https://npm.example.org/\n", path=".npmrc"),
        Example("registry=http://localhost:4873/\n", path=".npmrc"),
        Example("registry=http://verdaccio:4873/\n", path=".npmrc"),
        Example("# registry=http://npm.example.org/\nstrict-ssl=true\n", path=".npmrc"),
        Example("[global]\nindex-url = https://pip.example.org/simple\n", path="pip.conf"),
        Example("--index-url https://pip.example.org/simple\n", path="requirements.txt"),
        Example("FROM python:3.13\nRUN pip install --trusted-host localhost firm-tools\n", path="Dockerfile"),
        Example("registry: http://example.org/schemas\n", path="settings.yml"),
        Example("homepage = http://example.org\n", path="setup.cfg"),
        Example("docker login --registry-auth http\n", path="a.sh"),
        Example("enableStrictSsl: true\n", path=".yarnrc.yml"),
        Example("Use --trusted-host pip.example.org at your own risk.\n", path="notes.txt"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """An address without encryption, or a check that is switched off, in a package manager's settings or a command."""
    line = document.line_bytes(document.line_of(hit.start)).lstrip()
    if line.startswith((b"#", b";", b"//")) or document.has_role(Role.VENDORED):
        return
    is_own = _ITS_FILES.search(document.path) is not None
    if not is_own and (hit.pattern in (1, 2) or document.language is Language.TEXT):
        return
    if hit.pattern != 2 and _NEAR.match(hit.group("host")):
        return
    what = ("is asked without encryption", "is asked without encryption", "is asked without a check of its certificate")[
        min(hit.pattern, 2)
    ]
    yield Match(document.span(hit.start, hit.end), f"The package index {what}.")
