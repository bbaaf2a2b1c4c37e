"""Base images of a Dockerfile. Format: https://docs.docker.com/reference/dockerfile/"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places
from sentinel.model.document import Document, Language, Skip
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_FROM = expression(r"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.IGNORECASE | re.MULTILINE)


def _claims(document: Document) -> bool:
    return document.language is Language.DOCKERFILE


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The images that stages start from, in order; earlier stages, `scratch` and names made of variables are left out."""
    from sentinel.analysis.launch.packages import image_dependency

    places, stages = Places(document), {"scratch"}
    for found in _FROM.finditer(document.text):
        image = found[1]
        if image.lower() not in stages and "$" not in image:
            yield image_dependency(image, places.span(found.start(1), found.end(1)), "dockerfile")
        if found[2]:
            stages.add(found[2].lower())


DOCKERFILE = Extractor("dockerfile", Item.DEPENDENCY, _claims, parse, keywords=(b"from",))
