"""What a function from elsewhere hands on of what it is given, judged by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import PATHS
from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.naming import written_as
from sentinel.analysis.generic.texts import joined
from sentinel.analysis.generic.values import Value, joined_taints, without

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

NOT_CARRIED = re.compile(
    r"(?i)^(?:len|length|size|count|equals\w*|hash_?code|index_?of|last_?index_?of|is_?empty|is_?null\w*|empty\?|nil\?|"
    r"present\?|blank\?|"
    r"contains\w*|starts_?with\??|ends_?with\??|start_with\?|has_?\w*|is_?[a-z]\w*|exists?\??|compare\w*|matches|match\?|include\?|"
    r"ok|save!?|valid\?|close|strlen|sizeof|isset|to_i|to_f|any\?|all\?|each_?\w*|GetType|get_?class|hash|len_utf8|is_a\?|"
    r"kind_of\?)$"
)
_CARRIERS = re.compile(
    r"(?i)(?:^|[.])(?:(?:must_?)?compile|to_?str(?:ing)?|trim\w*|strip|l?r?trim|lower\w*|upper\w*|to_?lower\w*|to_?upper\w*|replace\w*|"
    r"decode\w*|\w*decode|"
    r"url_?decode\w*|unescape\w*|join\w*|concat\w*|format\w*|sprintf|split\w*|substr\w*|get_?bytes|value_?of|of_?nullable|"
    r"or_?else\w*|unwrap\w*|clone|to_owned|to_vec|as_\w+|into\w*|from|from_utf8\w*|new|parse|uri|byte|string|str|text|"
    r"base64\w*|"
    r"str_replace|implode|explode|array_\w+|normalize\w*|clean|abs|absolute\w*|expand_path|real_?path|map|collect|"
    r"stringify|"
    r"wrap|some|ok|await|dup|encode|force_encoding|to_s|to_sym|to_h|permit|compact|of|relativize|append\w*|push|insert|add|resolve|"
    r"stripslashes|nl2br|ucfirst|strtolower|strtoupper|preg_replace|iconv|mb_\w+|strrev|rawurldecode)$"
)
HOSTS = re.compile(r"(?i)^(?:get_?)?host(?:_?name)?$")
"""The host of an address, which holds no slash."""
_ENTRY_READ = re.compile(r"(?i)^(?:get\w*|fetch|dig|value|query_?param|param|header|has|input|at|opt\w*|as_?(?:string|text))$")
"""Methods that read an entry by its name: two entries are two things, and what is told of one holds for it alone."""
_GROWING = frozenset(
    "append Append AppendFormat AppendLine AppendJoin Insert insert push concat add Add arg args write_str push_str "
    "WriteString".split()
)
_CLEANED = re.compile(
    r"(?i)(?:filepath|path)\.(?:Clean|Join|Abs|Rel|EvalSymlinks)$|canonical|normalize|real_?path|get_?full_?path|expand_path|"
    r"cleanpath|absolute"
)


def carried(walker: Walker, form: Form, full: str, reference: str, receiver: Value, given: list[Value]) -> Value:
    """What a function from elsewhere hands on."""
    name = form.name
    if NOT_CARRIED.match(name):
        return Value(reference=reference)
    if receiver.taints and len(given) == 1 and given[0].constant and _ENTRY_READ.match(name):
        entry = f".{given[0].constant}"
        receiver = receiver._replace(taints=tuple(one._replace(path=one.path + entry) for one in receiver.taints))
    values = [receiver] if receiver.taints else []
    if _CARRIERS.search(full) or walker.table.carriers.search(full):
        values += [value for value in given if value.taints]
    taints = joined_taints(values)
    constant = (
        receiver.constant
        if not given and not taints
        else given[0].constant
        if len(given) == 1 and _CARRIERS.search(full) and not taints
        else None
    )
    if _cleans_paths(full):
        taints = tuple(taint._replace(is_cleaned=True) for taint in taints)
    if HOSTS.match(name):
        taints = without(taints, PATHS)
    made = Value(taints, constant, reference, is_joined=any(value.is_joined for value in values))
    if len(values) + len(given) > 1 and re.search(r"(?i)(?:join|concat|append)$", name):
        laid_out = [one for value in given for one in (value.items if value.items else (value,))]
        made = joined([*([receiver] if receiver.taints or receiver.constant is not None else []), *laid_out])
        made = made._replace(reference=reference)
        if _cleans_paths(full):
            made = made._replace(taints=tuple(taint._replace(is_cleaned=True) for taint in made.taints))
    grown = form.parts[0]
    if name in _GROWING and (grown.kind is Kind.NAME or (grown.kind is Kind.MEMBER and grown.name == "ArgumentList")):
        held = _with_items(receiver, given)
        walker.state.names[written_as(grown)] = held
        return held
    if receiver.items is not None and name in ("arg", "args"):
        held = _with_items(receiver, given)
        root = form.parts[0]
        while root.kind is Kind.CALL:
            root = root.parts[0]
        if root.kind is Kind.NAME and root.name in walker.state.names:
            walker.state.names[root.name] = held
        return held
    return made


def _cleans_paths(full: str) -> bool:
    """Whether a function takes `..` out of a path."""
    return bool(_CLEANED.search(full))


def _with_items(held: Value, given: list[Value]) -> Value:
    """A list with more items at its end."""
    more = [item for value in given for item in (value.items if value.items is not None else (value,))]
    items = (*(held.items or ()), *more)
    return held._replace(taints=joined_taints([held, *given]), items=items, is_joined=held.is_joined or len(items) > 1)
