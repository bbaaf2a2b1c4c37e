"""yarn.lock of Yarn 1 and of Yarn 2 and later. Format: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import MOST_BYTES, Places, broken, name_is
from sentinel.model.document import Document, Role, Skip, Span
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_IN_A_FORGE = expression(r"(?:github|gitlab|bitbucket|gist):|git\+|[\w-]+/[\w.-]+(?:#|$)")
"""What a manifest asks for that wants a commit of a repository, which Yarn fetches as an archive from the forge's own host."""


def _claims(document: Document) -> bool:
    return name_is(document, "yarn.lock") and not document.has_role(Role.VENDORED)


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(r"^(?P<keys>[^\s#][^\n]*):[ \t]*\r?$", re.MULTILINE),
        re.compile(r'^  (version|resolved|integrity|resolution|checksum):? "?([^"\n\r]*)"?', re.MULTILINE),
    )


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order; a Skip when there is text but not one entry."""
    text, places = document.text, Places(document)
    header, field = _expressions()
    headers = list(header.finditer(text)) if len(document.data) <= MOST_BYTES else []
    if not headers and any(line.strip() and not line.startswith("#") for line in text.splitlines()[:50]):
        yield broken(document, "could not be read as a lock file of yarn")
    for number, found in enumerate(headers):
        end = headers[number + 1].start() if number + 1 < len(headers) else len(text)
        fields = dict(field.findall(text, found.end(), end))
        made = _entry(found["keys"], fields, places.span(found.start("keys"), found.end("keys")))
        if made is not None:
            yield made


def _entry(keys: str, fields: dict[str, str], span: Span) -> Dependency | None:
    key, wanted = _wanted(keys)
    resolution = fields.get("resolution", "")
    if key == "__metadata" or "version" not in fields:
        return None
    name, alias, location = key, "", fields.get("resolved", "")
    if wanted.startswith("npm:") and "@" in wanted[5:]:
        name, alias = re.sub(r"@[^@/]*$", "", wanted[4:]), key
    if resolution:
        resolved, _, rest = resolution[1:].partition("@")
        name = resolution[0] + resolved
        alias = key if name != key else ""
        location = "" if rest.startswith("npm:") else rest
    source = "registry"
    if re.match(r"git\+|git:|git@|ssh:", location) or re.search(r"\.git#", location) or _IN_A_FORGE.match(wanted):
        source = "git"
    elif location.startswith(("workspace:", "link:", "portal:", "file:")):
        source = "workspace" if location.startswith("workspace:") else "path"
    elif location.startswith("patch:"):
        location = ""
    version = fields["version"]
    return Dependency(
        "npm", name, version, version, span, "yarn.lock", is_direct=False, is_locked=True, source=source,
        location=location, integrity=fields.get("integrity") or fields.get("checksum", ""), alias=alias,
    )  # fmt: skip


def _wanted(keys: str) -> tuple[str, str]:
    """The name under which a package is asked for and what is asked for: of several wishes one that names another package or a
    repository, which says more than a range of versions, else the first."""
    wishes = [key.strip('"') for key in keys.split(", ")]
    split = [(wish[0] + wish[1:].partition("@")[0], wish[1:].partition("@")[2]) for wish in wishes if wish]
    telling = (pair for pair in split if pair[1].startswith("npm:") or _IN_A_FORGE.match(pair[1]))
    return next(telling, split[0] if split else ("", ""))


YARN_LOCK = Extractor("yarn-lock", Item.DEPENDENCY, _claims, parse)
