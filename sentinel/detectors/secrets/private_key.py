"""Private key in the tree.

## Why it matters
A private key proves an identity: of a server, a signer, a person. With a copy of it somebody else is that identity, and nothing
that was signed or encrypted with it can be trusted any longer.

## What to do
1. Replace the key pair and revoke the certificates or authorised keys that name it.
2. Remove the file; if the repository is shared, treat the key as public from now on.
3. Make keys where they are used, or fetch them at run time from a secret store.
4. Add the file name to `.gitignore` and keep only a template.

## Known limits
Encrypted keys are reported as medium, keys in tests and examples, and those whose name says so (`TEST_KEY`), as low: they are
nearly always made for the test. A key is only seen in PEM or OpenSSH form, as a PuTTY file, or as a JSON Web Key.

## References
- https://www.rfc-editor.org/rfc/rfc7468
- https://www.rfc-editor.org/rfc/rfc7517
- https://cwe.mitre.org/data/definitions/321.html
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator

from sentinel.analysis.credentials import entropy, is_placeholder
from sentinel.detectors.secrets._token import is_tried
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_BEGIN = rb"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP|SSH2 ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----"
_END = expression(rb"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_TYPE = rb"\bkty['\"]?\s{0,4}:\s{0,4}['\"](?:RSA|EC|OKP|oct)['\"]"
_SECRET_MEMBER = expression(rb"(?<![A-Za-z0-9_])[dk]['\"]?\s{0,4}:\s{0,4}['\"](?P<value>[A-Za-z0-9_-]{40,1400})['\"]")
"""What a JSON Web Key has and its public half has not."""
_IN_BASE64 = rb"\bLS0tLS1CRUdJTiB[EFPQS][A-Za-z0-9+/]{60}"
"""A block that is written in base 64 once more, as manifests and environment variables hold it: its first line starts so."""
_WEB_KEY, _WRAPPED = 2, 3
_MOST_OF_WEB_KEY = 6_000
_BLOCK = expression(_BEGIN)
_ENCODED = expression(rb"[A-Za-z0-9+/]+")
_SHOWN = 20
"""Bytes of a block in base 64 that are pointed at: they are the same in all."""
_MOST_BYTES = 20_000
"""A 16,384-bit RSA key in PEM has about 12,700 bytes."""
_LEAST_BODY = 40
_MOST_NAME = 200
_MADE_UP = expression(rb"(?i)(?:^|[^a-z])(?:test|fake|dummy|mock|example|sample|snakeoil|fixture)(?:s|ing|_|[A-Z0-9\W]|$)")
"""A name before the block, on its line, that says what the key is for."""
_OF_THIS_MACHINE = expression(r"(?i)(?:^|[/_.-])(?:localhost|snakeoil|dummy|fake)(?:[_.-][^/]*)?$")
"""A file that is named after the machine it is for, which is everybody's own, or that says that its key is none."""
_PAGES = expression(r"(?i)(?:^|/)docs?(?:umentation)?/")
_HEADERS = rb"(?:Proc-Type|DEK-Info|Version|Comment|Hash)"
_HEADER = expression(_HEADERS)
_NOISE = expression(rb"\\[nrt]|[\s\"'`+,|\\>]+|" + _HEADERS + rb"[^\n]*\n")
_IN_NO_KEY = expression(rb"[^A-Za-z0-9+/=.:\s\"'`,|\\>-]")
"""What stands in no block without headers; most of what begins like one is text about keys, or code."""


def _in_base64(kind: str) -> str:
    """A block that is written in base 64 once more, for the examples."""
    body = "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\n" * 3
    return b64encode(f"-----BEGIN {kind} KEY-----\n{body}-----END {kind} KEY-----\n".encode()).decode()


