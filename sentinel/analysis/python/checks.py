"""Single tests of data: what a comparison, a method or a regular expression says of it."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, cast

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS, safe_kinds
from sentinel.analysis.python import promises
from sentinel.analysis.python.containers import each
from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.narrowing import bare, narrow, narrow_roots, note
from sentinel.analysis.python.origins import OPERATORS, SEGMENT
from sentinel.analysis.python.patterns import passed_kinds, refused_kinds
from sentinel.analysis.python.telling import imports_any
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    CLIMBS_NOWHERE,
    NO_CLIMB,
    NOT_ABSOLUTE,
    NOTHING,
    UNKNOWN,
    WITHOUT,
    Value,
    deep_taints,
    is_changed,
    parts,
)
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


BEGINS_WITH = {quote: cast("SinkKind", f"begins with {quote}") for quote in WITHOUT}
ENDS_WITH = {quote: cast("SinkKind", f"ends with {quote}") for quote in WITHOUT}
"""What is known of a text, beside the sinks that it does no harm at."""


def equals(walker: Walker, tested: Node, other: Node, holds: bool, frame: Frame) -> None:
    """`x == constant`, `x == cleaned(x)`; also `os.path.commonpath([base, x]) == base`, `os.path.basename(x) == x`."""
    if not holds:
        return
    value, against = walker.evaluate(tested, frame), walker.evaluate(other, frame)
    if tested.kind == "call":
        function = walker.evaluate(tested.fields["function"], frame) if "function" in tested.fields else NOTHING
        if function.ref in ("os.path.commonpath", "os.path.commonprefix"):
            if is_chosen(against):
                return
            _common_path(walker, tested, function.ref, frame)
            return
        if function.ref.endswith("path.basename") or function.ref.endswith("secure_filename"):
            narrow(walker, other, PATHS, frame)
            return
    if value.taints and against.taints:
        narrow(walker, tested, frozenset.intersection(*(taint.safe for taint in against.taints)), frame)
        return
    if not deep_taints(value) or deep_taints(against):
        return
    if against.is_constant or against.opaque or against.ref:
        narrow(walker, tested, EVERYTHING, frame)
        if tested.kind == "identifier" and against.is_constant:
            frame.env[walker.text(frame, tested)] = Value(against.const)
    elif any(facet in ("resolved", "normalised") for _, facet in value.roots):
        narrow(walker, tested, PATHS, frame)


def _common_path(walker: Walker, tested: Node, ref: str, frame: Frame) -> None:
    listed = tested.get("arguments")
    elements = listed.children[0].children if listed is not None and listed.children else []
    for element in elements:
        if walker.evaluate(element, frame).taints:
            if ref.endswith("commonprefix"):
                note(walker, element, "prefix-without-separator", tested, frame)
            else:
                narrow(walker, element, PATHS, frame)


def contains(walker: Walker, node: Node, member: Node, container: Node, holds: bool, frame: Frame) -> None:
    """`x in y`: an allow-list, or a text looked for in the data."""
    inner, outer = walker.evaluate(member, frame), walker.evaluate(container, frame)
    if outer.taints and _is_parents(walker, container, frame):
        if holds:
            within(walker, container.fields["object"], outer, inner, node, frame)
        return
    if isinstance(inner.const, str) and outer.taints:
        _has_text(walker, node, inner.const, container, holds, frame)
        return
    if inner.const == ".." and not holds and is_segment(each(outer)):
        narrow_roots(each(outer), frame, PATHS)
    if not deep_taints(inner):
        if holds and inner.opaque and not outer.taints and member.kind == "identifier":
            narrow(walker, member, EVERYTHING, frame)
        if not holds and inner.const is UNKNOWN and outer.taints and outer.const is UNKNOWN:
            note(walker, container, "deny-list", node, frame)
        return
    if any(taint.source.kind not in OPERATORS for taint in deep_taints(outer)):
        return
    if isinstance(outer.const, str):
        if holds and outer.const.strip() and len(outer.const) < 80:
            narrow(walker, member, EVERYTHING, frame)
    elif holds:
        narrow(walker, member, EVERYTHING, frame)
    elif is_segment(inner) and any(item.const == ".." for item in outer.items or ()):
        narrow(walker, member, PATHS, frame)


def is_segment(value: Value) -> bool:
    """Whether a value is what stands between two slashes of a path."""
    return value.ref == SEGMENT or value.ref.endswith(".parts")


def _is_parents(walker: Walker, container: Node, frame: Frame) -> bool:
    """Whether a container is the list of the folders above a path."""
    if container.kind != "attribute" or "object" not in container.fields or "attribute" not in container.fields:
        return False
    return walker.text(frame, container.fields["attribute"]) == "parents"


def is_chosen(folder: Value) -> bool:
    """Whether somebody else says which folder that is, from its beginning and as it stands."""
    first = parts(folder)[0] if folder.taints else ""
    if isinstance(first, str):
        return False
    return any(taint.source.kind not in OPERATORS and not taint.safe >= PATHS and not is_changed(taint) for taint in first.taints)


def _climbs_nowhere(held: Value) -> bool:
    """Whether all data in a path was found to hold no `..`: it lies where its words say."""
    return bool(held.taints) and all(NO_CLIMB in taint.safe for taint in held.taints)


def within(walker: Walker, path: Node, held: Value, folder: Value | None, node: Node, frame: Frame) -> None:
    """A path that was found to lie below a folder: by its words alone, unless it was resolved before; for nothing where the folder
    is somebody's choice, too."""
    if folder is not None and is_chosen(folder):
        return
    if not held.roots or any(facet in ("resolved", "normalised") for _, facet in held.roots) or _climbs_nowhere(held):
        narrow(walker, path, PATHS, frame)
    else:
        note(walker, path, "unresolved-prefix", node, frame)


