"""Classes of the workspace: their members, their constructors, what the types of their fields promise."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, is_state
from sentinel.analysis.python import registries, sources
from sentinel.analysis.python.containers import each, element
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance
from sentinel.analysis.python.functions import invoke
from sentinel.analysis.python.likenesses import construct
from sentinel.analysis.python.modules import Function, Import, Klass
from sentinel.analysis.python.narrowing import narrow_whole
from sentinel.analysis.python.patterns import passed_kinds
from sentinel.analysis.python.promises import Promise, class_of, promised
from sentinel.analysis.python.sinks import CALLS
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, OPAQUE, UNKNOWN, Value, join
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


_FEW_BASES = 2
_MOST_BASES = 4
"""Bases of one class that are asked for a constructor."""
_MOST_MAKERS = 4
"""Calls inside which the constructor of an object is still walked that was not seen to be made."""


def member(walker: Walker, frame: Frame, klass: Klass, name: str, receiver: Value | None, depth: int = 0) -> Value | None:
    """A method or class field, through the bases."""
    method = klass.methods.get(name)
    if method is not None:
        kinds = {klass.module.text(decorator) for decorator in method.decorators}
        if receiver is not None and kinds & {"property", "cached_property", "functools.cached_property"}:
            return invoke(walker, frame, None, method, Arguments(), receiver)
        if "staticmethod" in kinds:
            return Value(target=method)
        if "classmethod" in kinds:
            return Value(target=Bound(method, Value(target=klass)))
        return Value(target=Bound(method, receiver)) if receiver is not None else Value(target=method)
    if name in klass.classes:
        return Value(target=klass.classes[name])
    stored = fields_of(walker, klass).get(name)
    if stored is not None:
        return stored
    if name in klass.fields:
        right = klass.fields[name].get("right")
        holds_data = receiver is not None and (receiver.taints or receiver.rest is not None)
        if holds_data and right is None:
            return None  # the data that the object was made of is the field's
        if not holds_data and (right is None or right.kind == "none"):
            declared = klass.fields[name].get("type")
            found = promised(walker, klass.module, klass.module.text(declared)) if declared is not None else None
            if found is not None:
                return found
        if right is not None and right.kind == "none":
            return OPAQUE  # made later, as the one object of a class is
        if right is not None:
            made = walker.evaluate(right, home_of(walker, klass))
            if made.is_container:
                fields_of(walker, klass)[name] = made  # there is one for all, which whoever asks may add to
            if receiver is not None and is_state(made.const) and _may_be_set(walker, klass, name, receiver):
                return made.copy(const=UNKNOWN)
            return made
    if depth < 4:
        home = home_of(walker, klass)
        for base in _likely_first(walker, klass, name):
            found = walker.evaluate(base, home)
            if isinstance(found.target, Klass) and found.target is not klass:
                inherited = member(walker, frame, found.target, name, receiver, depth + 1)
                if inherited is not None:
                    return inherited
    return None


def is_set_again(walker: Walker, klass: Klass, name: str) -> bool:
    """Whether the methods and the body of a class set a field of its objects at several places, so that one of them says nothing of
    it."""
    key = ("set again", klass.module.path, klass.node.start)
    known: frozenset[str] | None = walker.memo.get(key)
    if known is None:
        found = Counter(_SETTING.findall(klass.module.data, klass.node.start, klass.node.end))
        found.update(field.encode() for field, assignment in klass.fields.items() if "right" in assignment.fields)
        known = walker.memo[key] = frozenset(one.decode("utf-8", "replace") for one, times in found.items() if times > 1)
    return name in known


_SETTING = re.compile(rb"\bself\.([\w\x80-\xff]+)[ \t]*(?::[^=\n]{0,80}|[-+*/%|&^]{1,2}|<<|>>)?=(?!=)")


def _may_be_set(walker: Walker, klass: Klass, name: str, receiver: Value) -> bool:
    """Whether an object has something else under a name than what the body of its class says: its methods set it, or whoever made
    it could hand it over, as to a data class or a pydantic model."""
    if is_set_again(walker, klass, name):
        return True
    declared = klass.fields[name].get("type")
    if declared is None or name.isupper() or _FIXED.match(klass.module.text(declared)):
        return False
    if not isinstance(receiver.target, Instance) or receiver.target.has_maker:
        return False
    if not (klass.bases or klass.decorators):
        return False
    init = find_init(walker, klass)
    return init is None or b"**" in init.module.data[init.start : init.start + _MOST_HEAD]


_FIXED = expression(r"(?:typing\.|t\.)?(?:ClassVar|Final)\b")
"""Declarations of what is the same for all objects of a class."""
_MOST_HEAD = 600
"""Bytes in which the parameters of a constructor are looked for."""


def fields_of(walker: Walker, klass: Klass) -> dict[str, Value]:
    """What was given to the fields of a class itself, by name."""
    key = ("fields", klass.module.path, klass.node.start)
    kept: dict[str, Value] | None = walker.memo.get(key)
    if kept is None:
        kept = walker.memo[key] = {}
        if klass.closure is None:
            registries.fill(walker, klass.module, klass.name, None, walker.module_frame(klass.module))
    return kept


def field(walker: Walker, frame: Frame, owner: Value, name: str) -> Value | None:
    """What an object of a class of the workspace gives for a name that is none of its known fields."""
    target = owner.target
    found = _made_good(walker, frame, owner, name) if target.is_promised else None
    found = found or member(walker, frame, target.klass, name, owner)
    if found is None and target.is_made:
        return _answered(walker, frame, owner, name)
    if found is not None or owner.entries is None or len(walker.calls) >= _MOST_MAKERS:
        return found
    target.is_made = True
    init = find_init(walker, target.klass)
    if init is not None:
        with walker.anew():
            invoke(walker, walker.module_frame(target.klass.module), None, init, Arguments(), owner)
    made: Value | None = owner.entries.get(name)
    if made is None:
        made = _answered(walker, frame, owner, name)
    return made_later(walker, target.klass, name) if made is None or made.const is None else made


_MADE_LATER = re.compile(rb"(?::[ \t]*([^=\n]{1,80}?))?[ \t]*=(?!=)[ \t]*(?:await[ \t]+)?(?:([A-Za-z_][\w.]{0,80})\()?")


def made_later(walker: Walker, klass: Klass, name: str) -> Value | None:
    """What a method of a class gives to a field that its objects do not have when they are made: an object of the class that is
    called, or of the one that the field is declared to be."""
    key = ("made later", klass.module.path, klass.node.start, name)
    if key not in walker.memo:
        walker.memo[key] = _made_later(walker, klass, name)
    made: Value | None = walker.memo[key]
    return made


def _made_later(walker: Walker, klass: Klass, name: str) -> Value | None:
    data, mark, declared = klass.module.data, f"self.{name}".encode(), ""
    at = data.find(mark, klass.node.start, klass.node.end)
    while at >= 0:
        given = _MADE_LATER.match(data, at + len(mark), klass.node.end)
        if given is not None:
            called = (given.group(2) or b"").decode("utf-8", "replace")
            if called.rpartition(".")[2][:1].isupper():
                found = promised(walker, klass.module, called)
                if found is not None:
                    return found
            declared = declared or (given.group(1) or b"").decode("utf-8", "replace")
        at = data.find(mark, at + 1, klass.node.end)
    return promised(walker, klass.module, declared) if declared else None


def _answered(walker: Walker, frame: Frame, owner: Value, name: str) -> Value | None:
    """What a class gives by its own method for names that its objects do not have."""
    method = owner.target.klass.methods.get("__getattr__")
    if method is None or name.startswith("__") or method in walker.calls:
        return None
    return invoke(walker, frame, None, method, Arguments([Value(name)]), owner)


_ONLY_DECLARED = re.compile(
    rb":\s*(?:(?:\"\"\"|''').*?(?:\"\"\"|''')\s*)?(?:pass|\.\.\.|raise NotImplementedError\b[^\n]*)?\s*\Z", re.DOTALL
)
_MOST_DECLARED = 3_000
"""Bytes of a method that is looked at for a body."""


def _made_good(walker: Walker, frame: Frame, owner: Value, name: str) -> Value | None:
    """The methods by which the classes beside it do what a class only declares."""
    klass: Klass = owner.target.klass
    method = klass.methods.get(name)
    if method is None or method.end - method.start > _MOST_DECLARED:
        return None
    if not _ONLY_DECLARED.search(klass.module.data, method.start, method.end):
        return None
    made: Value | None = None
    for other in klass.module.classes.values():
        if name in other.methods and klass.name in (other.module.text(base) for base in other.bases):
            found = member(walker, frame, other, name, owner.target.stand_in(other))
            made = found if made is None or found is None else join(made, found)
    return made if made is not None else Value(ref=f"{klass.name}().{name}", opaque=True)


def kept(walker: Walker, promise: Promise) -> Value | None:
    """The object that a promise is of; None where the class is not the workspace's."""
    if promise.kept is None:
        klass = class_of(walker, promise.module, promise.name)
        if isinstance(klass, Klass):
            promise.kept = Value(target=Instance(klass, is_promised=True), entries={}, ref=f"{klass.name}()", opaque=True)
    return promise.kept


