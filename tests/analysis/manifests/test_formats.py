"""Every format gives its dependencies with name, version, source and line; what is broken is a Skip."""

from __future__ import annotations

import time

import pytest

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests.bun_lock import BUN_LOCK
from sentinel.analysis.manifests.cargo import CARGO_LOCK, CARGO_TOML
from sentinel.analysis.manifests.dockerfile import DOCKERFILE
from sentinel.analysis.manifests.go_mod import GO_MOD
from sentinel.analysis.manifests.package_json import PACKAGE_JSON
from sentinel.analysis.manifests.package_lock import PACKAGE_LOCK
from sentinel.analysis.manifests.pdm_lock import PDM_LOCK
from sentinel.analysis.manifests.pipfile import PIPFILE
from sentinel.analysis.manifests.pipfile_lock import PIPFILE_LOCK
from sentinel.analysis.manifests.pnpm_lock import PNPM_LOCK
from sentinel.analysis.manifests.poetry_lock import POETRY_LOCK
from sentinel.analysis.manifests.pylock import PYLOCK
from sentinel.analysis.manifests.pyproject import PYPROJECT
from sentinel.analysis.manifests.requirements import REQUIREMENTS
from sentinel.analysis.manifests.setup_cfg import SETUP_CFG
from sentinel.analysis.manifests.setup_py import SETUP_PY
from sentinel.analysis.manifests.uv_lock import UV_LOCK
from sentinel.analysis.manifests.yarn_lock import YARN_LOCK
from sentinel.model.document import BROKEN_MANIFEST, BROKEN_MANIFEST_CHANGED, Skip
from tests.analysis.launch.documents import extracted

Row = tuple[str, str, str, int]
GIT = "git+https://code.example.org/owner/name.git"
REQUIREMENTS_TEXT = f"""# comment
Flask_Login[async]==3.0.1 ; python_version > "3.8"  # why
left>=1,<2 \\
  --hash=sha256:aa
-r other.txt
--index-url https://pip.example.org
name @ {GIT}@main
-e {GIT}#egg=right
https://files.example.org/top-1.0.zip
"""
PYPROJECT_TEXT = """[build-system]
requires = ["builder==1.0"]
[project]
dependencies = ["Left>=1", "right @ https://files.example.org/right.zip"]
[project.optional-dependencies]
extra = ["more"]
[dependency-groups]
dev = ["tester", {include-group = "other"}]
[tool.uv.sources]
left = { git = "https://code.example.org/left", rev = "main" }
[tool.poetry.dependencies]
python = "^3.11"
poet = "1.2.3"
local = { path = "../local" }
"""
PACKAGE_TEXT = """{"name": "a", "dependencies": {
"@scope/left": "1.2.3",
"alias": "npm:real@^2.0.0",
"fork": "owner/name#main",
"here": "file:../here",
"own": "workspace:*"},
"devDependencies": {
"tester": "~1.0"}}
"""
LOCK3_TEXT = """{"lockfileVersion": 3, "packages": {
"": {"dependencies": {"left": "^1"}},
"node_modules/left": {"version": "1.0.0", "resolved": "https://a.example.org/left/-/left-1.0.0.tgz", "integrity": "sha512-aa"},
"node_modules/left/node_modules/@scope/in": {"version": "2.0.0"},
"node_modules/other": {"name": "real", "version": "3.0.0"},
"packages/own": {"version": "0.0.0"},
"node_modules/own": {"link": true, "resolved": "packages/own"}}}
"""
LOCK1_TEXT = """{"lockfileVersion": 1, "dependencies": {
"left": {"version": "1.0.0", "dependencies": {
"inner": {"version": "2.0.0"}}},
"other": {"version": "npm:real@3.0.0"},
"fork": {"version": "git+ssh://git@code.example.org/fork.git#aa"}}}
"""
YARN_TEXT = """# yarn lockfile v1


"@scope/left@^1.0.0", "@scope/left@^1.1.0":
  version "1.1.0"
  resolved "https://packages.example.org/left.tgz#aa"
  integrity sha512-aa

"a@>=1 <2", a@^1.0.0:
  version "1.0.0"

other@npm:real@^3:
  version "3.0.0"
"""
BERRY_TEXT = """__metadata:
  version: 8

"left@npm:^1.0.0":
  version: 1.0.0
  resolution: "left@npm:1.0.0"
  checksum: 10c0/aa

"own@workspace:.":
  version: 0.0.0-use.local
  resolution: "own@workspace:."
"""
PNPM9_TEXT = """lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      left:
        specifier: ^1.0.0
        version: 1.0.0(right@2.0.0)

packages:

  '@scope/left@1.0.0':
    resolution: {integrity: sha512-aa}

  right@2.0.0(left@1.0.0):
    resolution: {integrity: sha512-bb}

  name@https://files.example.org/name.tgz:
    resolution: {tarball: https://files.example.org/name.tgz}
    version: 3.0.0

snapshots:

  right@2.0.0: {}
"""
PNPM5_TEXT = "lockfileVersion: 5.4\n\npackages:\n\n  /@scope/left/1.0.0:\n    resolution: {integrity: sha512-aa}\n    dev: true\n"
BUN_TEXT = """{"lockfileVersion": 1,
"packages": {
"left": ["left@1.0.0", "", {}, "sha512-aa"],
"a/left": ["left@2.0.0", "https://packages.example.org/", {}, "sha512-bb",],
"fork": ["fork@github:owner/fork#aa", {}, "x"],
}, }
"""
PACKAGES = '[[package]]\nname = "left"\nversion = "1.0"\n{0}\n\n[[package]]\nname = "own"\nversion = "0.1"\n{1}\n'