def _has_text(walker: Walker, node: Node, text: str, container: Node, holds: bool, frame: Frame) -> None:
    """`".." in path`, `";" in command`, `"@" in address`."""
    if holds:
        return
    if text.strip("/\\") == "..":
        narrow(walker, container, CLIMBS_NOWHERE, frame)
    elif text in ("/", "\\"):
        narrow(walker, container, PATHS if text == "/" else frozenset(), frame)
    elif text in ("\n", "\r"):
        narrow(walker, container, frozenset({SinkKind.LOG}), frame)
    elif text == ".":
        narrow(walker, container, CLIMBS_NOWHERE, frame)
    elif text in WITHOUT and _is_inside_of_literal(walker, container, text, frame):
        narrow(walker, container.fields["value"], frozenset({SinkKind.CODE}), frame)
    elif not text.replace(" ", "").isalnum():
        if text in WITHOUT and bare(container).kind == "identifier":
            narrow(walker, container, frozenset({WITHOUT[text]}), frame)
        note(walker, container, "deny-list", node, frame)


def _is_inside_of_literal(walker: Walker, node: Node, quote: str, frame: Frame) -> bool:
    """Whether an expression is what stands between the quotes that a text was found to begin and to end with: where it holds none,
    the text is a literal."""
    held, index = node.get("value"), node.get("subscript")
    if held is None or index is None or held.kind != "identifier" or walker.text(frame, index) != "1:-1":
        return False
    taints = walker.evaluate(held, frame).taints
    return bool(taints) and all({BEGINS_WITH[quote], ENDS_WITH[quote]} <= taint.safe for taint in taints)


def subset(walker: Walker, left: Node, right: Node, frame: Frame) -> None:
    """`set(x) <= ALLOWED`."""
    if not deep_taints(walker.evaluate(right, frame)):
        narrow_members(walker, left, frame)


def narrow_members(walker: Walker, made: Node, frame: Frame) -> None:
    """Each member of `set(x)` is one of the program's own."""
    listed = made.get("arguments")
    function = walker.evaluate(made.fields["function"], frame) if "function" in made.fields else NOTHING
    if function.ref in ("set", "frozenset") and listed is not None and listed.children:
        narrow(walker, listed.children[0], EVERYTHING - {SinkKind.ARGUMENT}, frame)