def _imported(walker: Walker, klass: Klass, base: Node) -> Import | None:
    """Where in the workspace a base comes from, without reading it; None for any other."""
    found = walker.of_module(klass.module, klass.module.text(base)) if klass.closure is None else None
    return found.target if found is not None and isinstance(found.target, Import) else None


def _likely_first(walker: Walker, klass: Klass, name: str) -> tuple[Node, ...]:
    """The bases of a class, of many those first whose modules hold the name, so that the others need not be read."""
    if len(klass.bases) <= _FEW_BASES:
        return klass.bases
    mentioned = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")

    def holds(base: Node) -> bool:
        target = _imported(walker, klass, base)
        if target is None:
            return True
        document = walker.workspace.read(target.path)
        return document is not None and mentioned.search(document.data) is not None

    return tuple(sorted(klass.bases, key=lambda base: not holds(base)))


def entered(walker: Walker, frame: Frame, value: Value) -> Value:
    """What a `with` statement binds: what an object of the workspace gives when it is entered, else the object."""
    if isinstance(value.target, Instance) and not value.is_constant:
        for name in ("__enter__", "__aenter__"):
            method = member(walker, frame, value.target.klass, name, value)
            if method is not None and isinstance(method.target, Bound):
                return invoke(walker, frame, None, method.target.function, Arguments(), value)
    return value


