"""Forms of WTForms, whose fields fill themselves from the request that is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python import servers
from sentinel.analysis.python.frames import Frame, Instance
from sentinel.analysis.python.origins import UPLOAD, source_value
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Value
from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_FIELDS = expression(r"^(?:wtforms|flask_wtf|flask_ckeditor)\.(?:\w+\.)*(\w+)\(\)$")
_OF_TEXT = frozenset("StringField TextField TextAreaField HiddenField PasswordField URLField SearchField CKEditorField".split())
_OF_FILES = frozenset({"FileField", "MultipleFileField"})
_NARROW = expression(r"\b(?:Regexp|AnyOf|UUID|IPAddress|MacAddress)\(")
"""Validators that leave nothing to inject."""
_HELD = frozenset({"data", "raw_data"})


def sent(walker: Walker, frame: Frame, node: Node, owner: Value, name: str) -> Value | None:
    """What a field of a form holds of the request; None where the value is none of these. A field of a narrow type, and one that
    the form checks itself, does no harm."""
    declared = _FIELDS.match(owner.ref) if name in _HELD else None
    if declared is None:
        return None
    kind = declared.group(1)
    if kind not in _OF_TEXT | _OF_FILES or _is_checked(walker, frame, node):
        return NOTHING
    made = source_value(walker, frame, node, SourceKind.HTTP_REQUEST, walker.text(frame, node))
    if kind in _OF_TEXT:
        return made
    one = made.guarded(servers.OPENED).copy(ref=UPLOAD)
    return Value(items=[], rest=one) if kind == "MultipleFileField" else one


def _is_checked(walker: Walker, frame: Frame, node: Node) -> bool:
    """Whether the form that the field belongs to says what the field may hold."""
    field = node.get("object")
    form = field.get("object") if field is not None and field.kind == "attribute" else None
    if field is None or form is None:
        return False
    target = walker.evaluate(form, frame).target
    if not isinstance(target, Instance):
        return False
    name = walker.text(frame, field).rpartition(".")[2]
    klass = target.klass
    if not klass.methods.keys().isdisjoint({"validate", f"validate_{name}"}):
        return True
    written = klass.fields.get(name)
    return written is not None and _NARROW.search(klass.module.text(written)) is not None
