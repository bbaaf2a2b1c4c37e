"""How sure the rules on secrets are, by what the value and the words around it tell."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_BODY = "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\\n" * 4
_KEY = '"-----BEGIN ' + "PRIVATE" + " KEY-----\\n" + _BODY + "-----END " + 'PRIVATE KEY-----"'
_TOKEN = "6da9a43058a5" + "d1b9f3353153921fb04d"
_PASSWORD = "tR4-un" + "fall-8x"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        pytest.param("SERVER_KEY", "error", id="a key of a server"),
        pytest.param("TEST_KEY", "note", id="a key for tests"),
        pytest.param("fakeServerKey", "note", id="a made-up key"),
        pytest.param("ATTESTATION_KEY", "error", id="a word that only holds another"),
    ],
)
def test_a_key_is_what_its_name_says(name: str, level: str) -> None:
    """A private key whose name says that it is made up is a note."""
    assert [("private-key", level, 1)] == said(findings("secrets", "keys.ts", f"export const {name} = {_KEY};\n"))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.py", f'db_password = "{_PASSWORD}"\n', [("hardcoded-credential", "warning", 1)], id="a password"),
        pytest.param(
            "a.py", f'mixpanel_project_token = "{_TOKEN}"\n', [("hardcoded-credential", "note", 1)], id="a key for reports of use"
        ),
        pytest.param("a.py", f'service_token = "{_TOKEN}"\n', [("hardcoded-credential", "error", 1)], id="a token"),
        pytest.param("tox.ini", f"DB_PASSWORD={_PASSWORD}\n", [("hardcoded-credential", "note", 1)], id="of a test run"),
        pytest.param(
            "A.cs",
            'const string MasterPasswordEmitSalt = "pm-31088-master-password-emit-salt";\n',
            [("hardcoded-credential", "note", 1)],
            id="what its name says already",
        ),
        pytest.param("a.py", f'x = ["the passwords", "{_PASSWORD}"]\n', [], id="the end of another text"),
    ],
)
def test_a_password_is_what_its_value_says(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    """A password that repeats its name, or that a test run uses, is a note."""
    assert expected == said(findings("secrets", path, text))
