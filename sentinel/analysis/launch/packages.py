"""The package that a command would fetch before it runs it: `npx -y name@1.2.3`, `uvx name==1.0`, `docker run image:tag`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sentinel.analysis.launch.words import bare, program
from sentinel.analysis.manifests._places import normal_name
from sentinel.model.document import Span
from sentinel.model.package import Dependency


class Fetched(NamedTuple):
    """What a launcher is asked to fetch."""

    ecosystem: str
    written: str
    """As it stands in the arguments."""
    argument: int
    """Of the argument, in the words after the program's own name."""


_NODE_VALUED = frozenset(
    ["-c", "--call", "--registry", "--cache", "--prefix", "--userconfig", "--node-options", "-w", "--workspace", "--script-shell"]
)
_PYTHON_VALUED = frozenset(
    [
        "--python",
        "-p",
        "--index-url",
        "-i",
        "--extra-index-url",
        "--index",
        "--default-index",
        "--find-links",
        "-f",
        "--with-editable",
        "--directory",
        "--project",
        "--env-file",
        "--config-file",
        "--constraints",
        "-c",
        "--overrides",
        "--cache-dir",
        "--pip-args",
        "--refresh-package",
        "--upgrade-package",
        "-P",
        "--index-strategy",
        "--keyring-provider",
        "--resolution",
        "--prerelease",
        "--exclude-newer",
        "--link-mode",
        "--color",
        "--group",
        "--extra",
        "--package",
        "--allow-insecure-host",
        "--trusted-host",
        "--suffix",
        "--fetch-python",
        "--with-requirements",
    ]
)
_DOCKER_BARE = frozenset(
    [
        "-i",
        "-t",
        "-it",
        "-ti",
        "-d",
        "--rm",
        "--interactive",
        "--tty",
        "--init",
        "--privileged",
        "--read-only",
        "--detach",
        "--no-healthcheck",
        "--oom-kill-disable",
        "-P",
        "--publish-all",
        "--sig-proxy",
        "--quiet",
        "-q",
        "--disable-content-trust",
    ]
)


def fetched(argv: Sequence[str]) -> Fetched | None:
    """What the command line fetches, None when it fetches nothing."""
    rest = bare(argv)
    if len(rest) < 2:
        return None
    ahead = len(argv) - len(rest)
    name, at = program(rest[0]), 1
    if name in ("npx", "bunx", "pnpx"):
        return _node(rest, at, ahead)
    if name in ("pnpm", "yarn") and rest[1] == "dlx":
        return _node(rest, 2, ahead)
    if name == "npm" and rest[1] in ("exec", "x"):
        return _node(rest, 2, ahead)
    if name == "bun" and rest[1] == "x":
        return _node(rest, 2, ahead)
    if name == "uvx":
        return _python(rest, at, ahead, "--from")
    if name == "pipx" and rest[1] == "run":
        return _python(rest, 2, ahead, "--spec")
    if name == "uv":
        return _uv(rest, ahead)
    if name in ("docker", "podman", "nerdctl"):
        return _docker(rest, ahead)
    return None


def _node(rest: list[str], at: int, ahead: int) -> Fetched | None:
    while at < len(rest):
        word = rest[at]
        if word in ("-p", "--package") and at + 1 < len(rest):
            return Fetched("npm", rest[at + 1], ahead + at)
        if word.startswith(("--package=", "-p=")):
            return Fetched("npm", word.partition("=")[2], ahead + at - 1)
        if word == "--no-install":
            return None
        if not word.startswith("-"):
            return Fetched("npm", word, ahead + at - 1)
        at += 2 if word in _NODE_VALUED else 1
    return None


def _python(rest: list[str], at: int, ahead: int, source: str) -> Fetched | None:
    while at < len(rest):
        word = rest[at]
        if word == source and at + 1 < len(rest):
            return Fetched("pypi", rest[at + 1], ahead + at)
        if word.startswith(source + "="):
            return Fetched("pypi", word.partition("=")[2], ahead + at - 1)
        if not word.startswith("-"):
            later = next((i for i in range(at + 1, len(rest) - 1) if rest[i] == source), 0)
            return Fetched("pypi", rest[later + 1], ahead + later) if later else Fetched("pypi", word, ahead + at - 1)
        at += 2 if word in _PYTHON_VALUED or word == "--with" else 1
    return None


def _uv(rest: list[str], ahead: int) -> Fetched | None:
    """`uv tool run name` is `uvx name`; `uv run --with name` fetches it beside the project's own packages."""
    if rest[1:3] == ["tool", "run"]:
        return _python(rest, 3, ahead, "--from")
    if rest[1] != "run":
        return None
    at = 2
    while at < len(rest) and rest[at].startswith("-"):
        if rest[at] == "--with" and at + 1 < len(rest):
            return Fetched("pypi", rest[at + 1].partition(",")[0], ahead + at)
        if rest[at].startswith("--with="):
            return Fetched("pypi", rest[at][7:].partition(",")[0], ahead + at - 1)
        at += 2 if rest[at] in _PYTHON_VALUED else 1
    return None


