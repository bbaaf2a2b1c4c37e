"""What the types of a program's own say of a parameter: that it, or a field of it, holds no free text."""

from __future__ import annotations

import re

from sentinel.analysis.javascript.modules import imported_names
from sentinel.analysis.javascript.sources import is_harmless_type
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

_LITERAL = expression(r"""["'`][^"'`]*["'`]|-?\d[\d_.]*|true|false|null|undefined""")
_NAMED = expression(r"[A-Z]\w{0,60}")
_FIELD = expression(r"(?m)(?:^|[;,{])\s*(?:readonly\s+)?([A-Za-z_$][\w$]*)\??\s*:\s*([^;,\n{}()]{1,300})")
_COMMENT = expression(r"/\*[\s\S]*?\*/|//[^\n]*")
_NESTED = expression(r"(?m)(?:^|[;,{])\s*(?:(?:readonly|public|private)\s+)*([A-Za-z_$][\w$]*)\??\s*:\s*\{")
_REQUEST = expression(r"(?:extends|implements|[=&])[^{]*(?:Request|IncomingMessage|Context|Partial)\b")
_OF_REQUESTS = frozenset({"headers", "query", "params", "cookies", "method", "url", "body", "hostname", "ip", "rawBody", "session"})
_DECLARES = expression(rb"\b(?:enum|type|interface|class)\s+([A-Z]\w{0,60})\b(?=\s*(?:[={<]|extends\b|implements\b))")
"""Not what an import names, `import { type Request } from "express"`."""
_ALIAS = expression(rb"type\s+\w+\s*=\s*([^;{}()<>]{1,600}?)(?:;|\n\s*\n|\n(?=\s*[a-z/@]))")
_SHAPE = expression(rb"(?:interface|class|type)\s+\w+\b([^{;]{0,300})\{")
_OBJECT = expression(rb"(?:interface\s+\w+\b[^{;=]{0,200}|type\s+\w+\s*=\s*)\{")
_PLACES = "javascript-types"
_MOST_DEPTH = 3
_MOST_BYTES = 8_000
"""Of a type's declaration."""


def is_narrow(annotation: str, document: Document, depth: int = _MOST_DEPTH) -> bool:
    """Whether what is annotated so is a number, a truth, a date, or one of the texts that the program names."""
    alternatives = [one.strip() for one in annotation.strip().strip("|").split("|")]
    return all(_is_one(one, document, depth) for one in alternatives)


def _is_one(annotation: str, document: Document, depth: int) -> bool:
    if _LITERAL.fullmatch(annotation) or is_harmless_type(annotation):
        return True
    if depth == 0 or not _NAMED.fullmatch(annotation):
        return False
    if any(document.data.startswith(b"enum", place) for place in _places(annotation, document)):
        return True
    declared = _first(_ALIAS, annotation, document)
    return declared is not None and is_narrow(declared.group(1).decode("utf-8", "replace"), document, depth - 1)


def narrow_fields(annotation: str, document: Document) -> frozenset[str]:
    """The fields of an annotated parameter that hold no free text, as its type says, written out or declared in the document."""
    text = annotation if annotation.startswith("{") else _declared(annotation, document)
    if not text:
        return frozenset()
    return frozenset(name for name, kind in _FIELD.findall(_COMMENT.sub("", text)) if is_narrow(kind, document))


def is_message(annotation: str, document: Document, workspace: Workspace) -> bool:
    """Whether a type is the program's own and describes no request of the web, but what its own parts ask of each other."""
    if annotation.startswith("{"):
        return not _is_of_web(annotation)
    if not _NAMED.fullmatch(annotation):
        return False
    text = _whole(annotation, document)
    if not text:
        for path, names in imported_names(document, workspace):
            if any(local == annotation.encode() for _, local in names):
                other = workspace.read(path)
                text = _whole(annotation, other) if other is not None else ""
                break
    return bool(text) and not _is_of_web(text)


def _is_of_web(text: str) -> bool:
    head, _, body = text.partition("{")
    fields = {name for name, _ in _FIELD.findall("{" + _COMMENT.sub("", body))}
    fields |= set(_NESTED.findall(_COMMENT.sub("", body)))
    return bool(_REQUEST.search(head)) or "headers" in fields or len(fields & _OF_REQUESTS) > 1


def _whole(name: str, document: Document) -> str:
    """What is declared under a name: an interface, a class or an object type, with what it extends; empty for nothing."""
    found = _first(_SHAPE, name, document)
    if found is None:
        return ""
    line = document.data.find(b"\n", found.end())
    line = line if line >= 0 else len(document.data)
    is_short = document.data[found.end() : line].rstrip(b"; ").endswith(b"}")
    stop = line if is_short else document.data.find(b"\n}", found.end(), found.end() + _MOST_BYTES)
    return (found.group(1) + b"{" + document.data[found.end() : max(stop, found.end())]).decode("utf-8", "replace")


def _declared(name: str, document: Document) -> str:
    """The body of the object type or interface of a name; empty when the document declares none."""
    if not _NAMED.fullmatch(name):
        return ""
    found = _first(_OBJECT, name, document)
    if found is None:
        return ""
    data, start, depth = document.data, found.end(), 1
    for at in range(start, min(len(data), start + _MOST_BYTES)):
        byte = data[at : at + 1]
        depth += (byte == b"{") - (byte == b"}")
        if depth == 0:
            return "{" + data[start:at].decode("utf-8", "replace")
    return ""


def _first(form: re.Pattern[bytes], name: str, document: Document) -> re.Match[bytes] | None:
    """The first declaration of a name that has a form."""
    return next((found for place in _places(name, document) if (found := form.match(document.data, place))), None)


def _places(name: str, document: Document) -> list[int]:
    """Where the document declares a type of that name; the document is searched once."""
    places: dict[bytes, list[int]] | None = document.cache.get(_PLACES)
    if places is None:
        places = document.cache[_PLACES] = {}
        for found in _DECLARES.finditer(document.data):
            places.setdefault(found.group(1), []).append(found.start())
    return places.get(name.encode(), [])
