"""The walk: an abstract run of each function of a document, in order, with functions of the same document followed.

State is the names and what checks have told of data so far; a branch goes its own way and is joined with the other. Everything is
bounded: forms evaluated, calls followed, flows kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sentinel.analysis.flow import ASSIGNED, CALLED, EVERYTHING, JOINED, PATHS, RETURNED, UNTRACKED_KINDS, strongest, thin
from sentinel.analysis.generic.forms import NOTHING, Form, Function, Kind, Parameter, Program
from sentinel.analysis.generic.guarding import checked_by_statement, key_holds, tells
from sentinel.analysis.generic.objects import fill, set_up
from sentinel.analysis.generic.sinking import is_given, sinks_of_call, sinks_of_return, sinks_of_write
from sentinel.analysis.generic.tables import Called, Handler, Table
from sentinel.analysis.generic.texts import formatted, joined
from sentinel.analysis.generic.values import UNKNOWN, State, Taint, Value, either, joined_taints, with_step, without
from sentinel.model.document import BUDGET, Document, Language, Skip, Span
from sentinel.model.flow import Flow, Sink, SinkKind, Source, SourceKind, Step
from sentinel.model.rule import Workspace

MOST_STEPS = 60_000
"""Forms that the walk of one document evaluates; about 0.35 s."""
_MOST_CALLS = 5
_MOST_DEPTH = 150
_MOST_FLOWS = 500
_MOST_WALKS = 24
"""Of one function's body, with data of others among its arguments."""
_MOST_LINES = 12
_NOT_CARRIED = re.compile(
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
    r"wrap|some|ok|await|dup|encode|force_encoding|to_s|to_sym|to_h|permit|compact|of|append\w*|push|insert|add|resolve|"
    r"stripslashes|nl2br|ucfirst|strtolower|strtoupper|preg_replace|iconv|mb_\w+|strrev|rawurldecode)$"
)
_ENTRY_READ = re.compile(r"(?i)^(?:get\w*|fetch|dig|value|query_?param|param|header|has|input|at|opt\w*|as_?(?:string|text))$")
"""Methods that read an entry by its name: two entries are two things, and what is told of one holds for it alone."""
_LOCAL = frozenset({SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE})
_GROWING = frozenset(
    "append Append AppendFormat AppendLine AppendJoin Insert insert push concat add Add arg args write_str push_str "
    "WriteString".split()
)
_CONSUMERS = frozenset(
    {"each", "map", "forEach", "select", "collect", "each_with_index", "filter", "flat_map", "inject", "ForEach", "tap"}
)