def elements(walker: Walker, frame: Frame, iterated: Value) -> Value:
    """Any one element of what is iterated over, objects that iterate themselves among it."""
    if isinstance(iterated.target, Instance) and not iterated.is_constant:
        methods = [member(walker, frame, iterated.target.klass, name, iterated) for name in ("__iter__", "__aiter__")]
        made = next((found for found in methods if found is not None and isinstance(found.target, Bound)), None)
        if made is not None:
            result = invoke(walker, frame, None, made.target.function, Arguments(), iterated)
            return each(result) if result is not iterated else NOTHING
    return each(iterated)


def home_of(walker: Walker, klass: Klass) -> Frame:
    """Where the names in the body of a class are looked up."""
    return klass.closure if isinstance(klass.closure, Frame) else walker.module_frame(klass.module)


_DATA_BASES = re.compile(r"(^|\.)(BaseModel|NamedTuple|TypedDict|BaseSettings|SQLModel|Schema|Struct|RootModel)$")


def instantiate(walker: Walker, frame: Frame, node: Node, klass: Klass, given: Arguments) -> Value:
    """Make an object of a class of the workspace."""
    if given.nodes and is_enumeration(klass):
        for argument in given.nodes.values():
            narrow_whole(walker, argument, frame)  # it raises for what is none of its members
        return Value(ref="~enum")
    made = Value(target=Instance(klass, has_maker=True), entries={}, ref=f"{klass.name}()")
    init = find_init(walker, klass)
    if init is not None:
        construct(walker, frame, node, init, given, made)
        return made
    for base in klass.bases:
        if _imported(walker, klass, base) is not None:
            continue  # a class of the workspace, which is no sink
        made_by = walker.evaluate(base, home_of(walker, klass))
        if made_by.target is None and made_by.ref in CALLS and not _refuses_classes(klass, made_by.ref):
            walker.apply(frame, node, made_by, given)
    fields = list(klass.fields) or _annotated(klass)
    assert made.entries is not None
    for name, value in zip(fields, given.positional, strict=False):
        made.entries[name] = value
    made.entries.update(given.keywords)
    for name, assignment in klass.fields.items():
        is_given = name in made.entries or given.rest_keywords is not None
        if is_given and _is_safe_annotation(klass, assignment) and _enforces(klass):
            made.entries[name] = NOTHING
        elif name not in made.entries and given.rest_keywords is not None and _holds(given.rest_keywords, name):
            made.entries[name] = element(given.rest_keywords, name)
        elif name not in made.entries and "right" in assignment.fields:
            default = walker.evaluate(assignment.fields["right"], home_of(walker, klass))
            made.entries[name] = join(default, given.rest_keywords) if given.rest_keywords is not None else default
    if _enforces(klass):
        for name in klass.fields:
            held = made.entries.get(name, given.rest_keywords)
            left = validated(walker, klass, name, held) if held is not None else None
            if left is not None:
                made.entries[name] = left
    for name in ("__post_init__", "model_post_init"):
        if name in klass.methods:
            invoke(walker, frame, node, klass.methods[name], Arguments(), made)
    if any(_DATA_BASES.search(klass.module.text(base)) is None and "Exception" in klass.module.text(base) for base in klass.bases):
        return Value(ref=f"{klass.name}()")
    if given.rest_keywords is not None:
        made.rest = given.rest_keywords
        made.taints = given.rest_keywords.taints
    return made


