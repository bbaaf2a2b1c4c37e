"""Text encrypted with a constant nonce.

## Why it matters
An initialisation vector or nonce makes equal texts look different. With the same one for every text, equal beginnings show in CBC,
and in CTR, GCM and ChaCha20 two texts give each other away and the key of the check can be computed.

## What to do
1. Make a fresh one for each text with the system's generator, `os.urandom(12)` or `crypto.randomBytes(12)`, and send it along: it
   is no secret.
2. Or use a recipe that does so by itself: `cryptography.fernet.Fernet(key).encrypt(text)`.
3. Encrypt what is stored anew with a new key.

## Known limits
One that comes from elsewhere, is counted up wrongly or is derived from the key is not seen. Code that only decrypts reads what
another program wrote, and is not reported. A key that is used for one text only may have a constant nonce; that is not known here.

## References
- https://csrc.nist.gov/pubs/sp/800/38/d/final
- https://cwe.mitre.org/data/definitions/329.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cryptographic_Storage_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import Call, call_around, function_around, is_code, lines_around, reach_around
from sentinel.detectors.code_injection._constants import is_constant, is_only_read
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_MODE, _CIPHER, _CHACHA, _SEALED, _SCRIPT = range(5)
"""Indices of the patterns: a mode, a cipher that is given its mode, ChaCha20, a cipher that seals at once; JavaScript's."""
_PLACES = {_MODE: 0, _CIPHER: 2, _CHACHA: 1, _SEALED: 0, _SCRIPT: 2}
_NAMES = ("iv", "nonce", "initialization_vector", "IV")
_DECRYPTS = expression(rb"(?i)decrypt|createDecipheriv")
_SEALING = expression(rb"\b(?:AESGCM|ChaCha20Poly1305|AESCCM|AESOCB3|AESGCMSIV)\b")
_MOST_BYTES = 3_000
_CRYPTO = "from Crypto.Cipher import AES\n\n\ndef hide(key, text):\n"
_MODES = "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
_NODE = "const crypto = require('crypto');\n\nfunction hide(key, text) {\n"


@rule(
    "code-injection/constant-nonce",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=329,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bmodes\.(?:CBC|CTR|GCM|CFB8?|OFB)\("),
        Pattern(rb"\b(?:AES|DES3|ChaCha20_Poly1305|ChaCha20|Salsa20)\.new\("),
        Pattern(rb"\balgorithms\.ChaCha20\("),
        Pattern(rb"\.encrypt\("),
        Pattern(rb"\bcreateCipheriv\("),
    ),
    bad=(
        python(_CRYPTO + "    cipher = AES.new(key, AES.MODE_CBC, b'0123456789abcdef')\n    return cipher.encrypt(text)\n", (5,)),
        python(_CRYPTO + "    vector = b'x' * AES.block_size\n    cipher = AES.new(key, AES.MODE_CBC, vector)\n"
               "    return cipher.encrypt(text)\n", (6,)),
        python(_MODES + "def hide(key):\n    vector = b'x' * 16\n    cipher = Cipher(algorithms.AES(key), modes.CBC(vector))\n"
               "    return cipher.encryptor()\n", (6,)),
        python("from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n\ndef hide(key, text):\n"
               "    return AESGCM(key).encrypt(bytes(12), text, None)\n", (5,)),
        python("from Crypto.Cipher import AES\n\nIV = bytes.fromhex('00112233445566778899aabbccddeeff')\n\n\n"
               "def hide(key, text):\n    return AES.new(key, AES.MODE_GCM, nonce=IV).encrypt(text)\n", (7,)),
        Example(_NODE + "  const c = crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(16, 0));\n"
                "  return c.update(text, 'utf8', 'hex') + c.final('hex');\n}\n", (4,), "a.js"),
        Example("import crypto from 'crypto';\n\nconst iv = '0123456789abcdef';\n\nexport function hide(key, text) {\n"
                "  return crypto.createCipheriv('aes-256-cbc', key, iv).update(text);\n}\n", (6,), "a.ts"),
    ),
    good=(
        python(_CRYPTO + "    vector = os.urandom(16)\n    return vector + AES.new(key, AES.MODE_CBC, vector).encrypt(text)\n"),
        python(_CRYPTO + "    return AES.new(key, AES.MODE_GCM).encrypt(text)\n"),
        python("from Crypto.Cipher import AES\n\n\ndef show(key, text):\n"
               "    return AES.new(key, AES.MODE_CBC, b'x' * 16).decrypt(text)\n"),
        python(_MODES + "def is_encrypted_by(key, text):\n    t = Cipher(algorithms.AES(key), modes.CBC(b' ' * 16)).decryptor()\n"
               "    return t.update(text)\n"),
        python(_MODES + "def hide(key, vector):\n    return Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()\n"),
        python("from cryptography.fernet import Fernet\n\n\ndef hide(key):\n    return Fernet(key).encrypt(b'a text')\n"),
        python("# AES.new(key, AES.MODE_CBC, b'x' * 16).encrypt(text)\n"),
        python(_CRYPTO + "    vector = b''\n    vector = draw()\n    return AES.new(key, AES.MODE_CBC, vector).encrypt(text)\n"),
        python(_CRYPTO + "    return AES.new(key, AES.MODE_ECB_OF_OURS).encrypt(text)\n"),
        Example(_NODE + "  const iv = crypto.randomBytes(16);\n  return crypto.createCipheriv('aes-256-cbc', key, iv);\n}\n",
                path="a.js"),
        Example(_NODE + "  return crypto.createCipheriv('aes-256-ecb', key, '');\n}\n", path="a.js"),
        Example("const crypto = require('crypto');\n\nfunction show(key, text) {\n"
                "  return crypto.createDecipheriv('aes-256-cbc', key, Buffer.alloc(16));\n}\n", path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A nonce that is the same for every text."""
    if not is_code(document, hit.end - 1):
        return
    call = call_around(document, hit.end - 1)
    nonce = _nonce_of(document, hit, call) if call is not None else ""
    if call is None or len(nonce.strip("bBrRuU'\"`")) == 0 or not is_constant(document, nonce) or _is_for_reading(document, hit):
        return
    yield Match(document.span(hit.start, hit.end), "A text is encrypted with a nonce that is always the same.")


def _nonce_of(document: Document, hit: Hit, call: Call) -> str:
    """What a call is given for a nonce, as it is written; empty where it is none that takes one."""
    if hit.pattern == _SEALED and not (document.first(_SEALING) and len(call.positional) + len(call.keywords) > 1):
        return ""
    if (hit.pattern == _SCRIPT) is (document.language is Language.PYTHON):
        return ""
    for name in _NAMES:
        if name in call.keywords and hit.pattern != _SCRIPT:
            return call.keywords[name]
    at = _PLACES[hit.pattern]
    return call.positional[at] if len(call.positional) > at else ""


def _is_for_reading(document: Document, hit: Hit) -> bool:
    """Whether the function around only reads what another program wrote."""
    if hit.pattern in (_SEALED, _SCRIPT):
        return False
    first, last = reach_around(document, hit.start, _MOST_BYTES)
    head = lines_around(document, first) if function_around(document, hit.start)[0] else b""
    return _DECRYPTS.search(head) is not None or is_only_read(document.data[first:last])