def _docker(rest: list[str], ahead: int) -> Fetched | None:
    at = 2 if rest[1] == "container" else 1
    if at >= len(rest) or rest[at] not in ("run", "create"):
        return None
    at += 1
    while at < len(rest):
        word = rest[at]
        if not word.startswith("-"):
            return Fetched("docker", word, ahead + at - 1)
        at += 1 if word in _DOCKER_BARE or "=" in word else 2
    return None


# -- what a written package says ----------------------------------------------------------------------------------------------

_GIT = re.compile(r"(?i)^(?:git\+|git:|git@|git\+ssh:|ssh://|github:|gitlab:|bitbucket:|gist:)|\.git(?:[#@?]|$)")
_SHORTHAND = re.compile(r"^[\w.-]+/[\w.-]+(?:#\S*)?$")
_PYTHON_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:(@|[=<>!~]=?=?)\s*(.*))?$", re.DOTALL)
_EXACT_NODE = re.compile(r"^[v=]?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$")
_EXACT_PYTHON = re.compile(r"^v?\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev|\+)[\w.+]*)?$")


def dependency(found: Fetched, span: Span, manifest: str) -> Dependency:
    """The package as a dependency: name, constraint, exact version where there is one, and where it comes from."""
    if found.ecosystem == "npm":
        return node_dependency(found.written, span, manifest)
    if found.ecosystem == "docker":
        return image_dependency(found.written, span, manifest)
    return _python_dependency(found.written, span, manifest)


def node_dependency(written: str, span: Span, manifest: str) -> Dependency:
    """Of a word such as `@scope/name@1.2.3`, `github:owner/name`, `https://...tgz` or `./here`."""
    name, requirement = written, ""
    at = written.find("@", 1)
    if at > 0 and not written.startswith(("git@", "http", "git+", "ssh:")):
        name, requirement = written[:at], written[at + 1 :]
    source, location = node_source(requirement or (name if not _is_node_name(name) else ""))
    version = requirement.lstrip("v=") if source == "registry" and _EXACT_NODE.match(requirement) else ""
    return Dependency("npm", name, requirement, version, span, manifest, source=source, location=location)


def _is_node_name(name: str) -> bool:
    return bool(re.match(r"^(?:@[\w.~-]+/)?[\w.~-]+$", name)) and not name.startswith(".")


def node_source(specifier: str) -> tuple[str, str]:
    """Where an npm specifier points: `registry`, `git`, `url`, `path` or `workspace`, and the location."""
    lowered = specifier.lower()
    if not specifier:
        return "registry", ""
    if lowered.startswith(("workspace:", "catalog:")):
        return "workspace", ""
    if lowered.startswith(("file:", "link:", "portal:", "./", "../", "/", "~/")) or lowered == ".":
        return "path", specifier
    if _GIT.search(specifier):
        return "git", specifier
    if lowered.startswith(("http://", "https://")):
        return "url", specifier
    if _SHORTHAND.match(specifier) and not specifier.startswith("@"):
        return "git", specifier
    return "registry", ""


def image_dependency(written: str, span: Span, manifest: str) -> Dependency:
    """Of an image reference; the version is a digest, because a tag moves."""
    name, _, digest = written.partition("@")
    head, _, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    name = f"{head}/{last}" if head else last
    return Dependency("docker", name, digest or tag, digest, span, manifest, source="registry")


def _python_dependency(written: str, span: Span, manifest: str) -> Dependency:
    lowered = written.lower()
    if lowered.startswith(("git+", "git@", "ssh://")) or (
        lowered.startswith("http") and lowered.partition("@")[0].endswith(".git")
    ):
        return Dependency("pypi", _last_name(written), written, "", span, manifest, source="git", location=written)
    if lowered.startswith(("http://", "https://")):
        return Dependency("pypi", _last_name(written), written, "", span, manifest, source="url", location=written)
    if lowered.startswith((".", "/", "~", "file:", "${", "$")) or written.endswith((".whl", ".tar.gz")):
        return Dependency("pypi", written, "", "", span, manifest, source="path", location=written)
    found = _PYTHON_NAME.match(written.strip())
    if found is None:
        return Dependency("pypi", written, "", "", span, manifest, source="path", location=written)
    name, operator, rest = found[1], found[2] or "", (found[3] or "").strip()
    if operator == "@" and "://" in rest:
        source = "git" if rest.startswith("git+") else "url"
        return Dependency("pypi", normal_name(name), rest, "", span, manifest, source=source, location=rest)
    version = rest if operator in ("@", "==", "===") and _EXACT_PYTHON.match(rest) else ""
    requirement = rest if operator == "@" else f"{operator}{rest}"
    return Dependency("pypi", normal_name(name), requirement, version, span, manifest)


def _last_name(address: str) -> str:
    path = re.split(r"[#?]", address)[0].rstrip("/").rpartition("/")[2].partition("@")[0]
    return normal_name(path.removesuffix(".git") or "unnamed")
