"""What the functions that a schema is given tell of a text: a predicate that it has to pass, a change before the next one."""

from __future__ import annotations

from dataclasses import replace

from sentinel.analysis.javascript.calls import Invocation, call_back
from sentinel.analysis.javascript.values import EVERYTHING, Origin, Schema, Taint, Value
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SinkKind, SourceKind

_NOWHERE = EVERYTHING - {SinkKind.PROMPT}
"""Where the text that is asked in place of all others does no harm: it is nobody's."""


def refined_schema(walker: Walker, made: Invocation, schema: Schema) -> Schema | None:
    """The schema after `refine(predicate)` and `transform(change)` of a text; None where they tell nothing."""
    place = made.argument_node(0)
    origin = Origin(SourceKind.PARAMETER, made.frame.module.document, place.start, place.end, "text")
    answer = call_back(walker, made.argument(0), [Value((Taint(origin, aspect=schema.aspect, safe=_NOWHERE),))], made)
    if made.method == "transform":
        aspects = {taint.aspect for taint in answer.taints if taint.origin is origin}
        return replace(schema, aspect=aspects.pop()) if len(aspects) == 1 else None
    told = frozenset[SinkKind]().union(*(one.safe for one in answer.facts.true if one.origin is origin and not one.path))
    return replace(schema, safe=schema.safe | told) if told else None