class Walker:
    """Walks one document; `run` yields its flows."""

    def __init__(
        self,
        document: Document,
        workspace: Workspace | None,
        program: Program,
        table: Table,
    ) -> None:
        self.document = document
        self.workspace = workspace
        self.program = program
        self.table = table
        self.state = State()
        self.flows: list[Flow] = []
        self._steps = 0
        self._depth = 0
        self._quiet = 0
        self._results: dict[tuple[int, int, str], Value] = {}
        self._plain: dict[Function, Value] = {}
        self._walks: dict[Function, int] = {}
        self._frames: list[tuple[Function | None, list[Value]]] = []
        self._named: dict[str, list[Function]] = {}
        self._fitting: dict[tuple[str, int], Function | None] = {}
        for function in program.functions:
            if function.name:
                self._named.setdefault(function.name, []).append(function)
        self._called, self._own_called = _called_names(program, table.own)

    def run(self) -> Iterator[Flow | Skip]:
        """The flows of the document in the order of their sinks, then a Skip for what was not walked to the end."""
        self._frames.append((None, []))
        self._execute(self.program.body)
        around = self.state
        for function in self.program.functions:
            if function.name:
                self.state = around.copy()
                self._frames = [(function, [])]
                self._enter(function, [])
                self._execute(function.body)
        yield from strongest(self.flows)
        reason = self.program.cut or ("more than the walk's budget" if self.is_exhausted else "")
        if reason:
            yield Skip(self.document.path, BUDGET, f"walk of flows: {reason}")

    @property
    def is_exhausted(self) -> bool:
        """Whether a limit was reached."""
        return self._steps > MOST_STEPS or len(self.flows) > _MOST_FLOWS

    @property
    def language(self) -> Language:
        """The document's language."""
        return self.document.language

    @property
    def function(self) -> Function | None:
        """The function that is walked now; None at the top of the document."""
        return self._frames[-1][0]

    # -- places --------------------------------------------------------------------------------------------------------------

    def span(self, form: Form) -> Span:
        """Where a form stands; its first line when it is long."""
        span = self.document.span(form.start, form.end)
        if span.end_line - span.start_line < _MOST_LINES:
            return span
        return self.document.line_span(span.start_line)._replace(start_column=span.start_column)

    def source(self, found: Called, form: Form, name: str) -> Value:
        """Data that somebody else chose, and that comes in here."""
        function = self._frames[-1][0]
        made = Source(found.source or SourceKind.UNKNOWN, self.span(form), name, function.name if function else "")
        return Value((Taint(made, safe=found.kinds, depth=len(self._frames)),), reference=name)

    # -- functions -----------------------------------------------------------------------------------------------------------

    def _enter(self, function: Function, given: list[Value]) -> None:
        """Bind the parameters: to what was given, else to what the kind of function tells of them."""
        for at, parameter in enumerate(function.parameters):
            value = given[at] if at < len(given) else self._taken(function, parameter)
            held = _type_name(parameter.type)
            if held and not value.reference:
                value = value._replace(reference=held)
            for name in parameter.bound or (parameter.name,):
                self.state.names[name] = value

    def _taken(self, function: Function, parameter: Parameter) -> Value:
        """What a parameter holds when nobody in the document calls the function."""
        table, held = self.table, _type_name(parameter.type)
        reference = Value(reference=held)
        if table.harmless_types.search(parameter.type):
            return reference
        handler = next((one for one in table.handlers if _fits(one, function, parameter)), None)
        if handler is not None and handler.marks is None and handler.owner is not None and function.name in self._own_called:
            return reference  # a method of the class for itself, that is no action
        if handler is not None and handler.owner is not None and self._is_injected(parameter):
            return reference
        if handler is not None:
            kind = handler.kind
        elif function.name and self._is_open(function) and table.text_types.search(parameter.type):
            kind = SourceKind.PARAMETER
        else:
            return reference
        span = self.document.span(parameter.start, parameter.end)
        source = Source(kind, span, parameter.name, function.name)
        return Value((Taint(source, depth=len(self._frames)),), reference=held)

    def _is_injected(self, parameter: Parameter) -> bool:
        """Whether a controller of PHP has its routes beside its actions, and none of them names the parameter."""
        if self.language is not Language.PHP or not self.document.holds(b"Route("):
            return False
        return b"{" + parameter.name.encode() not in self.document.data

    def _is_open(self, function: Function) -> bool:
        return self.table.open_functions and not function.is_hidden and function.name not in self._called

    def function_of(self, form: Form) -> Function | None:
        """The function of this document that a call means, when there is just one."""
        found = self._named.get(form.name)
        if not found:
            return None
        receiver = form.parts[0] if form.parts else NOTHING
        current = self._frames[-1][0]
        is_own = (
            receiver is NOTHING
            or receiver.name in self.table.own
            or (current is not None and receiver.name == current.receiver != "")
        )
        is_own = is_own or (receiver.kind is Kind.NAME and any(receiver.name in one.owner_marks[:1] for one in found))
        return self._only(form.name, len(form.parts) - 1) if is_own else None

    def _only(self, name: str, count: int) -> Function | None:
        """The only function of a name that takes so many arguments, or the only one of that name; None when there are several."""
        key = (name, count)
        if key not in self._fitting:
            found = self._named[name]
            fitting = [one for one in found if len(one.parameters) == count] or found
            self._fitting[key] = fitting[0] if len(fitting) == 1 else None
        return self._fitting[key]

    def _follow(self, function: Function, form: Form, given: list[Value]) -> Value:
        """What a function of the document returns for some arguments; its sinks count as met."""
        is_plain = not any(value.taints for value in given)
        if is_plain and function in self._plain:
            return self._plain[function]
        walks = self._walks[function] = self._walks.get(function, 0) + 1
        if len(self._frames) > _MOST_CALLS or walks > _MOST_WALKS or any(frame[0] is function for frame in self._frames):
            return Value(joined_taints(given))
        step = Step(self.span(form), CALLED.format(function.name))
        given = [value._replace(taints=with_step(value.taints, step), facts=()) for value in given]
        outer, returned = self.state, list[Value]()
        self.state = outer.copy()
        self._frames.append((function, returned))
        self._enter(function, [given[at] if at < len(given) else UNKNOWN for at in range(len(function.parameters))])
        ended, last = self._execute(function.body)
        if not ended:
            returned.append(last)
        self._frames.pop()
        self.state = outer
        made = UNKNOWN
        for value in returned:
            made = either(made, value) if made is not UNKNOWN else value
        back = Step(self.span(form), RETURNED.format(function.name))
        made = made._replace(taints=with_step(made.taints, back), facts=())
        if is_plain:
            self._plain[function] = made
        return made

    def _closure(self, function: Function, given: list[Value]) -> None:
        """Walk a closure where it is written, as if it ran there."""
        if self._quiet or len(self._frames) > _MOST_CALLS + 3 or any(frame[0] is function for frame in self._frames):
            return
        before = dict(self.state.names)
        self._frames.append((function, []))
        self._enter(function, given)
        self._execute(function.body)
        self._frames.pop()
        for parameter in function.parameters:
            for name in parameter.bound or (parameter.name,):
                if name in before:
                    self.state.names[name] = before[name]

    # -- statements ----------------------------------------------------------------------------------------------------------

    def _execute(self, form: Form) -> tuple[bool, Value]:
        """Run a statement: whether what follows is never reached, and its value."""
        self._steps += 1
        if self._depth > _MOST_DEPTH or self.is_exhausted:
            return False, UNKNOWN
        self._depth += 1
        made = self._statement(form)
        self._depth -= 1
        return made

    def _statement(self, form: Form) -> tuple[bool, Value]:
        kind = form.kind
        if kind is Kind.GROUP:
            value = UNKNOWN
            for part in form.parts:
                ended, value = self._execute(part)
                if ended:
                    return True, value
            return False, value
        if kind is Kind.BRANCH:
            return self._branch(form)
        if kind is Kind.LOOP:
            return self._loop(form), UNKNOWN
        if kind is Kind.RETURN:
            values = [self.evaluate(part) for part in form.parts]
            self._frames[-1][1].append(values[0] if len(values) == 1 else Value(joined_taints(values)))
            if len(values) == 1 and values[0].taints:
                sinks_of_return(self, form, values[0])
            return True, UNKNOWN
        if kind is Kind.EXIT:
            for part in form.parts:
                self.evaluate(part)
            return True, UNKNOWN
        value = self.evaluate(form)
        if kind is Kind.CALL and self._never_returns(form):
            return True, UNKNOWN
        facts = checked_by_statement(self, form)
        if facts:
            self.state.assume(facts)
        return False, value

    def _never_returns(self, form: Form) -> bool:
        """Whether a call means a function of the document that always ends the program or raises."""
        function = self.function_of(form) if form.name in self._named else None
        if function is None:
            return False
        last = function.body
        while last.kind is Kind.GROUP and last.parts:
            last = last.parts[-1]
        return last.kind is Kind.EXIT

    def _branch(self, form: Form) -> tuple[bool, Value]:
        condition, yes, no = form.parts
        self.evaluate(condition)
        true, false = tells(self, condition)
        second = self.state.copy()
        self.state.assume(true)
        ended_first, value = self._execute(yes)
        first, self.state = self.state, second  # a branch within may have put another state in place
        second.assume(false)
        ended_second, other = self._execute(no)
        second = self.state
        if ended_first and not ended_second:
            return False, other
        self.state = first
        if ended_second and not ended_first:
            return False, value
        first.take(first, second)
        return ended_first and ended_second, either(value, other)

    def _loop(self, form: Form) -> bool:
        through, body, *names = form.parts
        value = self.evaluate(through)
        element = Value(value.taints) if value.items is None else Value(joined_taints(value.items))
        for name in names:
            self._bind(name, element)
        before = self.state.copy()
        self._execute(body)
        self.state.take(self.state, before)
        return False

    # -- expressions ---------------------------------------------------------------------------------------------------------

    def peek(self, form: Form) -> Value:
        """The value of an expression that was evaluated before: no flow is told again."""
        self._quiet += 1
        made = self.evaluate(form)
        self._quiet -= 1
        return made

    def evaluate(self, form: Form) -> Value:
        """The value of an expression."""
        self._steps += 1
        if self._depth > _MOST_DEPTH or self.is_exhausted:
            return UNKNOWN
        self._depth += 1
        made = _EVALUATIONS[form.kind](self, form)
        self._depth -= 1
        return made

    def _constant(self, form: Form) -> Value:
        return Value(constant=form.name)

    def _nothing(self, form: Form) -> Value:
        return UNKNOWN

    def _name(self, form: Form) -> Value:
        made = self.state.names.get(form.name)
        if made is not None:
            return made
        found = self._given(self.table.fields, form.name, "", UNKNOWN)
        if found is not None and found.source is not None:
            return self.source(found, form, form.name)
        function = self._named.get(form.name)
        return Value(reference=form.name, function=function[0] if function and len(function) == 1 else None)

    def _member(self, form: Form) -> Value:
        written = _written(form)
        held = self.state.names.get(written)
        if held is not None:
            return held
        owner = self.evaluate(form.parts[0])
        known = owner.of_field(form.name)
        if known is not None:
            return known
        reference = f"{owner.reference}.{form.name}"[-160:]
        found = self._given(self.table.fields, form.name, _written(form.parts[0]), owner)
        if found is None and "*" in self.table.fields:
            found = next((one for one in self.table.fields["*"] if one.receiver and one.receiver.search(owner.reference)), None)
            if found is not None and found.given is not None and not found.given[1].search(form.name):
                found = None
        if found is not None and found.source is not None and not owner.taints:
            return self.source(found, form, _shown(written))
        if _NOT_CARRIED.match(form.name):
            return Value(reference=reference)
        held_type = self.program.fields.get(owner.reference, {}).get(form.name, "")
        if held_type and self.table.harmless_types.search(held_type):
            return Value(reference=held_type)
        taints = tuple(taint._replace(path=f"{taint.path}.{form.name}") for taint in owner.taints)
        return Value(taints, reference=_type_name(held_type) or reference)

    def _index(self, form: Form) -> Value:
        owner, key = self.evaluate(form.parts[0]), self.evaluate(form.parts[1])
        name = key.constant if key.constant is not None else "[]"
        known = self.state.names.get(f"{_written(form.parts[0])}[{name}]") if key.constant is not None else None
        if known is not None:
            return known
        if owner.items is not None and (key.constant or "").isdigit() and int(key.constant or 0) < len(owner.items):
            return owner.items[int(key.constant or 0)]
        known = owner.of_field(name)
        if known is not None:
            return known
        if owner.is_container and key.constant is not None and owner.of_field("[]") is None:
            return Value(reference=f"{owner.reference}[]")
        written = _written(form.parts[0])
        rows = self.table.fields.get("[]", ())
        found = next((one for one in rows if fits(one, written, owner) and (not one.given or one.given[1].search(name))), None)
        if found is not None and found.source is not None and not owner.taints:
            return self.source(found, form, _shown(f"{written}[{name}]"))
        taints = tuple(taint._replace(path=f"{taint.path}.{name}") for taint in owner.taints)
        if taints and self.table.harmless_entries.search(taints[0].source.name + taints[0].path):
            return Value(reference=f"{owner.reference}[]")
        facts = tuple((taint.key, EVERYTHING) for taint in key.taints) if not owner.taints else ()
        return Value(taints, reference=f"{owner.reference}[]", facts=facts)

    def _list(self, form: Form) -> Value:
        values, fields = [], []
        for part in form.parts:
            value = self.evaluate(part)
            values.append(value)
            if part.kind is Kind.PAIR:
                fields.append((part.name, value))
        return Value(joined_taints(values), None, "", None if fields else tuple(values), tuple(fields))

    def _pair(self, form: Form) -> Value:
        return self.evaluate(form.parts[0])

    def _joined(self, form: Form) -> Value:
        values = [self.evaluate(part) for part in form.parts]
        made = joined(values)
        if form.name == "<<" and form.parts and form.parts[0].kind is Kind.NAME:
            self._bind(form.parts[0], made)
        return made._replace(taints=with_step(made.taints, Step(self.span(form), JOINED)))

    def _either(self, form: Form) -> Value:
        tested, *sides = form.parts
        self.evaluate(tested)
        true, false = tells(self, tested)
        guards = dict(self.state.guards)
        self.state.assume(true)
        first = self._guarded(self.evaluate(sides[0]))
        self.state.guards = dict(guards)
        self.state.assume(false)
        second = self._guarded(self.evaluate(sides[1]))
        self.state.guards = guards
        return either(first, second)

    def _guarded(self, value: Value) -> Value:
        """The value with what guards tell of it now written onto it."""
        made = [one for taint in value.taints for one in without((taint,), key_holds(self.state.guards, taint.key))]
        return value._replace(taints=tuple(made))

    def _operation(self, form: Form) -> Value:
        values = [self.evaluate(part) for part in form.parts]
        if form.name in self.alternatives and len(values) == 2:
            return either(values[0], values[1])
        if form.name in ("&&", "and") and len(values) == 2:
            return Value(facts=tells(self, form)[0]) if not self._quiet else UNKNOWN
        if form.name == "|":
            return Value(reference="|".join(value.reference for value in values))
        return UNKNOWN

    @property
    def alternatives(self) -> frozenset[str]:
        """Operators whose value is one of their sides."""
        return frozenset({"||", "??", "or", "?:"})

    def _not(self, form: Form) -> Value:
        self.evaluate(form.parts[0])
        return UNKNOWN

    def _assign(self, form: Form) -> Value:
        value = self.evaluate(form.parts[0])
        targets = form.parts[1:]
        if form.parts[0].kind is Kind.GROUP and len(form.parts[0].parts) == len(targets) > 1:
            for target, part in zip(targets, form.parts[0].parts, strict=True):
                self._bind(target, self.peek(part))
            return value
        facts = value.facts or (() if form.parts[0].kind is Kind.NAME else tells(self, form.parts[0])[0])
        if form.name in ("&=", "&&=") and targets:
            facts = (*self.peek(targets[0]).facts, *tells(self, form.parts[0])[0])
            value = UNKNOWN
        elif form.name == "+=" and targets:
            value = joined([self.peek(targets[0]), value])
        elif form.name and not self.table.fresh.search(value.reference):
            held = _type_name(form.name)
            if held and held not in ("var", "String", "string", "Object", "object", "final"):
                value = value._replace(reference=held)
            if self.table.harmless_types.search(form.name):
                value = Value(reference=held)
        value = value._replace(facts=facts)
        for target in targets:
            self._bind(target, value)
            if value.taints:
                sinks_of_write(self, form, target, value)
        return value

    def _bind(self, target: Form, value: Value) -> None:
        if target.kind is Kind.NAME and target.name != "_":
            step = Step(self.span(target), ASSIGNED.format(target.name))
            self.state.names[target.name] = value._replace(taints=with_step(value.taints, step))
        elif target.kind in (Kind.MEMBER, Kind.INDEX):
            self._bind_part(target, value)
        elif target.kind in (Kind.GROUP, Kind.LIST, Kind.CALL, Kind.CAST):
            for part in target.parts:
                self._bind(part, value)

    def _bind_part(self, target: Form, value: Value) -> None:
        written = _written(target)
        if written:
            self.state.names[written] = value
        owner = target.parts[0]
        if owner.kind is not Kind.NAME or owner.name in self.table.own:
            return
        held = self.state.names.get(owner.name, Value(reference=owner.name))
        name = target.name if target.kind is Kind.MEMBER else (self.peek(target.parts[1]).constant or "[]")
        fields = (*((key, one) for key, one in held.fields if key != name), (name, value))[-24:]
        taints = held.taints if held.taints else value.taints if target.kind is Kind.INDEX else ()
        is_container = target.kind is Kind.INDEX and (held.is_container or not held.taints)
        self.state.names[owner.name] = held._replace(fields=fields, taints=taints, is_container=is_container)

    def _function(self, form: Form) -> Value:
        function = form.function
        if function is not None and not function.name:
            self._closure(function, [])
        return Value(function=function)

    def _cast(self, form: Form) -> Value:
        value = self.evaluate(form.parts[0])
        if self.table.harmless_types.search(form.name):
            return Value(reference=form.name)
        return value._replace(reference=_type_name(form.name) or value.reference)

    def _group(self, form: Form) -> Value:
        _, value = self._execute(form) if form.kind is not Kind.GROUP else self._statement(form)
        return value

    def _new(self, form: Form) -> Value:
        given = [self.evaluate(part) for part in form.parts[1:]]
        fields = tuple((part.name, value) for part, value in zip(form.parts[1:], given, strict=True) if part.kind is Kind.PAIR)
        told = sinks_of_call(self, form, UNKNOWN, given)
        cleaner = self._given(self.table.cleaners, form.name, "new", UNKNOWN)
        taints = joined_taints(value for part, value in zip(form.parts[1:], given, strict=True) if part.kind is not Kind.PAIR)
        if cleaner is not None:
            taints = without(taints, cleaner.kinds)
        constant = given[0].constant if len(given) == 1 else None
        taints = without(taints, told) if told else taints
        made = f"new {form.name}"
        return Value(taints, constant, made if self.table.fresh.search(made) else form.name, tuple(given), fields)

    def _call(self, form: Form) -> Value:
        place = (form.start, form.end, form.name)
        if self._quiet and place in self._results:
            return self._results[place]
        made = self._results[place] = self._called_for(form)
        return made

    def _called_for(self, form: Form) -> Value:
        receiver_form, *given_forms = form.parts
        receiver = self.evaluate(receiver_form)
        given = []
        for part in given_forms:
            if part.kind is Kind.FUNCTION and part.function is not None and not part.function.name:
                self._closure(part.function, self._passed(form, receiver, part.function))
                given.append(Value(function=part.function))
            else:
                given.append(self.evaluate(part))
        written = _written(receiver_form)
        told = sinks_of_call(self, form, receiver, given)
        if given_forms and any(part.kind is Kind.PAIR for part in given_forms):
            fields = tuple((part.name, value) for part, value in zip(given_forms, given, strict=True) if part.kind is Kind.PAIR)
        else:
            fields = ()
        if not self._quiet:
            set_up(self, form, receiver)
            if form.name in self.table.fillers:
                fill(self, form, receiver, given)
        made = self._returned(form, written, receiver, given)
        if told and made.taints:
            made = made._replace(taints=without(made.taints, told))
        if form.name == "new" and made.items is None:
            made = made._replace(items=tuple(given))
        return made._replace(fields=made.fields or fields) if fields and not made.taints else made

    def _passed(self, form: Form, receiver: Value, function: Function) -> list[Value]:
        """What a closure is called with by the method that it is handed to."""
        kind = self.table.registrars.get(form.name)
        if kind is None or not any(part.kind is Kind.CONSTANT for part in form.parts[1:2]):
            return [Value(receiver.taints)] if form.name in _CONSUMERS or receiver.taints else []
        made: list[Value] = []
        for one in function.parameters:
            span = self.document.span(one.start, one.end)
            taints = (Taint(Source(kind, span, one.name, function.name), depth=len(self._frames) + 1),)
            is_text = self.table.text_types.search(one.type) is not None
            made.append(Value(taints if is_text else (), reference=_type_name(one.type)) if is_text else self._taken(function, one))
        return made

    def _returned(self, form: Form, written: str, receiver: Value, given: list[Value]) -> Value:
        name = form.name
        reference = f"{receiver.reference}.{name}()"[-160:] if receiver.reference or written else f"{name}()"
        found = self._given(self.table.sources, name, written, receiver)
        if found is not None and not is_given(found, given):
            found = None
        if found is not None and found.source is not None and not receiver.taints:
            return self.source(found, form, _shown(_with_argument(f"{written}.{name}" if written else name, given)))
        cleaner = self._given(self.table.cleaners, name, written, receiver)
        values = [receiver, *given]
        full = f"{written}.{name}" if written else name
        if cleaner is not None:
            return Value(without(joined_taints(values), cleaner.kinds), reference=reference)
        if full in self.table.formats or name in self.table.formats:
            made = formatted([*([receiver] if receiver.constant is not None else []), *given])
            return made._replace(taints=with_step(made.taints, Step(self.span(form), JOINED)))
        function = self.function_of(form)
        if function is not None:
            return self._follow(function, form, given)
        return self._carried(form, full, reference, receiver, given)

    def _carried(self, form: Form, full: str, reference: str, receiver: Value, given: list[Value]) -> Value:
        """What a function from elsewhere hands on."""
        name = form.name
        if _NOT_CARRIED.match(name):
            return Value(reference=reference)
        if receiver.taints and len(given) == 1 and given[0].constant and _ENTRY_READ.match(name):
            entry = f".{given[0].constant}"
            receiver = receiver._replace(taints=tuple(one._replace(path=one.path + entry) for one in receiver.taints))
        values = [receiver] if receiver.taints else []
        if _CARRIERS.search(full) or self.table.carriers.search(full):
            values += [value for value in given if value.taints]
        taints = joined_taints(values)
        constant = (
            receiver.constant
            if not given and not taints
            else given[0].constant
            if len(given) == 1 and _CARRIERS.search(full) and not taints
            else None
        )
        if self.cleans_paths(full):
            taints = tuple(taint._replace(is_cleaned=True) for taint in taints)
        made = Value(taints, constant, reference, is_joined=any(value.is_joined for value in values))
        if len(values) + len(given) > 1 and re.search(r"(?i)(?:join|concat|append)$", name):
            laid_out = [one for value in given for one in (value.items if value.items else (value,))]
            made = joined([*([receiver] if receiver.taints or receiver.constant is not None else []), *laid_out])
            made = made._replace(reference=reference)
            if self.cleans_paths(full):
                made = made._replace(taints=tuple(taint._replace(is_cleaned=True) for taint in made.taints))
        if name in _GROWING and form.parts[0].kind is Kind.NAME:
            held = _with_items(receiver, given)
            self.state.names[form.parts[0].name] = held
            return held
        if receiver.items is not None and name in ("arg", "args"):
            held = _with_items(receiver, given)
            root = form.parts[0]
            while root.kind is Kind.CALL:
                root = root.parts[0]
            if root.kind is Kind.NAME and root.name in self.state.names:
                self.state.names[root.name] = held
            return held
        return made

    def cleans_paths(self, full: str) -> bool:
        """Whether a function takes `..` out of a path."""
        return bool(_CLEANED.search(full))

    # -- rows ----------------------------------------------------------------------------------------------------------------

    def _given(self, rows: dict[str, tuple[Called, ...]], name: str, written: str, receiver: Value) -> Called | None:
        return next((one for one in rows.get(name, ()) if fits(one, written, receiver)), None)

    def fits(self, row: Called, written: str, receiver: Value) -> bool:
        """See `fits`."""
        return fits(row, written, receiver)

    def written(self, form: Form) -> str:
        """See `_written`."""
        return _written(form)

    def tell(self, form: Form, kind: SinkKind, name: str, value: Value, details: frozenset[str], at: Form | None = None) -> None:
        """Keep the flows of a value that reaches a sink, apart from what is safe there."""
        if self._quiet:
            return
        for taint in value.taints:
            key = taint.key
            source = taint.source
            if kind in taint.safe or kind in key_holds(self.state.guards, key):
                continue
            if source.kind is SourceKind.PARAMETER and kind not in UNTRACKED_KINDS and kind is not SinkKind.XML:
                continue
            made = details | ({"joined"} if value.is_joined else {"whole"})
            if source.name in self.table.mappings and not taint.path and not value.is_joined:
                continue  # all parameters at once are no text
            if kind in PATHS and self.table.streams.search(source.name + taint.path):
                continue
            if "refuses-dots" in details and (source.name + taint.path).endswith("URL.Path"):
                continue
            if kind is SinkKind.PROGRAM and source.kind in _LOCAL:
                continue  # who runs the program starts what he likes
            if taint.depth == len(self._frames):
                made |= {"direct"}
            if taint.path:
                source = Source(source.kind, source.span, _shown(source.name + taint.path), source.owner)
            guard = self.state.broken.get(key)
            argument = self.span(at) if at is not None and at.end else None
            sink = Sink(kind, self.span(form), name, argument, made)
            self.flows.append(Flow(source, sink, self.language, thin(taint.steps), (guard,) if guard else ()))