@rule(
    "secrets/private-key",
    on=Item.DOCUMENT,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=321,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    patterns=(Pattern(_BEGIN), Pattern(rb"^PuTTY-User-Key-File-[23]: ", multiline=True), Pattern(_TYPE), Pattern(_IN_BASE64)),
    bad=(
        Example(
            "-----BEGIN <+>PRIVATE<+> KEY-----\n"
            + "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\n" * 4
            + "-----END PRIVATE KEY-----\n",
            (1,),
            "server.pem",
        ),
        Example(
            'KEY = """-----BEGIN RSA <+>PRIVATE<+> KEY-----\n'
            + "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\n" * 3
            + '-----END RSA PRIVATE KEY-----"""\n',
            (1,),
        ),
        Example(
            '{"private_key": "-----BEGIN <+>PRIVATE<+> KEY-----\\n'
            + "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\\n" * 2
            + '-----END PRIVATE KEY-----\\n"}\n',
            (1,),
            "sa.json",
        ),
        Example(
            "\n-----BEGIN OPENSSH <+>PRIVATE<+> KEY-----\n"
            + "b3BlbnNzaC1rk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4T\n" * 3
            + "-----END OPENSSH PRIVATE KEY-----\n",
            (2,),
            "id_ed25519",
        ),
        Example(
            "  key: |\n    -----BEGIN EC <+>PRIVATE<+> KEY-----\n"
            "    MHcCAQEEIk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8B\n"
            "    v3Cn6Md5Fj1HsKp9Qw2Er4Ty6Ui8Op0==\n    -----END EC PRIVATE KEY-----\n",
            (2,),
            "secret.yaml",
        ),
        Example(
            '{"keys": [{"kty": "OKP", "crv": "Ed25519",\n  "d": "k7Rw2Xq9Lm4Tz8Vb3Nc6<+>Hd5Jf1Gs0PaEu6Yi3Oo7Qk2W",'
            ' "x": "Wq4nB8sYt2Lc"}]}\n',
            (2,),
            "jwks.json",
        ),
        Example("kind: Secret\ndata:\n  tls.key: " + _in_base64("PRIVATE") + "\n", (3,), "secret.yaml"),
    ),
    good=(
        Example("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n", path="a.pem"),
        Example('{"keys": [{"kty": "RSA", "e": "AQAB", "n": "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2W"}]}\n', path="jwks.json"),
        Example('interface Key { kty: "EC"; d: string; x: string }\n', path="a.ts"),
        Example('if "-----BEGIN PRIVATE KEY-----" in text:\n    raise ValueError\n'),
        Example("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n", path="README.md"),
        Example('PEM = "-----BEGIN RSA PRIVATE KEY-----\\nYOUR KEY HERE\\n-----END RSA PRIVATE KEY-----"\n'),
        Example('HEADERS = ("-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----")\n'),
        Example(
            "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQsw\n-----END CERTIFICATE-----\n",
            path="a.crt",
        ),
        Example("The file starts with `-----BEGIN OPENSSH PRIVATE KEY-----`.\n", path="docs/a.md"),
        Example(
            "-----BEGIN PRIVATE KEY-----\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n-----END PRIVATE KEY-----\n",
            path="a.pem",
        ),
        Example("-----BEGIN PRIVATE KEY-----\n<base64 of the key>\n-----END PRIVATE KEY-----\n", path="a.md"),
        Example("kind: Secret\ndata:\n  tls.crt: " + _in_base64("PUBLIC") + "\n", path="secret.yaml"),
        Example("grep -q 'BEGIN RSA PRIVATE KEY' \"$1\"\n", path="a.sh"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A key block with a body that can be a key."""
    if hit.pattern == _WEB_KEY:
        yield from _web_key(document, hit)
        return
    end, body = _wrapped(document, hit) if hit.pattern == _WRAPPED else _body(document, hit)
    if len(body) < _LEAST_BODY or entropy(body) < 3.5 or is_placeholder(body[:80].strip(b"-=.")):
        return
    header = hit.group()[:_SHOWN] if hit.pattern == _WRAPPED else hit.group()
    is_encrypted = b"ENCRYPTED" in document.data[hit.start : hit.start + 200]
    severity, context = (Severity.MEDIUM, "the key is encrypted") if is_encrypted else (None, "")
    named = document.data[max(0, hit.start - _MOST_NAME) : hit.start].rpartition(b"\n")[2]
    if is_tried(document) or _OF_THIS_MACHINE.search(document.path) or _MADE_UP.search(named):
        severity, context = Severity.LOW, "in a test or an example"
    elif document.has_role(Role.DOCUMENTATION) and (_PAGES.search(document.path) or named.strip()):
        severity, context = Severity.LOW, "in documentation"
    elif document.has_role(Role.VENDORED):
        severity, context = Severity.LOW, "in a copy of published code"
    yield Match(
        document.span(hit.start, hit.start + len(header.rstrip())),
        "A private key stands in the file.",
        secret=Secret(hit.start, end, is_strong=True, name="private key"),
        severity=severity,
        confidence=Confidence.MEDIUM if context else None,
        context=context,
    )


def _web_key(document: Document, hit: Hit) -> Iterator[Match]:
    """The secret member of a JSON Web Key, in the object in which its type stands."""
    first = max(0, document.data.rfind(b"{", 0, hit.start), hit.start - _MOST_OF_WEB_KEY)
    last = document.data.find(b"}", hit.end, hit.end + _MOST_OF_WEB_KEY)
    found = _SECRET_MEMBER.search(document.data, first, last if last > 0 else hit.end + _MOST_OF_WEB_KEY)
    if found is None or entropy(found["value"]) < 3.5 or is_placeholder(found["value"]):
        return
    is_shown = is_tried(document) or document.has_role(Role.DOCUMENTATION)
    yield Match(
        document.span(*found.span("value")),
        "A private key stands in the file (a JSON Web Key).",
        secret=Secret(*found.span("value"), is_strong=True, name="private key"),
        severity=Severity.LOW if is_shown else None,
        confidence=Confidence.MEDIUM if is_shown else None,
        context="in a test, an example or documentation" if is_shown else "",
    )


def _wrapped(document: Document, hit: Hit) -> tuple[int, bytes]:
    """The offset after the base 64 and the body of the block in it; empty when it is no private key."""
    written = _ENCODED.match(document.data, hit.start, hit.start + _MOST_BYTES)
    run = written.group() if written is not None else b""
    said = b64decode(run[: len(run) // 4 * 4])
    begin = _BLOCK.match(said)
    body = _NOISE.sub(b"", said[begin.end() :].partition(b"-----END")[0]) if begin is not None else b""
    return hit.start + len(run), body


def _body(document: Document, hit: Hit) -> tuple[int, bytes]:
    """The offset after the block and its base64 body, without line ends, quotes and headers; empty when there is no end."""
    window = document.data[hit.end : hit.end + _MOST_BYTES]
    if hit.pattern == 1:
        return hit.end + min(len(window), 4_000), _NOISE.sub(b"", window[:4_000])
    found = _END.search(window, at) if (at := window.find(b"-----END ")) >= 0 else None
    if found is None:
        return hit.end, b""
    if _IN_NO_KEY.search(window, 0, found.start()) and not _HEADER.search(window, 0, found.start()):
        return hit.end, b""
    body = _NOISE.sub(b"", window[: found.start()])
    is_base64 = re.fullmatch(rb"[A-Za-z0-9+/=.:-]+", body) is not None
    return hit.end + found.end(), body if is_base64 else b""
