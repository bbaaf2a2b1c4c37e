"""Server in a container that is given the host.

## Why it matters
A container is started to keep a server away from the machine. `--privileged`, the host's root folder or the socket of the container
engine give it all back: whoever takes over the server, or talks the model into using it, owns the machine.

## What to do
1. Mount the one folder that the server needs, read-only where it can be.
2. Drop `--privileged` and added capabilities; name the single device or capability that is missing.
3. Keep the engine's socket out; if the server has to manage containers, put a proxy that filters requests before it.
4. Start the server with `--read-only`, `--cap-drop=ALL` and without the host's network.

## Known limits
In a development container the engine's socket and `--privileged` are notes, because building images needs them. Mounts are read
from the arguments; what a compose file mounts is not looked at.

## References
- https://docs.docker.com/engine/security/
- https://cwe.mitre.org/data/definitions/250.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.launch.words import program
from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import argument_span, argv, called, config
from sentinel.model.document import Span
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_HOME = r"(?:~|\$HOME|\$\{HOME\}|\$\{env:HOME\}|\$\{localEnv:HOME\}|/home/[^/:,]+|/Users/[^/:,]+|/root)"
_SOURCE = expression(r"(?:^|,)(?:source|src)=([^,]*)")
_BOUND = expression(r"^([A-Za-z]:[\\/][^:]*|[^:]+):")
_ENGINES = frozenset({"docker", "podman", "nerdctl"})
_WHOLE = expression(rf"^(?:/|//|[A-Za-z]:[\\/]?|/(?:etc|root|var|home|Users|proc|sys|dev)/?|{_HOME}/?)$")
_KEYS = expression(rf"^{_HOME}/\.(?:ssh|aws|gnupg|kube|docker|netrc|config/gh)(?:/|$)")
_SOCKET = expression(r"(?:docker|podman|containerd)\.sock$")
_CAPABILITIES = expression(r"(?i)^(?:ALL|(?:CAP_)?SYS_ADMIN|(?:CAP_)?SYS_PTRACE|(?:CAP_)?SYS_MODULE)$")


def _run(*options: str) -> str:
    return config("docker", "run", "-i", "--rm", *options, "firm/server@sha256:" + "0f" * 32)


@rule(
    "supply-chain/host-mounted-container",
    on=Item.LAUNCH,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=250,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP02:2025", "LLM06:2025", "ASI03:2026"),
    bad=(
        Example(_run("--privileged"), (2,)),
        Example(_run("-v", "/:/host"), (2,)),
        Example(_run("-v", "/var/run/docker.sock:/var/run/docker.sock"), (2,), ".cursor/mcp.json"),
        Example(_run("--mount", "type=bind,source=/,target=/host"), (2,)),
        Example(_run("--cap-add=SYS_ADMIN"), (2,)),
        Example(_run("--pid=host"), (2,)),
        Example(_run("--volume=$HOME/.ssh:/root/.ssh"), (2,)),
        Example('{"image": "a", "runArgs": [\n"--privileged"]}\n', (2,), ".devcontainer/devcontainer.json"),
    ),
    good=(
        Example(_run("-v", "${workspaceFolder}:/workspace")),
        Example(_run("-v", "./data:/data:ro")),
        Example(_run("-e", "TOKEN", "--read-only", "--cap-drop=ALL")),
        Example(_run("--network", "host")),
        Example(_run("--mount", "type=bind,source=/srv/project,target=/project")),
        Example(_run("-v", "cache:/root/.cache")),
        Example(_run("--cap-add=NET_ADMIN")),
        Example(config("docker", "run", "-i", "image", "--privileged")),
        Example(config("node", "server.js", "-v", "/:/host")),
        Example(
            '{"image": "a", "runArgs": ["--cap-add=NET_ADMIN"], "mounts": ["source=history,target=/h,type=volume"]}\n',
            path=".devcontainer/devcontainer.json",
        ),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """An option of `docker run`, or of a development container, that gives the container the host."""
    if launch.config == "devcontainer" and launch.name == "settings":
        for name, value, span in launch.settings:
            what = _opens(value) if name in ("mounts", "workspaceMount") else _judged(*_option(value)) if name == "runArgs" else ""
            if (name == "privileged" and value == "true") or what:
                yield Match(
                    span, f"The development container {what or 'is privileged'}.", identity=f"devcontainer|{name}|{value}",
                    severity=Severity.LOW, context="a development container",
                )  # fmt: skip
        return
    for what, span in _options(launch):
        yield Match(span, f"The container of {called(launch)} {what}.", identity=f"{launch.name}|{what}")


def _options(launch: Launch) -> Iterator[tuple[str, Span]]:
    """The options before the image that open the host."""
    listed = argv(launch)
    if launch.package is None or launch.package.ecosystem != "docker" or not _ENGINES & {program(word) for word in listed[:4]}:
        return
    for index, word in enumerate(listed[1:]):
        if argument_span(launch, index) == launch.package.span and launch.argument_spans:
            return
        name, value = _option(word)
        if not value and index + 2 < len(listed):
            value = listed[index + 2]
        what = _judged(name, value)
        if what:
            yield what, argument_span(launch, index)


def _option(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value


def _judged(name: str, value: str) -> str:
    """What an option with its value opens; empty when it opens nothing."""
    if name == "--privileged" and value != "false":
        return "is privileged"
    if name in ("--pid", "--ipc", "--uts", "--userns") and value == "host":
        return f"shares the host's `{name[2:]}`"
    if name == "--cap-add" and _CAPABILITIES.match(value):
        return f"has the capability `{escaped(value, 20)}`"
    if name in ("-v", "--volume", "--mount"):
        return _opens(value)
    return ""


def _opens(mount: str) -> str:
    found = _SOURCE.search(mount)
    bound = _BOUND.match(mount)
    source = found[1] if found else bound[1] if bound else ""
    if _SOCKET.search(source):
        return "holds the engine's socket"
    if _WHOLE.match(source):
        return f"holds the host's `{escaped(source, 40)}`"
    if _KEYS.match(source):
        return f"holds the credentials in `{escaped(source, 40)}`"
    return ""