_CLEANED = re.compile(
    r"(?i)(?:filepath|path)\.(?:Clean|Join|Abs|Rel|EvalSymlinks)$|canonical|normalize|real_?path|get_?full_?path|expand_path|"
    r"cleanpath|absolute"
)
_EVALUATIONS: dict[Kind, Callable[[Walker, Form], Value]] = {
    Kind.CONSTANT: Walker._constant,
    Kind.NAME: Walker._name,
    Kind.MEMBER: Walker._member,
    Kind.INDEX: Walker._index,
    Kind.CALL: Walker._call,
    Kind.NEW: Walker._new,
    Kind.JOIN: Walker._joined,
    Kind.LIST: Walker._list,
    Kind.PAIR: Walker._pair,
    Kind.EITHER: Walker._either,
    Kind.OPERATION: Walker._operation,
    Kind.NOT: Walker._not,
    Kind.ASSIGN: Walker._assign,
    Kind.FUNCTION: Walker._function,
    Kind.CAST: Walker._cast,
    Kind.GROUP: Walker._group,
    Kind.BRANCH: Walker._group,
    Kind.LOOP: Walker._group,
    Kind.RETURN: Walker._group,
    Kind.EXIT: Walker._group,
    Kind.EMPTY: Walker._nothing,
}


def _with_items(held: Value, given: list[Value]) -> Value:
    """A list with more items at its end."""
    more = [item for value in given for item in (value.items if value.items is not None else (value,))]
    items = (*(held.items or ()), *more)
    return held._replace(taints=joined_taints([held, *given]), items=items, is_joined=held.is_joined or len(items) > 1)


