"""How fields and elements of a value are read."""

from __future__ import annotations

import re

from sentinel.analysis.flow import PATHS, is_state
from sentinel.analysis.javascript.changing import loosened, may_be_written
from sentinel.analysis.javascript.folding import field_of
from sentinel.analysis.javascript.program import (
    Node,
)
from sentinel.analysis.javascript.sources import TOOL_NAME, member_source, property_source
from sentinel.analysis.javascript.values import (
    ABSENT,
    EVERY_PLACE,
    EVERYTHING,
    MOST_LISTED,
    NO_FACTS,
    NO_SLASH,
    NOTHING,
    SELECTED,
    UNKNOWN,
    Callee,
    ClassValue,
    Closure,
    Facts,
    Record,
    Taint,
    Value,
    join,
    join_all,
    reference_to,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind, SourceKind

_MOST_PATH = 8
_KEY = "<key>"
_HARMLESS_FIELDS = frozenset({"length", "size", "byteLength", "isFile", "isDirectory", "mtime", "mtimeMs", "ino"})
_HOSTS = frozenset({"hostname", "host"})
_HOST_FIELDS = _HOSTS | {"origin"}
_ONE_NAME = frozenset({NO_SLASH})
_ENCODED_FIELDS = frozenset({"pathname", "search", "hash", "host", "hostname", "origin", "port"})
_ENCODED = frozenset({SinkKind.HTML})
"""What the parts of a parsed address do no harm to: it wrote brackets and quotes as escapes (URL Standard, 1.3)."""
_BUT_SCHEMES = EVERYTHING - {SinkKind.HTML, SinkKind.OPENER}
"""Callers may hand in addresses of their own under the names that servers use; a scheme that runs code is none of them."""
_AFTER_BASE = frozenset({"pathname", "search", "searchParams", "hash", "path", "query"})
"""Parts of an address that a base does not decide."""


def read_member(walker: Walker, value: Value, name: str, node: Node, frame: Frame) -> Value:
    """The field `name` of a value."""
    made: Value | None = None
    if isinstance(value.constant, str) and not value.taints:
        known = field_of(value.constant, name)
        if known is not ABSENT:
            return Value(constant=known)
    if value.parts and value.record is None and name.isdecimal():
        begun = value.parts[0].text()
        known = field_of(begun, name) if begun is not None else ABSENT
        if known is not ABSENT:
            return Value(constant=known)
    if value.schema is not None and name == "shape":
        return value
    record = value.record
    if record is not None:
        made = _field_of(walker, value, record, name, node, frame)
    if name == "constructor" and any(isinstance(one, Closure) for one in value.functions):
        return Value(reference="Function")
    for function in value.functions:
        inner = _static_of(function, name)
        if inner is not None:
            made = inner if made is None else join(made, inner)
    if value.reference:
        reference = reference_to(value.reference, name)
        found = member_source(walker, reference, name, node, frame)
        if found is None and walker.carried:
            found = walker.carried.get(reference)
        if found is None and record is None:
            found = Value(reference=reference)
        if found is not None:
            made = found if made is None else join(made, found)
    if value.taints and name not in _HARMLESS_FIELDS:
        is_whole = name == "href" and value.reference == "URL()"
        inner = Value(_member_taints(value, name, node, frame), parts=value.parts if is_whole else ())
        made = inner if made is None else join(made, inner)
    if made is None or (not made.functions and made.record is None and _is_of_callers(made)):
        found = property_source(walker, name, node, frame)
        if found is not None and made is not None and made.taints:
            return Value(tuple(taint._replace(safe=_BUT_SCHEMES) for taint in found.taints))
        if found is not None:
            return found if made is None else join(made, found)
    return made if made is not None else UNKNOWN


def _is_of_callers(value: Value) -> bool:
    """Whether no data is in a value but what the program's own callers hand in."""
    return all(taint.origin.kind is SourceKind.PARAMETER for taint in value.taints)


def _field_of(walker: Walker, value: Value, record: Record, name: str, node: Node, frame: Frame) -> Value | None:
    if name in record.fields or (walker.owner and record.kind is not None and record.kind.type_of(name) is not None):
        held = record.fields.get(name, UNKNOWN)
        if record.sure < EVERY_PLACE and record.is_array and name.isdecimal() and int(name) >= record.sure:
            return record.everything()
        if not record.is_array and is_state(held.constant) and _is_written(record, name, held, frame):
            held = loosened(held)
        return _declared(walker, record, name, held) if walker.owner and record.kind is not None else held
    if name in record.accessors:
        from sentinel.analysis.javascript.calls import invoke

        return invoke(walker, record.accessors[name], [], value, node, frame)
    kind = record.kind
    if record.also:
        found = [made for one in record.also if (made := _method_of(Value(record=one), one, name)) is not None]
        if found:
            return join_all(found, MOST_LISTED)
    elif kind is not None:
        method = _method_of(value, record, name)
        if method is not None:
            return method
    if kind is not None:
        getter = kind.getter(name)
        if getter is not None:
            from sentinel.analysis.javascript.calls import invoke

            return invoke(walker, getter, [], value, node, frame)
        if kind.parent_reference and not record.rest.taints:
            return Value(reference=reference_to(f"{kind.parent_reference}()", name))
    if record.is_array and name == "length":
        return UNKNOWN
    if name == "__proto__":
        return UNKNOWN
    return record.rest if record.rest is not UNKNOWN else None


def _is_written(record: Record, name: str, held: Value, frame: Frame) -> bool:
    """Whether a field gets another value here, where its object is written out, or in its class."""
    home = record.kind.module.document if record.kind is not None else record.document
    here = frame.module.document
    return may_be_written(here, name, held) or (home is not None and home is not here and may_be_written(home, name, held))


def _declared(walker: Walker, record: Record, name: str, value: Value) -> Value:
    """The value of an instance's field; in a handler, where nothing is known of it but its type, an instance of that class."""
    declared = record.kind.type_of(name) if record.kind is not None else None
    if declared is None:
        return value
    from sentinel.analysis.javascript.callers import declared_instance

    made = declared_instance(walker, value, *declared)
    if made is None:
        return value
    record.fields[name] = made
    return made


def _method_of(value: Value, record: Record, name: str) -> Value | None:
    """A method of an instance, bound to it."""
    method = record.kind.method(name) if record.kind is not None else None
    if method is None or record.kind is None:
        return None
    bound = Closure(method.function, method.scope, method.module, value, (), record.kind.node.name, method.home)
    return Value(functions=(bound,))


def _chosen_method(value: Value, record: Record, key: Value) -> Value | None:
    """`this["handle" + name]`: any method whose name begins as the program says."""
    prefix = key.parts[0].text() if key.parts else None
    kind = record.kind
    if kind is None or not (prefix or key.reference == TOOL_NAME):
        return None
    found = [_method_of(value, record, name) for name in kind.methods if name.startswith(prefix or "")]
    return join_all((made for made in found if made is not None), MOST_LISTED)


def _static_of(function: Callee, name: str) -> Value | None:
    if isinstance(function, ClassValue):
        kind: ClassValue | None = function
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.statics.fields:
                return kind.statics.fields[name]
            kind = kind.parent
        return None
    if isinstance(function, Closure) and function.statics is not None:
        return function.statics.fields.get(name)
    return None


def _member_taints(value: Value, name: str, node: Node, frame: Frame) -> tuple[Taint, ...]:
    made: list[Taint] = []
    for taint in value.taints:
        if taint.aspect in ("own", "own-url"):
            if name in ("searchParams", "search", "hash", "query"):
                safe = taint.safe | (_ENCODED if taint.aspect == "own-url" and name in _ENCODED_FIELDS else NOTHING)
                made.append(taint._replace(aspect="", path=(*taint.path, name)[:_MOST_PATH], safe=safe))
            elif name in ("pathname", "path"):
                is_parsed = taint.aspect == "own-url"
                safe = taint.safe | (_ENCODED if is_parsed else NOTHING)
                made.append(taint._replace(aspect="own-path" if is_parsed else "own", safe=safe))
        elif taint.aspect == "address":
            made += [taint] if name != "family" else []
        elif name in _OF_UPLOADS and _UPLOAD.match(taint.origin.name):
            continue
        elif name == "originalname" and _UPLOAD.match(taint.origin.name):  # multer's: its reader keeps base names only
            made.append(taint._replace(path=_longer(taint.path, name), aspect="", safe=taint.safe | PATHS))
        elif taint.aspect == "url-base" and name in _AFTER_BASE:
            continue
        elif taint.aspect in ("url", "url-base"):
            aspect = "host" if name in _HOST_FIELDS else "protocol" if name == "protocol" else "" if name == "href" else "part"
            safe = taint.safe | (_ENCODED if name in _ENCODED_FIELDS else NOTHING) | (_ONE_NAME if name in _HOSTS else NOTHING)
            made.append(taint._replace(aspect=aspect, safe=safe))
        elif name in taint.origin.narrow and not taint.path:
            continue
        elif taint.origin.is_root and not taint.path:
            origin = taint.origin.child(name, frame.module.document, node.start, node.end)
            made.append(taint._replace(origin=origin))
        else:
            made.append(_unselected(taint)._replace(path=_longer(taint.place, name), aspect=""))
    return tuple(made)


_OF_UPLOADS = frozenset({"filepath", "newFilename", "tempFilePath", "path", "filename", "destination", "size"})
"""Fields of an uploaded file that the program's own reader of forms fills: where it put the file, and under which name."""
_UPLOAD = re.compile(r"request\.files?\b")


def _is_written_out(value: Value) -> bool:
    """Whether a value is an object of the program's own, of which all fields are known."""
    record = value.record
    if record is None or value.taints or record.is_array or record.is_open or record.kind is not None or not record.fields:
        return False
    return record.is_written_out and record.rest is UNKNOWN


def _longer(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The path to a field of what stands at `path`; whatever lies deeper than the same field once more counts as that field."""
    if len(path) > 1 and name in path:
        return path[: path.index(name) + 1]
    return (*path, name) if len(path) < _MOST_PATH else path


def read_index(walker: Walker, value: Value, key: Value, node: Node, frame: Frame) -> Value:
    """The element of a value under a computed key."""
    name = key.text()
    if name is not None:
        return read_member(walker, value, name, node, frame)
    if value.record is not None and value.record.kind is not None:
        chosen = _chosen_method(value, value.record, key)
        if chosen is not None and chosen.functions:
            return chosen
    made = element_of(value)
    if key.taints and value.record is None and not value.taints:
        made = Value(made.taints, reference="[key]" if not value.reference else f"{value.reference}[key]", parts=(key,))
        made.parts = (key,)
    elif key.taints and _is_written_out(value) and made.facts is NO_FACTS and not made.taints:
        from sentinel.analysis.javascript.guarding import equal_facts

        parts = (key,) if made.record is not None else made.parts
        told = Facts(true=equal_facts(key))  # it is there for the keys that the program wrote out
        made = Value((), made.constant, made.reference, made.record, made.functions, parts, told)
    elif key.taints and made.record is not None:
        made = Value(made.taints, made.constant, made.reference, made.record, made.functions, (key,))
    elif value.reference and not made.taints:
        found = member_source(walker, reference_to(value.reference, "*"), "*", node, frame)
        if found is not None:
            made = join(made, found)
    return made


def element_at(record: Record, place: int | None) -> Value | None:
    """The element at a place, from the end when it is negative; None when it is not known for certain."""
    if place is None or not record.is_array or record.rest is not UNKNOWN or record.is_open:
        return None
    at = place + record.length if place < 0 else place
    is_told = at < record.sure if place >= 0 else record.sure >= record.length
    return record.fields.get(str(at)) if is_told and at >= 0 else None


def _element_taint(taint: Taint) -> Taint:
    """Any element of a list, or of what was selected of it."""
    if taint.aspect or len(taint.path) >= _MOST_PATH:
        return taint
    return _unselected(taint)._replace(path=(*taint.place, "*"))


def _unselected(taint: Taint) -> Taint:
    """What is read from some of a list is one thing."""
    return taint._replace(safe=taint.safe - {SELECTED}) if SELECTED in taint.safe else taint


def element_of(value: Value) -> Value:
    """Any element or field of a value."""
    made = UNKNOWN
    if value.record is not None:
        made = value.record.everything()
    if value.taints:
        taints = tuple(map(_element_taint, value.taints))
        made = join(made, Value(taints)) if made is not UNKNOWN else Value(taints)
    return made


def keys_of(value: Value) -> Value:
    """Any key of a value, the caller's when the value is. A check of a key tells nothing of the value."""
    return Value(tuple(taint._replace(path=(*taint.path, _KEY)[:_MOST_PATH], aspect="") for taint in value.taints))
