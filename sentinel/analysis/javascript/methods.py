"""Methods by name, for receivers of which nothing more is known: propagators, sanitisers and guards."""

from __future__ import annotations

from sentinel.analysis.javascript.arrays import drop_entry, push_elements, slice_elements, take_element
from sentinel.analysis.javascript.containers import (
    ask_own,
    call_each,
    call_listener,
    call_then,
    filled_array,
    get_entry,
    listed_entries,
    next_element,
    put_entry,
    reduce_elements,
    reverse_elements,
)
from sentinel.analysis.javascript.functions import FUNCTIONS as GIVEN
from sentinel.analysis.javascript.functions import Handler, made_string
from sentinel.analysis.javascript.libraries import LIBRARIES
from sentinel.analysis.javascript.outside import unknown_call
from sentinel.analysis.javascript.texts import (
    ask_inclusion,
    ask_membership,
    ask_pattern,
    ask_prefix,
    ask_suffix,
    char_code,
    concat_text,
    join_elements,
    keep_text,
    match_text,
    replace_text,
    split_text,
)

FUNCTIONS: dict[str, Handler] = {**GIVEN, **LIBRARIES}
"""By the name they go by."""
METHODS: dict[str, Handler] = {
    **dict.fromkeys(
        ("trim", "trimStart", "trimEnd", "toString", "substring", "substr", "padStart", "padEnd", "normalize", "toLowerCase",
         "toUpperCase", "repeat", "charAt", "valueOf", "toLocaleLowerCase", "toLocaleUpperCase", "toJSON", "json", "text", "blob",
         "arrayBuffer", "toWellFormed", "toISOString", "subarray", "read", "unwrap", "asString"), keep_text),
    **dict.fromkeys(("map", "forEach", "filter", "flatMap", "some", "every", "find", "findLast", "findIndex", "sort", "toSorted"),
                    call_each),
    **dict.fromkeys(("replace", "replaceAll"), replace_text),
    **dict.fromkeys(("match", "matchAll", "search"), match_text),
    **dict.fromkeys(("test", "exec"), ask_pattern),
    **dict.fromkeys(("includes", "indexOf", "lastIndexOf"), ask_inclusion),
    **dict.fromkeys(("reduce", "reduceRight"), reduce_elements),
    **dict.fromkeys(("push", "unshift", "splice"), push_elements),
    **dict.fromkeys(("set", "add", "append"), put_entry),
    **dict.fromkeys(("get", "getAll"), get_entry),
    **dict.fromkeys(("pop", "shift", "at"), take_element),
    **dict.fromkeys(("delete", "clear"), drop_entry),
    "next": next_element,
    **dict.fromkeys(("values", "entries", "keys"), listed_entries),
    **dict.fromkeys(("then", "catch", "finally"), call_then),
    **dict.fromkeys(("on", "once", "addEventListener", "addListener"), call_listener),
    **dict.fromkeys(("hasOwnProperty", "call"), ask_own),
    **dict.fromkeys(("charCodeAt", "codePointAt"), char_code),
    **dict.fromkeys(("reverse", "toReversed"), reverse_elements),
    "concat": concat_text, "split": split_text, "join": join_elements, "slice": slice_elements, "fill": filled_array,
    "has": ask_membership, "startsWith": ask_prefix, "endsWith": ask_suffix,
    "string": made_string,
    **dict.fromkeys(("flat", "toArray", "toSpliced"), lambda walker, made: made.receiver),
}  # fmt: skip
"""By name, asked when nothing more is known of the receiver."""

__all__ = ["FUNCTIONS", "METHODS", "unknown_call"]
