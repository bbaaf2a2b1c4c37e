"""A requirement of PEP 508 as a dependency. Format: https://packaging.python.org/en/latest/specifications/dependency-specifiers/"""

from __future__ import annotations

from sentinel.analysis.manifests._places import normal_name
from sentinel.model.document import Span
from sentinel.model.expression import expression
from sentinel.model.package import Dependency

_REQUIREMENT = expression(r"^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?:@\s*(\S+)|\(?([^;)]*)\)?)")
_EXACT = expression(r"^={2,3}\s*v?([\w.+!-]+)$")


def requirement(written: str, span: Span, manifest: str, *, is_development: bool = False, integrity: str = "") -> Dependency | None:
    """The dependency that a requirement names, None when it is none."""
    found = _REQUIREMENT.match(written)
    if found is None:
        return None
    name, address, constraint = normal_name(found[1]), found[2] or "", " ".join((found[3] or "").split())
    if address:
        source = python_source(address)
        return Dependency("pypi", name, address, "", span, manifest, source=source, location=address, is_development=is_development)
    exact = _EXACT.match(constraint)
    version = exact[1] if exact and "*" not in exact[1] else ""
    return Dependency("pypi", name, constraint, version, span, manifest, is_development=is_development, integrity=integrity)


def python_source(address: str) -> str:
    """Where an address points: `git`, `url` or `path`."""
    lowered = address.lower()
    if lowered.startswith(("git+", "git@", "hg+", "svn+", "bzr+", "git:", "ssh:")):
        return "git"
    return "url" if lowered.startswith(("http://", "https://")) else "path"