@pytest.mark.parametrize(
    ("extractor", "path", "text", "expected"),
    [
        pytest.param(
            REQUIREMENTS,
            "requirements.txt",
            REQUIREMENTS_TEXT,
            [
                ("flask-login", "3.0.1", "registry", 2),
                ("left", "", "registry", 3),
                ("name", "", "git", 7),
                ("right", "", "git", 8),
                ("top-1-0-zip", "", "url", 9),
            ],
            id="requirements",
        ),
        pytest.param(
            PYPROJECT,
            "pyproject.toml",
            PYPROJECT_TEXT,
            [
                ("left", "", "git", 4),
                ("right", "", "url", 4),
                ("more", "", "registry", 6),
                ("tester", "", "registry", 8),
                ("builder", "1.0", "registry", 2),
                ("poet", "1.2.3", "registry", 13),
                ("local", "", "path", 14),
            ],
            id="pyproject",
        ),
        pytest.param(
            PIPFILE,
            "Pipfile",
            '[[source]]\nurl = "x"\n[packages]\nleft = "*"\nright = "==1.0"\n[dev-packages]\nfork = {git = "https://code.example.org/f"}\n',
            [("left", "", "registry", 4), ("right", "1.0", "registry", 5), ("fork", "", "git", 7)],
            id="Pipfile",
        ),
        pytest.param(
            PIPFILE_LOCK,
            "Pipfile.lock",
            '{"_meta": {"hash": {}},\n"default": {\n"left": {"version": "==1.0", "hashes": ["sha256:aa"]}},\n"develop": {}}',
            [("left", "1.0", "registry", 3)],
            id="Pipfile.lock",
        ),
        pytest.param(
            UV_LOCK,
            "uv.lock",
            PACKAGES.format('source = { registry = "https://pip.example.org/simple" }', 'source = { editable = "." }'),
            [("left", "1.0", "registry", 2), ("own", "0.1", "workspace", 7)],
            id="uv.lock",
        ),
        pytest.param(
            POETRY_LOCK,
            "poetry.lock",
            PACKAGES.format("files = []", '[package.source]\ntype = "git"\nurl = "https://code.example.org/own"'),
            [("left", "1.0", "registry", 2), ("own", "0.1", "git", 7)],
            id="poetry.lock",
        ),
        pytest.param(
            PDM_LOCK,
            "pdm.lock",
            PACKAGES.format("files = []", 'path = "./own"'),
            [("left", "1.0", "registry", 2), ("own", "0.1", "path", 7)],
            id="pdm.lock",
        ),
        pytest.param(
            PYLOCK,
            "pylock.dev.toml",
            PACKAGES.replace("package", "packages").format("", '[packages.vcs]\nurl = "https://code.example.org/own"'),
            [("left", "1.0", "registry", 2), ("own", "0.1", "git", 7)],
            id="pylock.toml",
        ),
        pytest.param(
            SETUP_CFG,
            "setup.cfg",
            "[options]\ninstall_requires =\n  left>=1\n  # no\n  right\n[options.extras_require]\nmore = top==1.0\n"
            "[flake8]\nmax = 1\n",
            [("left", "", "registry", 3), ("right", "", "registry", 5), ("top", "1.0", "registry", 7)],
            id="setup.cfg",
        ),
        pytest.param(
            SETUP_PY,
            "setup.py",
            "setup(\n  install_requires=[\n    'left>=1',  # why\n    \"right==2.0\",\n    *more],\n)\n",
            [("left", "", "registry", 3), ("right", "2.0", "registry", 4)],
            id="setup.py",
        ),
        pytest.param(
            PACKAGE_JSON,
            "package.json",
            PACKAGE_TEXT,
            [
                ("@scope/left", "1.2.3", "registry", 2),
                ("real", "", "registry", 3),
                ("fork", "", "git", 4),
                ("here", "", "path", 5),
                ("own", "", "workspace", 6),
                ("tester", "", "registry", 8),
            ],
            id="package.json",
        ),
        pytest.param(
            PACKAGE_LOCK,
            "package-lock.json",
            LOCK3_TEXT,
            [
                ("left", "1.0.0", "registry", 3),
                ("@scope/in", "2.0.0", "registry", 4),
                ("real", "3.0.0", "registry", 5),
                ("own", "", "workspace", 7),
            ],
            id="package-lock 3",
        ),
        pytest.param(
            PACKAGE_LOCK,
            "npm-shrinkwrap.json",
            LOCK1_TEXT,
            [
                ("left", "1.0.0", "registry", 2),
                ("inner", "2.0.0", "registry", 3),
                ("real", "3.0.0", "registry", 4),
                ("fork", "git+ssh://git@code.example.org/fork.git#aa", "git", 5),
            ],
            id="package-lock 1",
        ),
        pytest.param(
            YARN_LOCK,
            "yarn.lock",
            YARN_TEXT,
            [("@scope/left", "1.1.0", "registry", 4), ("a", "1.0.0", "registry", 9), ("real", "3.0.0", "registry", 12)],
            id="yarn 1",
        ),
        pytest.param(
            YARN_LOCK,
            "yarn.lock",
            BERRY_TEXT,
            [("left", "1.0.0", "registry", 4), ("own", "0.0.0-use.local", "workspace", 9)],
            id="yarn berry",
        ),
        pytest.param(
            PNPM_LOCK,
            "pnpm-lock.yaml",
            PNPM9_TEXT,
            [("@scope/left", "1.0.0", "registry", 13), ("right", "2.0.0", "registry", 16), ("name", "3.0.0", "url", 19)],
            id="pnpm 9",
        ),
        pytest.param(PNPM_LOCK, "pnpm-lock.yaml", PNPM5_TEXT, [("@scope/left", "1.0.0", "registry", 5)], id="pnpm 5"),
        pytest.param(
            BUN_LOCK,
            "bun.lock",
            BUN_TEXT,
            [("left", "1.0.0", "registry", 3), ("left", "2.0.0", "registry", 4), ("fork", "", "git", 5)],
            id="bun.lock",
        ),
        pytest.param(
            DOCKERFILE,
            "Dockerfile",
            "ARG V=1\nFROM --platform=linux/amd64 node:22 AS build\nFROM build\nFROM scratch\nfrom python@sha256:aa\nFROM a:${V}\n",
            [("node", "", "registry", 2), ("python", "sha256:aa", "registry", 5)],
            id="Dockerfile",
        ),
        pytest.param(
            GO_MOD,
            "go.mod",
            "module a\n\nrequire example.org/left v1.0.0\nrequire (\n\texample.org/right v2.0.0 // indirect\n)\n",
            [("example.org/left", "v1.0.0", "registry", 3), ("example.org/right", "v2.0.0", "registry", 5)],
            id="go.mod",
        ),
        pytest.param(
            CARGO_TOML,
            "Cargo.toml",
            '[dependencies]\nleft = "1.0"\nfork = { git = "https://code.example.org/f", branch = "main" }\n'
            '[dev-dependencies]\nt = "=1.0.0"\n',
            [("left", "", "registry", 2), ("fork", "", "git", 3), ("t", "1.0.0", "registry", 5)],
            id="Cargo.toml",
        ),
        pytest.param(
            CARGO_LOCK,
            "Cargo.lock",
            PACKAGES.format('source = "registry+https://crates.example.org"', ""),
            [("left", "1.0", "registry", 2), ("own", "0.1", "workspace", 7)],
            id="Cargo.lock",
        ),
    ],
)
def test_dependencies_of_a_format(extractor: Extractor, path: str, text: str, expected: list[Row]) -> None:
    """Names, exact versions, sources and lines, in order."""
    assert expected == [(made.name, made.version, made.source, made.span.start_line) for made in extracted(extractor, path, text)]