def _refuses_classes(klass: Klass, base: str) -> bool:
    """Whether a reader of pickles names itself the classes that it loads, and raises for others."""
    finder = klass.methods.get("find_class") if base.endswith(".Unpickler") else None
    return finder is not None and b"raise" in klass.module.data[finder.node.start : finder.node.end]


_BEHAVING_BASES = expression(r"^(?:object|(?:abc\.)?ABC|(?:typing\.)?(?:Generic\b.*|Protocol\b.*))$")


def is_data(walker: Walker, klass: Klass, depth: int = 0) -> bool:
    """Whether objects of a class may be made of JSON: those of models, of dataclasses and the like, and of what is not known."""
    if klass.decorators or depth > _MOST_BASES:
        return True
    for base in klass.bases:
        if _BEHAVING_BASES.match(klass.module.text(base)):
            continue
        found = walker.evaluate(base, home_of(walker, klass))
        if not isinstance(found.target, Klass) or is_data(walker, found.target, depth + 1):
            return True
    return False


_VALIDATOR = expression(r"(?:\w+\.)*(?:field_validator|validator)\(")


_OF_TYPE = expression(r"\b(?:After|Before|Plain)Validator\(\s*([A-Za-z_]\w*)\s*[,)]")
_MOST_VALIDATORS = 4


def validated(walker: Walker, klass: Klass, name: str, value: Value) -> Value | None:
    """What the validators that a class names for a field, by itself or in its type, leave of a value; None where there are none."""
    if not value.taints or b"alidator(" not in klass.module.data[klass.node.start : klass.node.end]:
        return None
    made: Value | None = None
    field = klass.fields.get(name)
    declared = field.get("type") if field is not None else None
    for called in _OF_TYPE.findall(klass.module.text(declared))[:_MOST_VALIDATORS] if declared is not None else ():
        target = walker.settled(walker.lookup(called, home_of(walker, klass))).target
        if isinstance(target, Function):
            made = invoke(walker, home_of(walker, klass), None, target, Arguments([value if made is None else made]), None)
    for method in klass.methods.values():
        for text in map(klass.module.text, method.decorators):
            if _VALIDATOR.match(text) and (f'"{name}"' in text or f"'{name}'" in text or '"*"' in text):
                before = value if made is None else made
                made = invoke(walker, home_of(walker, klass), None, method, Arguments([before]), Value(target=klass))
    return made.copy(roots=()) if made is not None else None


def _holds(mapping: Value, name: str) -> bool:
    return mapping.entries is not None and name in mapping.entries


_ENUMERATIONS = expression(r"(^|\.)(Str|Int)?(Enum|Flag)$")


def is_enumeration(klass: Klass) -> bool:
    """Whether the objects of a class are the members that it lists."""
    return any(_ENUMERATIONS.search(klass.module.text(base)) for base in klass.bases)


def _annotated(klass: Klass) -> list[str]:
    return [klass.module.text(a.fields["left"]) for a in klass.fields.values() if "left" in a.fields]


def _enforces(klass: Klass) -> bool:
    """Whether the class checks the types of its fields (a dataclass does not)."""
    return any(re.search(r"(BaseModel|SQLModel|Struct|BaseSettings|RootModel)$", klass.module.text(base)) for base in klass.bases)


def _is_safe_annotation(klass: Klass, assignment: Node) -> bool:
    declared = assignment.get("type")
    return declared is not None and bool(safety_of_annotation(klass.module.text(declared)) >= EVERYTHING)


def safety_of_annotation(text: str) -> frozenset[SinkKind]:
    """The sinks that data of this type cannot harm, where a framework enforces the type."""
    if sources.SAFE_TYPES.match(text):
        return frozenset(EVERYTHING)
    found = re.search(r"(?:pattern|regex)\s*=\s*(r?)([\"'])(.*?)\2", text)
    if found:
        return passed_kinds(found.group(3), "search") or frozenset()
    return frozenset()


def find_init(walker: Walker, klass: Klass, depth: int = 0) -> Function | None:
    init = klass.methods.get("__init__")
    if init is not None or depth > 4:
        return init
    home = home_of(walker, klass)
    for base in _likely_first(walker, klass, "__init__")[:_MOST_BASES]:
        found = walker.evaluate(base, home)
        if isinstance(found.target, Klass) and found.target is not klass:
            init = find_init(walker, found.target, depth + 1)
            if init is not None:
                return init
    return None
