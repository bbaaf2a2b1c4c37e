"""What a launcher would fetch is read out of its command line."""

from __future__ import annotations

import pytest

from sentinel.analysis.launch.packages import dependency, fetched
from sentinel.model.document import Span

SPAN = Span("a", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npx -y @scope/name@1.2.3", ("npm", "@scope/name", "1.2.3", "registry")),
        ("npx name@^1.2", ("npm", "name", "", "registry")),
        ("npx --package=name@2.0.0 tool", ("npm", "name", "2.0.0", "registry")),
        ("npx -p name tool", ("npm", "name", "", "registry")),
        ("npm exec -- name", ("npm", "name", "", "registry")),
        ("pnpm dlx name", ("npm", "name", "", "registry")),
        ("yarn dlx name@1.0.0", ("npm", "name", "1.0.0", "registry")),
        ("bunx name", ("npm", "name", "", "registry")),
        ("bun x name", ("npm", "name", "", "registry")),
        ("npx github:owner/name", ("npm", "github:owner/name", "", "git")),
        ("npx https://files.example.org/a.tgz", ("npm", "https://files.example.org/a.tgz", "", "url")),
        ("npx ./here", ("npm", "./here", "", "path")),
        ("uvx Some_Name==1.0", ("pypi", "some-name", "1.0", "registry")),
        ("uvx name@1.0", ("pypi", "name", "1.0", "registry")),
        ("uvx name@latest", ("pypi", "name", "", "registry")),
        ("uvx --python 3.12 --from name[extra]>=1 tool", ("pypi", "name", "", "registry")),
        ("uvx --from git+https://code.example.org/owner/name tool", ("pypi", "name", "", "git")),
        ("uv tool run name", ("pypi", "name", "", "registry")),
        ("uv run --with name server.py", ("pypi", "name", "", "registry")),
        ("pipx run --spec name==2.0 tool", ("pypi", "name", "2.0", "registry")),
        ("docker run -i --rm -e KEY owner/name:1.2", ("docker", "owner/name", "", "registry")),
        ("docker run -i host:5000/name@sha256:aa", ("docker", "host:5000/name", "sha256:aa", "registry")),
        ("sudo docker run name", ("docker", "name", "", "registry")),
        ("cmd /c npx -y name", ("npm", "name", "", "registry")),
    ],
)
def test_package_of_a_command(command: str, expected: tuple[str, str, str, str]) -> None:
    """Ecosystem, name, exact version and source of what a command fetches."""
    found = fetched(command.split())
    assert found is not None
    made = dependency(found, SPAN, "mcp")
    assert expected == (made.ecosystem, made.name, made.version, made.source)


@pytest.mark.parametrize(
    "command", ["node server.js", "uv run server.py", "npx", "docker compose up", "npx --no-install a", "python -m a"]
)
def test_no_package(command: str) -> None:
    """A command that starts what is there fetches nothing."""
    assert fetched(command.split()) is None