def method_test(
    walker: Walker, node: Node, receiver: Node, held: Value, name: str, given: list[Node], holds: bool, frame: Frame
) -> bool:
    """Tests by methods of the data itself; whether the method was one."""
    if name in ("isdigit", "isalnum", "isalpha", "isnumeric", "isdecimal", "isidentifier"):
        if holds:
            narrow(walker, receiver, EVERYTHING, frame)
            _narrow_without(walker, receiver, frame)
        return True
    if name in ("startswith", "endswith") and given and holds and receiver.kind == "identifier":
        quote = walker.evaluate(given[0], frame).const
        if isinstance(quote, str) and quote in WITHOUT:
            narrow(walker, receiver, frozenset({(BEGINS_WITH if name == "startswith" else ENDS_WITH)[quote]}), frame)
            return True
    if name == "startswith" and given:
        _starts(walker, node, receiver, held, given[0], holds, frame)
        return True
    if name == "endswith" and given:
        if holds and any(facet == "host" for _, facet in held.roots):
            suffix = walker.evaluate(given[0], frame)
            texts = [suffix.const] if suffix.is_constant else [item.const for item in suffix.items or ()]
            if not texts or all(isinstance(text, str) and text.startswith(".") for text in texts):
                narrow(walker, receiver, URLS, frame)
        return True
    if name == "is_absolute":
        if not holds:
            narrow(walker, receiver, frozenset({NOT_ABSOLUTE}), frame)
        return True
    if name == "is_relative_to":
        if holds:
            within(walker, receiver, held, walker.evaluate(given[0], frame) if given else None, node, frame)
        return True
    return name in ("exists", "is_file", "is_dir", "get", "strip")


def _narrow_without(walker: Walker, tested: Node, frame: Frame) -> None:
    """`x.replace("-", "").isalnum()`: the text holds nothing but letters, digits and what was left out for the test."""
    left_out: set[str] = set()
    while tested.kind == "call" and "function" in tested.fields and tested.fields["function"].kind == "attribute":
        callee = tested.fields["function"]
        given = [walker.evaluate(child, frame) for child in (tested.get("arguments") or tested).children]
        if walker.text(frame, callee.fields["attribute"]) != "replace" or len(given) != 2 or given[1].const != "":
            return
        if not isinstance(given[0].const, str) or len(given[0].const) != 1:
            return
        left_out.add(given[0].const)
        tested = callee.fields["object"]
    if left_out:
        narrow(walker, tested, safe_kinds(_ALPHANUMERIC | left_out), frame)


_ALPHANUMERIC = frozenset(string.ascii_letters + string.digits)


