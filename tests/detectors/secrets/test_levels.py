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
    ("path", "level"),
    [
        pytest.param("certs/server.pem", "error", id="of a server"),
        pytest.param("certs/localhost.pem", "note", id="of everybody's own machine"),
        pytest.param("test_project/oidc_key", "note", id="of a project for tests"),
        pytest.param("vendor/owner/keys.go", "note", id="of a copy of published code"),
    ],
)
def test_a_key_is_what_its_file_says(path: str, level: str) -> None:
    """A private key whose file says that it protects nothing is a note."""
    assert [("private-key", level, 1)] == said(findings("secrets", path, _KEY.strip('"').replace("\\n", "\n")))


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


_GOOGLE = "AI" + "zaSyB7kQ2mX9vT4zL8nC3hD1uE6sPa0GjWiVo"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param(f'const app = {{ apiKey: "{_GOOGLE}", authDomain: "a.firebaseapp.com" }};\n', "note", id="of a page"),
        pytest.param(f'const client = {{ apiKey: "{_GOOGLE}", model: "gemini" }};\n', "error", id="of a model"),
    ],
)
def test_a_key_that_a_page_carries_is_a_note(text: str, level: str) -> None:
    """A Google key that an app hands to all who open it is a note."""
    assert [("ai-provider-key", level, 1)] == said(findings("secrets", "a.ts", text))


@pytest.mark.parametrize(
    ("path", "text", "level"),
    [
        pytest.param("a.sh", "curl -u svc:k7Rw2X" + "q9Lm https://api.firm.de\n", "warning", id="a password in a script"),
        pytest.param("docs/a.md", "curl -u svc:k7Rw2X" + "q9Lm https://api.firm.de\n", "note", id="a password in documentation"),
        pytest.param("a.py", 'h = {"Authorization": "Bearer k7Rw2Xq9' + 'Lm4Tz8Vb3Nc6"}\n', "error", id="a token"),
        pytest.param(
            "a.py", 'h = {"Authorization": "Bearer eyJhbGciOi' + 'JIUzI1NiJ9.eyJzdWIiOjF9.k7Rw2Xq9"}\n', "note", id="a session's"
        ),
    ],
)
def test_a_credential_of_a_request_is_rated_by_what_it_is(path: str, text: str, level: str) -> None:
    """A token is worse than a password, what runs out is a note, and so is what documentation shows."""
    assert [("credential-in-request", level, 1)] == said(findings("secrets", path, text))


@pytest.mark.parametrize(
    ("path", "comment", "level"),
    [
        pytest.param("a.go", "", "error", id="without a mark"),
        pytest.param("a.go", " // notsecret", "note", id="with a mark"),
        pytest.param("a.go", " // pragma: allowlist secret", "note", id="with another's mark"),
        pytest.param("a.go", " // the secret of the service", "error", id="with a comment"),
    ],
)
def test_a_mark_for_scanners_is_believed(path: str, comment: str, level: str) -> None:
    """What a mark of a scanner says to be no secret is a note."""
    assert [("ai-provider-key", level, 3)] == said(findings("secrets", path, f'package a\n\nvar key = "{_GOOGLE}"{comment}\n'))


@pytest.mark.parametrize(
    ("path", "line", "told"),
    [
        pytest.param(
            "pom.xml", "<a>jdbc:postgresql://localhost:5432/a?user=a&amp;password=k7_Rw2Xq9\n</a>\n", "note", id="this machine's"
        ),
        pytest.param("evals/one/artifacts/a.yaml", 'ROOT_PASSWORD: "k7_Rw2Xq9"\n', "note", id="of an evaluation"),
        pytest.param("deploy/a.yaml", 'ROOT_PASSWORD: "k7_Rw2Xq9"\n', "warning", id="of a deployment"),
        pytest.param("roles/app-test/a.yaml", 'ROOT_PASSWORD: "k7_Rw2Xq9"\n', "note", id="of a role for tests"),
        pytest.param("src/Login.stories.tsx", 'const o = { ROOT_PASSWORD: "k7_Rw2Xq9" };\n', "note", id="of a story"),
        pytest.param("src/Login.tsx", 'const o = { ROOT_PASSWORD: "k7_Rw2Xq9" };\n', "warning", id="of a page"),
        pytest.param("deploy/a.yaml", 'ROOT_PASSWORD: "SuperP4ssw0rd!"\n', "note", id="of the word itself"),
        pytest.param("sandbox/a.yaml", 'ROOT_PASSWORD: "k7_Rw2Xq9"\n', "note", id="of a project for trying"),
        pytest.param("deploy/a.yaml", 'test_password: "k7_Rw2Xq9"\n', "note", id="of tests, by its name"),
        pytest.param("deploy/a.yaml", 'latest_password: "k7_Rw2Xq9"\n', "warning", id="of nothing of the kind, by its name"),
    ],
)
def test_a_password_is_rated_by_where_it_is_for(path: str, line: str, told: str) -> None:
    """A password for this machine, or for an evaluation, is a note."""
    assert [("hardcoded-credential", told, 1)] == said(findings("secrets", path, line))


@pytest.mark.parametrize(
    ("path", "level"),
    [
        pytest.param("src/a.py", "error", id="in a program"),
        pytest.param("tests/test_a.py", "warning", id="in a test"),
        pytest.param("tests/cassettes/a.yaml", "note", id="in a recorded answer"),
    ],
)
def test_a_token_is_rated_by_where_it_stands(path: str, level: str) -> None:
    """A token of a known format may be a made-up one in a test, and is somebody else's in a recorded answer."""
    assert [("ai-provider-key", level, 1)] == said(findings("secrets", path, f'key: "{_GOOGLE}"\n'))


@pytest.mark.parametrize(
    ("body", "level"),
    [
        pytest.param('    """\n    {"api_key": "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs"}\n    """\n', "note", id="in the text of a function"),
        pytest.param('    one = {\n    "api_key": "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs"}\n    return one\n', "error", id="in its code"),
    ],
)
def test_a_value_in_a_docstring_is_an_example(body: str, level: str) -> None:
    """What the text of a function shows is read by people, and nothing uses it."""
    assert [("hardcoded-credential", level, 3)] == said(findings("secrets", "a.py", f"def post(number):\n{body}"))


@pytest.mark.parametrize(
    ("path", "before", "level"),
    [
        pytest.param("docs/keys.md", "const pem = `", "note", id="in a page of documentation"),
        pytest.param("notes/keys.md", "const pem = `", "note", id="given to a name in a page"),
        pytest.param("runbook.md", "", "error", id="alone in a page"),
        pytest.param("src/a.ts", "const pem = `", "error", id="in a program"),
    ],
)
def test_a_key_in_a_page_is_an_example(path: str, before: str, level: str) -> None:
    """A private key that a page of documentation shows in a piece of code is rated as one in an example."""
    body = "MIIEvQk7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3C\n" * 3
    kind = "PRIVATE KEY-----"
    text = f"{before}-----BEGIN {kind}\n{body}-----END {kind}\n"
    assert [("private-key", level, 1)] == said(findings("secrets", path, text))