def fits(row: Called, written: str, receiver: Value) -> bool:
    """Whether a row is for calls on such an object."""
    if row.receiver is None:
        return True
    return row.receiver.search(written) is not None or (
        bool(receiver.reference) and row.receiver.search(receiver.reference) is not None
    )


def _written(form: Form) -> str:
    """An expression of names, fields and calls as a dotted name; empty for others."""
    if form.kind is Kind.NAME:
        return form.name
    if form.kind is Kind.MEMBER:
        return f"{_written(form.parts[0])}.{form.name}"
    if form.kind is Kind.CALL:
        inner = _written(form.parts[0])
        return f"{inner}.{form.name}()" if inner else f"{form.name}()"
    if form.kind is Kind.INDEX:
        key = form.parts[1]
        return f"{_written(form.parts[0])}[{key.name if key.kind is Kind.CONSTANT else ''}]"
    return form.name if form.kind is Kind.NEW else ""


def _with_argument(name: str, given: list[Value]) -> str:
    """A call as a reader knows it: with its argument when that is one constant."""
    return f'{name}("{given[0].constant}")' if len(given) == 1 and given[0].constant else name


def _shown(name: str) -> str:
    """A name as a reader knows it."""
    return re.sub(r"[^\w.$\[\]()@:\" -]", "", name)[:80]