def _starts(walker: Walker, node: Node, receiver: Node, held: Value, prefix: Node, holds: bool, frame: Frame) -> None:
    """A prefix test: of a path, an address or an option."""
    receiver, held = _without_separator(walker, receiver, held, frame)
    against = walker.evaluate(prefix, frame)
    texts = [against.const] if against.is_constant else [item.const for item in against.items or ()]
    texts = [text for text in texts if isinstance(text, str)]
    if not holds:
        if (held.ref == "os.path.relpath()" and any(text.rstrip("/\\") == ".." for text in texts)) or (
            any(facet == "normalised" for _, facet in held.roots)
            and _leads_up(texts)
            and _is_asked_to_be_relative(node, receiver, frame)
        ):
            narrow(walker, receiver, PATHS, frame)
        if "-" in texts:
            narrow(walker, receiver, frozenset({SinkKind.ARGUMENT}), frame)
        if "/" in texts:
            narrow(walker, receiver, frozenset({NOT_ABSOLUTE}), frame)
        if "//" in texts and _begins_with_slash(walker, held) and not imports_any(walker, frame, {"tornado"}):
            narrow(walker, receiver, frozenset({SinkKind.REDIRECT}), frame)  # a backslash is encoded by the other frameworks
        return
    if texts and all(_FIXED_BEGINNING.match(text) for text in texts):
        narrow(walker, receiver, URLS, frame)
        return
    if texts and all(re.match(r"https?://", text) for text in texts):
        kinds = frozenset({SinkKind.OPENER}) if all("://" in text for text in texts) else frozenset()
        if kinds:
            narrow(walker, receiver, kinds, frame)
        if any(len(text) > 8 for text in texts):
            note(walker, receiver, "prefix-without-separator", node, frame)
        return
    if any(taint.source.kind not in OPERATORS for taint in against.taints):
        return
    if _is_origin(against):
        narrow(walker, receiver, URLS, frame)
        return
    if not texts and not against.pieces:
        narrow(walker, receiver, URLS, frame)  # which addresses begin well is for whoever set the program up
    if texts and all(text.rstrip("/\\") == "~" for text in texts):
        return  # whose home is meant, not where a path lies
    facets = {facet for _, facet in held.roots}
    ends = _ends_with_separator(walker, prefix, against, texts, frame)
    if "resolved" in facets or "normalised" in facets or _climbs_nowhere(held):
        if ends:
            narrow(walker, receiver, PATHS, frame)
        else:
            note(walker, receiver, "prefix-without-separator", node, frame)
    elif all(text.startswith(("/", "./", "~")) or ("/" in text and len(text) > 2) for text in texts):
        note(walker, receiver, "unresolved-prefix" if ends else "prefix-without-separator", node, frame)


def _leads_up(texts: list[str]) -> bool:
    """Whether texts are how a path begins that was made plain and leads up."""
    return bool(texts) and all(text.rstrip("/\\") == ".." for text in texts)


_MOST_BESIDE = 240
"""Bytes before and after a test within which the other half of it stands."""


def _is_asked_to_be_relative(node: Node, path: Node, frame: Frame) -> bool:
    """Whether a path is also asked, beside a test, whether it begins at the root."""
    data = frame.module.data
    name = re.escape(data[path.start : path.end])
    beside = data[max(0, node.start - _MOST_BESIDE) : node.end + _MOST_BESIDE]
    return re.search(rb"\bisabs\(\s*" + name + rb"\s*\)|\b" + name + rb"\.startswith\(\s*\(?[\"']/", beside) is not None


def _without_separator(walker: Walker, receiver: Node, held: Value, frame: Frame) -> tuple[Node, Value]:
    """What is tested, without a separator that was added at its end for the test."""
    joined = bare(receiver)
    left, right = joined.get("left"), joined.get("right")
    if joined.kind != "binary_operator" or left is None or right is None or walker.evaluate(right, frame).const not in ("/", "\\"):
        return receiver, held
    return left, walker.evaluate(left, frame)


_FOUND_SLASH = re.compile(rb"\.startswith\(\s*[\"']/[\"']\s*\)$")


def _begins_with_slash(walker: Walker, held: Value) -> bool:
    """Whether a text was found to begin with a slash, which alone holds no redirect on the site."""
    noted = {place for taint in held.taints for _, place in taint.broken}
    modules = ((walker.modules.get(place.path), place) for place in noted)
    return any(module is not None and _FOUND_SLASH.search(module.data[place.start : place.end]) for module, place in modules)


_FIXED_BEGINNING = re.compile(r"[a-z]+://[^/]+/|data:")
"""The beginning of an address that leads to one host, or to none."""


def _is_origin(prefix: Value) -> bool:
    """Whether a prefix that was put together is a scheme and a host to its end."""
    first, last = (prefix.pieces[0], prefix.pieces[-1]) if prefix.pieces else ("", "")
    has_scheme = any(isinstance(piece, str) and "://" in piece for piece in prefix.pieces[:2])
    return has_scheme and isinstance(last, str) and last.endswith("/") and (last != first or not last.endswith("://"))


