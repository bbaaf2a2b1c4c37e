"""What a broken hash is for, by where its digest comes from and goes to."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_HEAD = "import hashlib\n\n\ndef act(db, text, form, folder):\n"


@pytest.mark.parametrize(
    ("body", "level"),
    [
        pytest.param(
            "    digest = hashlib.md5()\n    digest.update(text)\n\n    made = digest.hexdigest()\n"
            "    kept = open(folder + '/passwords.txt', 'a')\n    kept.write(f'{made};')\n",
            "warning",
            id="written to a file of passwords",
        ),
        pytest.param(
            "    digest = hashlib.md5()\n    digest.update(text)\n\n    made = digest.hexdigest()\n"
            "    kept = open(folder + '/pages.txt', 'a')\n    kept.write(f'{made};')\n",
            "note",
            id="written to another file",
        ),
        pytest.param(
            "    made = hashlib.sha1(text).hexdigest()\n    row = (text, made)\n\n"
            "    db.execute('insert into people (name, password) values (?, ?)', row)\n",
            "warning",
            id="written to a column of passwords",
        ),
        pytest.param(
            "    made = hashlib.sha1(text).hexdigest()\n    row = (text, made)\n\n"
            "    db.execute('insert into pages (name, colour) values (?, ?)', row)\n",
            "note",
            id="written to another column",
        ),
        pytest.param(
            "    given = form['password'] + form['salt']\n\n\n    return hashlib.sha1(given.encode()).hexdigest()\n",
            "warning",
            id="made of a password",
        ),
        pytest.param(
            "    digest = hashlib.sha1()\n    digest.update(text)\n    digest.update(b'-')\n    digest.update(form['password'])\n"
            "    return digest\n",
            "warning",
            id="given a password",
        ),
        pytest.param(
            "    digest = hashlib.sha1()\n    digest.update(text)\n    digest.update(b'-')\n    digest.update(form['page'])\n"
            "    return digest, form['password']\n",
            "note",
            id="beside a password",
        ),
        pytest.param("    kind = 'md5'\n\n    return hashlib.new(kind, form['password'])\n", "warning", id="named by a variable"),
    ],
)
def test_broken_hash_is_told_by_what_its_digest_is_for(body: str, level: str) -> None:
    """A digest of a password, or one that is kept with passwords, is a warning; any other is a note."""
    told = said(findings("code-injection", "a.py", _HEAD + body))
    assert [("weak-hash", level)] == [(name, given) for name, given, _ in told]


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param("    kind = 'md5'\n    if form['new']:\n        kind = 'sha256'\n", id="one of several"),
        pytest.param("    kind = form['kind']\n", id="chosen elsewhere"),
        pytest.param("    kind = 'sha512'\n", id="a good one"),
    ],
)
def test_hash_whose_name_may_be_another_is_quiet(kinds: str) -> None:
    """A name that is not always that of a broken hash is none."""
    assert [] == said(findings("code-injection", "a.py", _HEAD + kinds + "    return hashlib.new(kind, form['password'])\n"))
