"""Settings in sections, as `configparser` holds them: what is put under a name is what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import PUT_IN_MAPPING
from sentinel.analysis.python.containers import element, is_key
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Place, Value, join

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

PARSER = "configparser.ConfigParser()"
"""The dotted name of every parser."""
_NUMBERS = frozenset({"getint", "getfloat", "getboolean"})
_MOST_SECTIONS = 64


def _made(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value:
    return Value(ref=PARSER, entries={})


MAKERS = dict.fromkeys(("configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser"), _made)


def method(parser: Value, name: str, given: Arguments, place: Place) -> Value | None:
    """What a method of a parser gives or changes; None where that is not known, as for what a file brought."""
    held = parser.entries
    if name == "read_dict" and held is not None and (read := given.value(0, "dictionary")) is not None:
        held.update(list((read.entries or {}).items())[:_MOST_SECTIONS])
        return NOTHING
    section, option = given.value(0, "section"), given.value(1, "option")
    if held is None or section is None or not section.is_constant or not is_key(section.const):
        return None
    if name == "add_section":
        _section(held, section.const)
        return NOTHING
    if name in _NUMBERS:
        return Value()
    if option is None or not isinstance(option.const, str):
        return None
    key = option.const.lower()
    if name == "set" and (value := given.value(2, "value")) is not None:
        options = _section(held, section.const)
        if options is not None:
            options[key] = value.step(place, PUT_IN_MAPPING.format(key)) if value.taints else value
        return NOTHING
    if name == "get":
        found = element(held[section.const], key) if section.const in held else NOTHING
        fallback = given.keywords.get("fallback", NOTHING)
        if found is not NOTHING or fallback.taints:
            return join(found, fallback) if fallback.taints else found
    return None


def _section(held: dict[Any, Value], name: Any) -> dict[Any, Value] | None:
    """The options of a section, which is made where there is none."""
    if name not in held and len(held) < _MOST_SECTIONS:
        held[name] = Value(entries={})
    return held[name].entries if name in held else None
