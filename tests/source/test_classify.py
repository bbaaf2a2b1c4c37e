"""What a file is, from its name and first bytes."""

from __future__ import annotations

import pytest

from sentinel.model.document import Language, Role
from sentinel.source.classify import classify, is_binary_name, is_known_text

_LANGUAGES = {
    "a.py": Language.PYTHON,
    "a.pyi": Language.PYTHON,
    "a.wsgi": Language.PYTHON,
    "a.es6": Language.JAVASCRIPT,
    "A.PY": Language.PYTHON,
    "a.mjs": Language.JAVASCRIPT,
    "a.jsx": Language.JAVASCRIPT,
    "a.d.ts": Language.TYPESCRIPT,
    "a.tsx": Language.TSX,
    "a.go": Language.GO,
    "A.java": Language.JAVA,
    "a.cs": Language.CSHARP,
    "Gemfile": Language.RUBY,
    "a.php": Language.PHP,
    "a.rs": Language.RUST,
    ".bashrc": Language.SHELL,
    "a.ipynb": Language.JSON,
    "bun.lock": Language.JSON,
    "a.yaml": Language.YAML,
    "uv.lock": Language.TOML,
    ".npmrc": Language.INI,
    ".env": Language.DOTENV,
    ".env.production": Language.DOTENV,
    "prod.env": Language.DOTENV,
    "SKILL.md": Language.MARKDOWN,
    ".cursorrules": Language.MARKDOWN,
    "a.vue": Language.HTML,
    "Dockerfile": Language.DOCKERFILE,
    "Dockerfile.dev": Language.DOCKERFILE,
    "api.dockerfile": Language.DOCKERFILE,
    "a.unknown": Language.TEXT,
    "LICENSE": Language.TEXT,
}
_ROLES = {
    "src/app.py": (),
    "src/contest.py": (),
    "latest/app.py": (),
    "tests/app.py": (Role.TEST,),
    "pkg/__tests__/a.ts": (Role.TEST,),
    "t/unit/keys.py": (Role.TEST,),
    "src/t/keys.py": (),
    "src/Test/a.java": (Role.TEST,),
    "src/a.test.ts": (Role.TEST,),
    "src/a_test.go": (Role.TEST,),
    "test_a.py": (Role.TEST,),
    "test-client.mjs": (Role.TEST,),
    "test-first.txt": (Role.DOCUMENTATION,),
    "shop/tests.py": (Role.TEST,),
    "tap/fixtures.ts": (Role.TEST,),
    "drivers/mysql/test.js": (Role.TEST,),
    "shop/latest.py": (),
    "api/spec.yaml": (),
    "src/cassettes/a.yaml": (Role.TEST,),
    "conftest.py": (Role.TEST,),
    "packages/browser-integration-tests/a.ts": (Role.TEST,),
    "unittests/scans/a.json": (Role.TEST,),
    "src/unit_test/a.go": (Role.TEST,),
    "smoke_tests/a.py": (Role.TEST,),
    "test-servers/src/a.ts": (Role.TEST,),
    "skills/test-driven-development/run.py": (),
    "tools/load-test/run.py": (),
    "contests/a.py": (),
    "docs_src/security/a.py": (Role.DOCUMENTATION,),
    "src/pkg/_vendor/a.py": (Role.VENDORED,),
    "public/plugins/codemirror-5.17.0/mode/css.js": (Role.VENDORED,),
    "pkg-1.2.3/src/a.js": (),
    "pkg-1.2.3/public/a.js": (),
    "public/api-2/a.js": (),
    "dist/app.mjs.map": (Role.GENERATED, Role.MINIFIED),
    "examples/a.py": (Role.EXAMPLE,),
    "docs/a.py": (Role.DOCUMENTATION,),
    "README.md": (Role.DOCUMENTATION,),
    "notes.rst": (Role.DOCUMENTATION,),
    "CLAUDE.md": (Role.INSTRUCTION,),
    "docs/AGENTS.md": (Role.INSTRUCTION,),
    "claude.MD": (Role.INSTRUCTION,),
    ".cursor/rules/style.mdc": (Role.INSTRUCTION,),
    ".cursorrules": (Role.INSTRUCTION,),
    ".clinerules": (Role.INSTRUCTION,),
    ".clinerules/one.md": (Role.INSTRUCTION,),
    ".windsurf/rules/one.md": (Role.INSTRUCTION,),
    ".github/copilot-instructions.md": (Role.INSTRUCTION,),
    ".github/instructions/py.instructions.md": (Role.INSTRUCTION,),
    ".github/prompts/review.prompt.md": (Role.INSTRUCTION,),
    ".github/PULL_REQUEST_TEMPLATE.md": (Role.DOCUMENTATION,),
    ".claude/commands/git/commit.md": (Role.INSTRUCTION,),
    ".claude/agents/reviewer.md": (Role.INSTRUCTION,),
    ".claude/skills/pdf/SKILL.md": (Role.INSTRUCTION,),
    "plugins/x/commands/run.md": (Role.INSTRUCTION,),
    "skills/pdf/reference/forms.md": (Role.INSTRUCTION,),
    "docs/commands/run.md": (Role.DOCUMENTATION,),
    ".mcp.json": (Role.AGENT_CONFIG,),
    "claude_desktop_config.json": (Role.AGENT_CONFIG,),
    ".cursor/mcp.json": (Role.AGENT_CONFIG,),
    ".vscode/mcp.json": (Role.AGENT_CONFIG,),
    ".vscode/tasks.json": (Role.AGENT_CONFIG,),
    "tasks.json": (),
    ".claude/settings.local.json": (Role.AGENT_CONFIG,),
    "src/settings.json": (),
    ".gemini/settings.json": (Role.AGENT_CONFIG,),
    ".codex/config.toml": (Role.AGENT_CONFIG,),
    "opencode.json": (Role.AGENT_CONFIG,),
    ".devcontainer/devcontainer.json": (Role.AGENT_CONFIG,),
    "hooks/hooks.json": (Role.AGENT_CONFIG,),
    ".claude-plugin/plugin.json": (Role.AGENT_CONFIG,),
    "package.json": (Role.MANIFEST,),
    "requirements-dev.txt": (Role.MANIFEST,),
    "requirements/base.in": (Role.MANIFEST,),
    "Dockerfile": (Role.MANIFEST,),
    "go.mod": (Role.MANIFEST,),
    "package-lock.json": (Role.LOCKFILE,),
    "poetry.lock": (Role.LOCKFILE,),
    ".github/workflows/ci.yml": (Role.WORKFLOW,),
    "sub/.github/workflows/ci.yaml": (Role.WORKFLOW,),
    "action.yml": (Role.WORKFLOW,),
    ".github/dependabot.yml": (),
    "node_modules/a/index.js": (Role.VENDORED,),
    "vendor/a.go": (Role.VENDORED,),
    "a_pb2.py": (Role.GENERATED,),
    "dist/app.min.js": (Role.MINIFIED,),
}


