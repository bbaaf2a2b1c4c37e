"""Functions of libraries that get as an argument what a method is called on: lodash, async, p-map."""

from __future__ import annotations

from sentinel.analysis.javascript.calls import Invocation, call_back
from sentinel.analysis.javascript.functions import Handler
from sentinel.analysis.javascript.reading import element_of, read_member
from sentinel.analysis.javascript.values import UNKNOWN, Record, Value, join
from sentinel.analysis.javascript.walker import Walker

_AS_METHODS = (
    "map filter flatMap reduce find some every forEach join split replace trim slice reverse includes startsWith endsWith concat "
    "values entries keys"
)
_OTHER_NAMES = {"each": "forEach", "toPairs": "entries", "any": "some", "all": "every"}
"""Of lodash, by its own name for what a method does."""
_KEPT = "omit pickBy omitBy compact uniq uniqBy flatten flattenDeep sortBy orderBy castArray defaultTo toString drop take tail"
"""What these give back holds what they were given."""
_OF_ASYNC = "each forEach map filter concat some every"
_MOST_STEPS = 8


def on_first(walker: Walker, made: Invocation) -> Value | None:
    """`_.map(list, ...)` as `list.map(...)`."""
    from sentinel.analysis.javascript.methods import METHODS

    name = made.reference.rpartition(".")[2]
    method = _OTHER_NAMES.get(name, name)
    turned = made._replace(method=method, receiver=made.argument(0), arguments=made.arguments[1:], shift=made.shift + 1)
    return METHODS[method](walker, turned) if made.arguments else None


def kept(walker: Walker, made: Invocation) -> Value | None:
    """What stands in the first argument, without being told apart."""
    return made.argument(0)


def picked(walker: Walker, made: Invocation) -> Value | None:
    """`_.pick(object, "a", ["b"])`: the fields of these names, and nothing else."""
    value, record = made.argument(0), Record()
    if value.functions or not made.arguments:
        return None
    for named in made.arguments[1:]:
        for one in named.record.elements() if named.record is not None and named.record.is_array else [named]:
            name = one.text()
            if name is not None:
                record.fields[name] = read_member(walker, value, name, made.node, made.frame)
            else:
                record.put_rest(element_of(value))
    return Value(record=record)


def read_path(walker: Walker, made: Invocation) -> Value | None:
    """`_.get(object, "a.b", otherwise)`."""
    value, path = made.argument(0), made.argument(1)
    text = path.text()
    listed = path.record.elements() if path.record is not None and path.record.is_array else []
    names = text.replace("[", ".").replace("]", "").split(".") if text is not None else [one.text() for one in listed]
    if not names or None in names or len(names) > _MOST_STEPS:
        return Value(element_of(value).taints)
    for name in names:
        value = read_member(walker, value, name or "", made.node, made.frame)
    return join(value, made.argument(2)) if len(made.arguments) > 2 else value


def _each_with(at: int) -> Handler:
    """A function at a place of the arguments that is called with every element of the first."""

    def handle(walker: Walker, made: Invocation) -> Value | None:
        if not made.argument(at).functions:
            return None
        result = call_back(walker, made.argument(at), [element_of(made.argument(0)), UNKNOWN, UNKNOWN], made)
        listed = Record(is_array=True, depth=walker.branch_depth)
        listed.rest = result
        return Value(record=listed)

    return handle


LIBRARIES: dict[str, Handler] = {
    **{f"lodash.{name}": on_first for name in (*_AS_METHODS.split(), *_OTHER_NAMES)},
    **{f"lodash.{name}": kept for name in _KEPT.split()},
    "lodash.get": read_path,
    "lodash.pick": picked,
    **dict.fromkeys((f"async.{name}{form}" for name in _OF_ASYNC.split() for form in ("", "Series")), _each_with(1)),
    **{f"async.{name}Limit": _each_with(2) for name in ("each", "forEach", "map", "filter")},
    **dict.fromkeys(("p-map", "p-each-series", "p-filter", "bluebird.map", "bluebird.each", "bluebird.mapSeries"), _each_with(1)),
}
"""By the name they go by."""
