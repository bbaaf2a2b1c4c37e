"""The exact text that silences one finding, in the syntax of the file it is in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from sentinel.report import escape

_HASH = "# {}"
_SLASHES = "// {}"
_MARKUP = "<!-- {} -->"
_DASHES = "-- {}"
_BLOCK = "/* {} */"

_BY_SUFFIX: dict[str, str] = {
    **dict.fromkeys(
        ".py .pyi .rb .sh .bash .zsh .ps1 .yaml .yml .toml .cfg .ini .env .tf .r .pl .ex .exs .mk .cmake .nix .properties".split(),
        _HASH,
    ),
    **dict.fromkeys(
        ".js .mjs .cjs .jsx .ts .mts .cts .tsx .go .java .kt .kts .cs .rs .php .c .h .cc .cpp .hpp .swift .scala .dart .groovy"
        " .jsonc .json5 .proto .sol .zig".split(),
        _SLASHES,
    ),
    **dict.fromkeys(".md .mdx .mdc .markdown .html .htm .xml .svg .vue .svelte".split(), _MARKUP),
    **dict.fromkeys(".sql .lua .hs".split(), _DASHES),
    **dict.fromkeys(".css .scss .less".split(), _BLOCK),
}
_BY_NAME: dict[str, str] = {
    **dict.fromkeys(
        "dockerfile containerfile makefile gnumakefile gemfile rakefile procfile .env .npmrc .gitignore justfile".split(), _HASH
    ),
    **dict.fromkeys("requirements.txt constraints.txt pipfile".split(), _HASH),
    **dict.fromkeys("claude.md agents.md".split(), _MARKUP),
    **dict.fromkeys(".cursorrules .windsurfrules".split(), _MARKUP),
}


class Silencing(NamedTuple):
    """What to paste, and where."""

    text: str
    is_comment: bool
    """False: the file's format has no comments, so it is an entry of `.sentinel/config.toml`."""


def silencing(rule: str, path: str) -> Silencing:
    """The comment that silences `rule` in the file, or the entry of the configuration where the file can hold none."""
    form = _form(path)
    if form:
        return Silencing(form.format(f"sentinel: ignore[{rule}] your reason"), True)
    entry = f'[[suppress]]\npath = "{_toml(path)}"\nrule = "{rule}"\nreason = "your reason"'
    return Silencing(entry, False)


def _form(path: str) -> str:
    name = PurePosixPath(path).name.lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith((".env.", "dockerfile.", "requirements")) and not name.endswith(".json"):
        return _HASH
    return _BY_SUFFIX.get(PurePosixPath(name).suffix, "")


def _toml(path: str) -> str:
    """A path as the content of a basic string that means just this path; hidden characters are TOML's own escapes."""
    literal = "".join(f"[{char}]" if char in "*?[" else char for char in path).replace("\\", "\\\\").replace('"', '\\"')
    return "".join(char if escape.visible(char) == char else _escaped(char) for char in literal)


def _escaped(char: str) -> str:
    """TOML 1.0 has no escape for a lone surrogate; a path with one cannot be named, and what is shown matches nothing."""
    is_surrogate = "\ud800" <= char <= "\udfff"
    return escape.visible(char) if is_surrogate else f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