@pytest.mark.parametrize("path", _LANGUAGES)
def test_language_follows_from_the_name(path: str) -> None:
    """A name has one language, whatever its case."""
    assert _LANGUAGES[path] is classify(path)[0]


@pytest.mark.parametrize("path", _ROLES)
def test_roles_follow_from_the_path(path: str) -> None:
    """A path has these roles and no others."""
    assert frozenset(_ROLES[path]) == classify(path)[1]


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (b"#!/usr/bin/env python3\n", Language.PYTHON),
        (b"#!/usr/bin/env -S uv run --script\n", Language.PYTHON),
        (b"#!/usr/bin/pypy3\n", Language.PYTHON),
        (b"#!/usr/bin/node\n", Language.JAVASCRIPT),
        (b"#!/bin/bash -e\n", Language.SHELL),
        (b"#!/usr/bin/env awk\npython", Language.TEXT),
        (b"python", Language.TEXT),
    ],
)
def test_first_line_decides_where_the_name_is_silent(line: bytes, language: Language) -> None:
    """A script without a suffix has the language of its interpreter."""
    assert language is classify("bin/run", line)[0]
    assert Language.RUBY is classify("run.rb", line)[0]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("server.js.backup-20250818", Language.TEXT), ("server.js.bak", Language.TEXT),
        ("a.js.backup-before-fix", Language.TEXT), ("run.py~", Language.TEXT),
        ("deploy.sh.orig", Language.TEXT), ("backup", Language.JAVASCRIPT), ("backup.sh", Language.SHELL),
        ("old", Language.JAVASCRIPT),
    ],
)  # fmt: skip
def test_a_kept_copy_is_no_program(name: str, language: Language) -> None:
    """What is left beside a program under its name and more is a text, whatever its first line says."""
    assert language is classify(name, b"#!/usr/bin/env node\n")[0]


def test_lines_of_chunks_are_minified() -> None:
    """Lines that are long on average are a bundler's, even where each of them ends; a person's code with one long text is not."""
    chunk, code = b"x" * 2_000 + b"\n", b"const value = read(1);\n"
    assert {Role.MINIFIED} == classify("static/chunks/913-a1b2.js", chunk * 4)[1]
    assert frozenset() == classify("src/icons.js", code * 50 + chunk + code * 250)[1]
    assert frozenset() == classify("src/app.js", code * 356)[1]


def test_head_tells_generated_and_minified() -> None:
    """A mark in the first lines means generated, one very long first line of a script minified."""
    assert {Role.GENERATED} == classify("a.go", b"// Code generated by x. DO NOT EDIT.\n")[1]
    assert {Role.MINIFIED} == classify("a.js", b"x" * 8_000)[1]
    assert set() == classify("a.js", b"x = 1;\n" * 1_200)[1]
    assert set() == classify("a.txt.py", b"x" * 8_000)[1]


def test_names_of_binaries() -> None:
    """Images, archives and the like are known by their suffix; code is not."""
    assert is_binary_name("logo.PNG")
    assert not is_binary_name("png.py")


@pytest.mark.parametrize(
    ("path", "expected"), [("a.py", True), ("CLAUDE.md", True), (".mcp.json", True), ("a.rst", True), ("data", False)]
)
def test_known_text(path: str, expected: bool) -> None:
    """Source, configuration, instruction texts and documentation are text whatever bytes they hold."""
    assert expected == is_known_text(path)