def _type_name(held: str) -> str:
    """`*http.Request` as `http.Request`, `List<String>` as `List`."""
    return re.sub(r"^(?:[&*]|mut|dyn|impl|'\w+)+|<.*|\?$", "", held)


def _fits(handler: Handler, function: Function, parameter: Parameter) -> bool:
    if handler.marks is not None and not any(handler.marks.search(mark) for mark in function.marks):
        return False
    if handler.owner is not None and handler.marks is None and function.is_hidden:
        return False
    if handler.owner is not None and not any(handler.owner.search(mark) for mark in function.owner_marks):
        return False
    if handler.parameter_mark is not None and not any(handler.parameter_mark.search(mark) for mark in parameter.marks):
        return False
    if handler.parameter_type is not None and not handler.parameter_type.search(parameter.type):
        return False
    return handler.after is None or any(
        handler.after.search(one.type) for one in function.parameters if one.start < parameter.start
    )


def _called_names(program: Program, own: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of everything that the document calls, and of what is called on the object that the caller belongs to."""
    made: set[str] = set()
    on_itself: set[str] = set()
    waiting = [program.body, *(function.body for function in program.functions)]
    while waiting:
        form = waiting.pop()
        if form.kind is Kind.CALL:
            made.add(form.name)
            if form.parts and form.parts[0].kind is Kind.NAME and form.parts[0].name in own:
                on_itself.add(form.name)
        waiting += form.parts
    return frozenset(made), frozenset(on_itself)
