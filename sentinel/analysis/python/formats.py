"""Data formats whose readers make objects or fetch entities."""

from __future__ import annotations

import re

from sentinel.analysis.python.origins import OPERATORS
from sentinel.analysis.python.telling import Call, imports_any
from sentinel.analysis.python.values import Value, deep_taints, is_own_text, parts
from sentinel.model.flow import SourceKind
from sentinel.model.rule import Edit


def check_yaml(call: Call) -> None:
    """`yaml.load` with a loader that makes objects."""
    if _names_no_object(call.value):
        return
    loader = call.given.value(1, "Loader", "loader")
    name = (loader.ref if loader is not None else "").rpartition(".")[2]
    if name in ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader") or (loader is not None and "Safe" in name):
        return
    if loader is not None and loader.target is not None:
        return
    if loader is not None and name in ("FullLoader", "CFullLoader"):
        return
    if loader is None and not imports_any(call.walker, call.frame, {"yaml"}):
        return
    edits: tuple[Edit, ...] = ()
    callee = call.node.get("function")
    if callee is not None and callee.kind == "attribute" and "attribute" in callee.fields and loader is None:
        name_node = callee.fields["attribute"]
        edits = (Edit(call.frame.module.document.span(name_node.start, name_node.end), "safe_load"),)
    opaque = call.value if call.value.taints else Value(opaque=True)
    call.tell(call.spec.kind, opaque, call.spec.details, edits, "Load with yaml.safe_load" if edits else "")


def _names_no_object(value: Value) -> bool:
    """Whether a value is text of the program's own without a tag of YAML that makes objects of Python."""
    return is_own_text(value) and _TAG not in (value.const if isinstance(value.const, str) else "")


_TAG = "!!python/"


def check_always(call: Call) -> None:
    """A call that is told of whatever it is given, but for the program's own text that makes no object."""
    if _names_no_object(call.value):
        return
    call.tell(call.spec.kind, call.value if call.value.taints else Value(opaque=True), call.spec.details)


_UNSAFE_RUAMEL = re.compile(rb"\bYAML\([^)\n]{0,80}\btyp\s*=\s*[\"']unsafe")


def check_ruamel(call: Call) -> None:
    """ruamel.yaml is safe unless told otherwise: by its type, or by the loader of its older functions."""
    if "YAML()" not in call.ref:
        check_yaml(call)
    elif call.value.taints and call.frame.module.document.first(_UNSAFE_RUAMEL):
        call.tell(call.spec.kind, call.value, call.spec.details)


def check_tainted(call: Call) -> None:
    """A call that is told of only where somebody's data reaches it."""
    if deep_taints(call.value):
        call.tell(call.spec.kind, call.value, call.spec.details)


_IMPORTING = re.compile(r"\s*(?:import|from)\s+[\w.]*\Z")


def check_evaluated(call: Call) -> None:
    """Text that is run; of what whoever runs the program chose, an import of it names a module and no more."""
    pieces = parts(call.value)
    taints = deep_taints(call.value)
    is_name = len(pieces) > 1 and isinstance(pieces[0], str) and _IMPORTING.match(pieces[0]) is not None
    if is_name and taints and all(taint.source.kind in OPERATORS - {SourceKind.PARAMETER} for taint in taints):
        call.tell(call.spec.kind, call.value, ("import",))
    else:
        call.tell(call.spec.kind, call.value, (*call.spec.details, "whole") if len(pieces) == 1 else call.spec.details)


def check_trusting(call: Call) -> None:
    """A model or data set that may bring code of its own, which is run because the call says so."""
    trust = call.given.keywords.get("trust_remote_code")
    if trust is not None and trust.const is True:
        check_tainted(call)


def check_keras(call: Call) -> None:
    """A model whose layers may hold code."""
    mode = call.given.keywords.get("safe_mode")
    if mode is not None and mode.const is False:
        check_tainted(call)


def check_torch(call: Call) -> None:
    if "weights_only" in call.given.keywords and call.given.keywords["weights_only"].const is True:
        return
    if call.value.taints:
        call.tell(call.spec.kind, call.value, call.spec.details)


def check_numpy(call: Call) -> None:
    if "allow_pickle" in call.given.keywords and call.given.keywords["allow_pickle"].const is True and call.value.taints:
        call.tell(call.spec.kind, call.value, call.spec.details)


def check_lxml(call: Call) -> None:
    """lxml resolves external entities from local files unless the parser says otherwise (until 5.0)."""
    parser = call.given.value(1, "parser")
    stated = parser.entries if parser is not None and parser.entries is not None else call.given.keywords
    chosen = stated.get("resolve_entities")
    if chosen is not None and chosen.const is True:
        call.tell(call.spec.kind, call.value, ("entities-on", "direct"))
    elif chosen is None and (parser is None or parser.ref.endswith("etree.XMLParser()")):
        call.tell(call.spec.kind, call.value, ("default-unsafe",))


def check_fed(call: Call) -> None:
    """Text handed piece by piece to a parser of lxml whose entities are switched on."""
    text = call.given.value(0, "data")
    chosen = (call.value.entries or {}).get("resolve_entities")
    if text is not None and chosen is not None and chosen.const is True:
        call.tell(call.spec.kind, text, ("entities-on", "direct"))


_EXTERNAL = "~external"
"""Under this key a reader of SAX holds whether it follows outside entities."""
_EXTERNAL_FEATURE = re.compile(r"feature_external_[gp]es$|external-(general|parameter)-entities$")


def check_sax_feature(call: Call) -> None:
    """A switch of a reader of SAX, remembered with the reader."""
    feature, chosen = call.given.value(0, "name"), call.given.value(1, "state")
    if feature is None or chosen is None or call.value.entries is None:
        return
    named = feature.const if isinstance(feature.const, str) else feature.ref
    if _EXTERNAL_FEATURE.search(named) and chosen.is_constant:
        call.value.entries[_EXTERNAL] = Value(bool(chosen.const))


def check_sax(call: Call) -> None:
    """A document read by such a reader."""
    text = call.given.value(0, "source")
    if text is not None:
        call.tell(call.spec.kind, text, ("entities-on", "direct") if _follows_entities(call.value) else ("old-python",))


def check_tree(call: Call) -> None:
    """A tree made by such a reader, which is handed along."""
    reader = call.given.value(1, "parser")
    if reader is not None and _follows_entities(reader):
        call.tell(call.spec.kind, call.value, ("entities-on", "direct"))


def _follows_entities(reader: Value) -> bool:
    chosen = (reader.entries or {}).get(_EXTERNAL)
    return chosen is not None and chosen.const is True


def check_named_jinja(call: Call) -> None:
    chosen = call.given.keywords.get("template_format")
    if chosen is not None and chosen.const == "jinja2":
        call.tell(call.spec.kind, call.value, call.spec.details)