@pytest.mark.parametrize(
    ("extractor", "path", "text"),
    [
        (PYPROJECT, "pyproject.toml", "[project"),
        (PIPFILE, "Pipfile", "left ="),
        (PIPFILE_LOCK, "Pipfile.lock", "[]"),
        (UV_LOCK, "uv.lock", "[[package]"),
        (PACKAGE_JSON, "package.json", '{"dependencies": '),
        (PACKAGE_LOCK, "package-lock.json", "not json"),
        (PACKAGE_LOCK, "package-lock.json", '{"packages": {' * 20_000),
        (YARN_LOCK, "yarn.lock", "<<<<<<< ours\n"),
        (PNPM_LOCK, "pnpm-lock.yaml", "packages:\n\n  a@1.0.0:\n"),
        (BUN_LOCK, "bun.lock", '{"packages": {'),
        (CARGO_TOML, "Cargo.toml", "[dependencies"),
    ],
)
def test_broken_manifest_is_a_skip(extractor: Extractor, path: str, text: str) -> None:
    """What cannot be read is said once, and is incomplete when the diff touches it."""
    for is_changed, reason in ((False, BROKEN_MANIFEST), (True, BROKEN_MANIFEST_CHANGED)):
        (skip,) = extracted(extractor, path, text, is_changed=is_changed)
        assert isinstance(skip, Skip) and skip.reason is reason