def _ends_with_separator(walker: Walker, prefix: Node, against: Value, texts: list[str], frame: Frame) -> bool:
    if texts:
        return all(text.endswith(("/", "\\")) for text in texts)
    written, data = walker.text(frame, prefix), b""
    if prefix.kind == "identifier" and frame.function is not None:
        data = frame.module.data[frame.function.start : frame.function.end]
    elif prefix.kind == "attribute" and "attribute" in prefix.fields:
        written, data = walker.text(frame, prefix.fields["attribute"]), frame.module.data
    if data:
        if re.search(
            rb"\b" + re.escape(written.encode()) + rb"[ \t]*\+=[ \t]*(?:os\.sep|os\.path\.sep|[\"'](?:/|\\\\)[\"'])", data
        ):
            return True
        given = re.findall(rb"\b" + re.escape(written.encode()) + rb"[ \t]*=(?!=)[ \t]*([^\n]{1,200})", data)
        if given:
            return all(_SEPARATED.search(text.decode("utf-8", "replace")) for text in given)
    return bool(_SEPARATED.search(written))


_SEPARATED = re.compile(r"(os\.sep|os\.path\.sep|[\"'](/|\\\\)[\"']|/[\"'])\s*\)*\s*$")


_FIXED_HOST = re.compile(r"(?:\^|\\A)?(?:https?\??|https\?|\(\?:[a-z|]+\)|[a-z]+):(?:\\?/){2}(?:[\w-]|\\[.-])+(?::\d+)?\\?/")
"""The beginning of a pattern that says scheme and host to the end of the host."""


def matches_pattern(walker: Walker, node: Node, compiled: Value, name: str, given: list[Node], holds: bool, frame: Frame) -> None:
    """`re.match(pattern, x)` and `pattern.match(x)`."""
    if compiled.ref == "re.compile()":
        pattern = (compiled.entries or {}).get("pattern", NOTHING)
        subject = given[0] if given else None
    else:
        pattern = walker.evaluate(given[0], frame) if given else NOTHING
        subject = given[1] if len(given) > 1 else None
    if subject is None:
        return
    if not isinstance(pattern.const, str):
        if holds and not pattern.taints and not pattern.is_constant:
            narrow(walker, subject, EVERYTHING, frame)
        return
    if holds:
        kinds = passed_kinds(pattern.const, name)
        if name != "search" or pattern.const.startswith(("^", "\\A")):
            kinds = URLS if kinds is None and _FIXED_HOST.match(pattern.const) else kinds
        if kinds is None:
            note(walker, subject, "unanchored-regex", node, frame)
        else:
            narrow(walker, subject, kinds, frame)
    elif name == "search":
        kinds = refused_kinds(pattern.const)
        narrow(walker, subject, kinds, frame)
        if SinkKind.SHELL not in kinds:
            note(walker, subject, "deny-list", node, frame)


def _types(*names: str) -> re.Pattern[str]:
    """One of the names, or a tuple of them."""
    name = rf"(?:{'|'.join(map(re.escape, names))})"
    return re.compile(rf"\(?\s*{name}(?:\s*,\s*{name})*\s*,?\s*\)?")


_NARROW_TYPES = _types("int", "float", "bool", "complex", "Enum", "UUID", "datetime", "Decimal", "uuid.UUID")
_TEXT_TYPES = _types("str", "bytes")


def instance_test(walker: Walker, given: list[Node], holds: bool, frame: Frame) -> None:
    """`isinstance(x, T)`."""
    named = walker.text(frame, given[1])
    if holds and _NARROW_TYPES.fullmatch(named):
        narrow(walker, given[0], EVERYTHING, frame)
    elif holds and given[0].kind == "identifier" and promises.is_bare(held := walker.evaluate(given[0], frame)):
        frame.env[walker.text(frame, given[0])] = promises.promised(walker, frame.module, named) or held
    elif holds and _TEXT_TYPES.fullmatch(named):
        narrow(walker, given[0], frozenset({SinkKind.NOSQL}), frame)