@pytest.mark.parametrize("indent", [None, 1])
def test_large_lock_file_takes_time_in_proportion(indent: int | None) -> None:
    """Eight times as many entries take far less than sixty-four times as long, also when all stand on one line."""
    import json

    seconds = []
    for count in (8_000, 64_000):
        entries = {f"node_modules/p{n}": {"version": "1.0.0", "integrity": "sha512-" + "a" * 80} for n in range(count)}
        text = json.dumps({"lockfileVersion": 3, "packages": entries}, indent=indent)
        start = time.process_time()
        assert count == len(extracted(PACKAGE_LOCK, "package-lock.json", text))
        seconds.append(time.process_time() - start)
    assert seconds[1] < 30 * seconds[0] + 0.5


def test_integrity_and_address_of_a_locked_package() -> None:
    """A lock entry carries its hash and where it comes from; a direct one is known as such."""
    first = extracted(PACKAGE_LOCK, "package-lock.json", LOCK3_TEXT)[0]
    assert (True, True, "sha512-aa") == (first.is_direct, first.is_locked, first.integrity)
    assert first.location == "https://a.example.org/left/-/left-1.0.0.tgz"


def test_alias_keeps_both_names() -> None:
    """An alias is the package that it stands for, installed under its key."""
    made = extracted(PACKAGE_JSON, "package.json", PACKAGE_TEXT)[1]
    assert ("real", "alias", "^2.0.0") == (made.name, made.alias, made.requirement)
