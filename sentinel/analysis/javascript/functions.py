"""What functions make of data, by the name they go by: the language's own and those of well-known packages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from sentinel.analysis.flow import CHANGED, PATHS, SHELLS, URLS, safe_kinds
from sentinel.analysis.javascript.amd import defined_module
from sentinel.analysis.javascript.calls import Invocation, all_argument_taints, call_back, call_named
from sentinel.analysis.javascript.changing import runs_some_time
from sentinel.analysis.javascript.containers import (
    all_promises,
    array_from,
    assigned_object,
    made_collection,
    made_promise,
    object_entries,
    object_from_entries,
    parsed_form,
)
from sentinel.analysis.javascript.guarding import VERSION, facts_for
from sentinel.analysis.javascript.joining import join_text
from sentinel.analysis.javascript.keeping import wait
from sentinel.analysis.javascript.limits import schema_of_json
from sentinel.analysis.javascript.schemas import ANY, passed, told_by_schema, validated
from sentinel.analysis.javascript.sinking import SHELL_TAG
from sentinel.analysis.javascript.sources import EVENT, PAGE_ROUTERS, REQUEST, SourceRow, sourced
from sentinel.analysis.javascript.texts import ENCODINGS, HTML_ONLY, OBJECTS, SQL_ONLY
from sentinel.analysis.javascript.tools import made_template
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    NOT_ABSOLUTE,
    NOTHING,
    NUMBER,
    OVERRIDES,
    PIECE,
    UNKNOWN,
    Facts,
    Native,
    Origin,
    Record,
    Taint,
    Value,
    beginning,
    deep_taints,
    join_taints,
    text_parts,
    with_slashes,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SinkKind, SourceKind

Handler = Callable[[Walker, Invocation], "Value | None"]
_ENCODED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()%")


def _nothing(walker: Walker, made: Invocation) -> Value | None:
    return UNKNOWN


def _parsed_by(first: int) -> Handler:
    """`parse(schema, data)`, `safeParse(schema, data)`; the schema stands at `first`."""

    def handle(walker: Walker, made: Invocation) -> Value | None:
        schema, value = made.argument(first).schema or ANY, made.argument(1 - first)
        found = passed(schema, value)
        return validated(schema, value, found) if made.reference.endswith(("safeParse", "safeParseAsync")) else found

    return handle


def _spawned(walker: Walker, made: Invocation) -> Value | None:
    """A process; a shell that was given no script reads its lines from whoever writes to it."""
    program = posixpath.basename((made.argument(0).text() or "").split(" ")[0])
    listed = made.argument(1).record
    given = [one.text() or "" for one in listed.elements()] if listed is not None and listed.is_array else []
    is_fed = program in SHELLS and (given[-1:] == ["-"] or all(_is_no_script(text) for text in given))
    return Value(reference="child_process.shell()" if is_fed else f"{made.reference}()")


def _opened(walker: Walker, made: Invocation) -> Value | None:
    """A terminal; the shell in it reads its lines from whoever writes to it."""
    listed = made.argument(1).record
    given = [one.text() or "" for one in listed.elements()] if listed is not None and listed.is_array else []
    return Value(reference="node-pty.shell()" if all(map(_is_no_script, given)) else f"{made.reference}()")


def _is_no_script(argument: str) -> bool:
    """Whether an argument of a shell neither is a script's name nor stands before the script."""
    return argument.startswith(("-", "/")) and argument.lstrip("-/").lower() not in _SCRIPTS and argument.count("/") < 2


_SCRIPTS = frozenset({"c", "k", "lc", "ic", "command", "file", "encodedcommand", "f"})
"""Switches of shells after which the script stands."""


def _asked(walker: Walker, made: Invocation) -> Value | None:
    """A question whose answer is nobody's data: the callback is called, for what it sees of the names round it."""
    for value in made.arguments[1:]:
        call_back(walker, value, [UNKNOWN, UNKNOWN], made)
    return UNKNOWN


def _first(walker: Walker, made: Invocation) -> Value | None:
    return made.argument(0)


def _created(walker: Walker, made: Invocation) -> Value | None:
    """`Object.create(prototype)`: an object that has what the prototype holds."""
    given = made.argument(0)
    record = Record(depth=walker.branch_depth)
    if given.record is not None:
        record.fields.update(given.record.fields)
        record.rest = given.record.rest
    return Value(given.taints, record=record)


def _first_data(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    text = value.text()
    if text is not None:
        return Value(constant=text)
    return Value(deep_taints(value, 2), parts=value.parts)


def _text(walker: Walker, made: Invocation) -> Value | None:
    """`String(value)`: a text holds no operators."""
    value = _first_data(walker, made)
    if value is None or not value.taints:
        return value
    return Value(tuple(taint._replace(safe=taint.safe | OBJECTS) for taint in value.taints), parts=value.parts)


def made_string(walker: Walker, made: Invocation) -> Value | None:
    """`launder.string(value)`: a text, by the name of what makes it."""
    return _text(walker, made) if made.argument(0).taints else None


def _cleaned(safe: frozenset[SinkKind]) -> Handler:
    def handle(walker: Walker, made: Invocation) -> Value | None:
        taints = tuple(taint._replace(safe=taint.safe | safe, aspect="") for taint in all_argument_taints(made))
        return Value(tuple(taint for taint in taints if not taint.safe >= EVERYTHING))

    return handle


def _decoded(walker: Walker, made: Invocation) -> Value | None:
    """What was encoded comes back: `..` and `//` in a path that was normalised before."""
    return Value(tuple(taint._replace(safe=NOTHING, aspect="") for taint in all_argument_taints(made)))


def _page_parameters(walker: Walker, made: Invocation) -> Value | None:
    """`const [parameters, change] = useSearchParams()`."""
    record = Record(is_array=True, depth=walker.branch_depth)
    record.place([Value(reference=f"{made.reference}()"), UNKNOWN])
    return Value(reference=f"{made.reference}()", record=record)


_ONE_BYTE = frozenset({"latin1", "binary", "ascii"})
"""Encodings that keep the lowest byte of each character alone."""


def _buffer(walker: Walker, made: Invocation) -> Value | None:
    """`Buffer.from(text, encoding)`: what was encoded comes back, and of a letter such as U+012F a slash is left."""
    encoding = made.argument(1).text()
    if encoding in _ONE_BYTE:
        return Value(tuple(taint._replace(safe=taint.safe - PATHS, aspect="") for taint in all_argument_taints(made)))
    return _decoded(walker, made) if encoding in ENCODINGS else _first_data(walker, made)


def _checked(safe: frozenset[SinkKind], is_false: bool = False) -> Handler:
    def handle(walker: Walker, made: Invocation) -> Value | None:
        asked = made.argument(0)
        facts = asked.facts.true if asked.reference == NUMBER else facts_for(asked, safe)
        return Value(facts=Facts(false=facts) if is_false else Facts(true=facts))

    return handle


def _number(walker: Walker, made: Invocation) -> Value | None:
    """`Number(text)`: when it is one, the text is nothing else."""
    return Value(reference=NUMBER, facts=Facts(true=facts_for(made.argument(0), EVERYTHING)))


def _asserted(walker: Walker, made: Invocation) -> Value | None:
    """`assert(condition)`: it holds from here on."""
    walker.assume(made.argument(0).facts.true)
    return UNKNOWN


def _version_of_address(walker: Walker, made: Invocation) -> Value | None:
    """`net.isIP(text)`: 4 or 6, or 0 for what is no address."""
    return Value(reference=VERSION, facts=Facts(true=facts_for(made.argument(0), EVERYTHING)))


def _path(walker: Walker, made: Invocation) -> Value | None:
    """`path.join`, `path.resolve`, `path.normalize`."""
    texts = [value.text() for value in made.arguments]
    name = made.reference
    taints: tuple[Taint, ...] = ()
    for at, value in enumerate(made.arguments):
        if at and name == "path.join":
            taints = join_taints(taints, tuple(map(_piece_inside, value.taints)))
        else:
            taints = join_taints(taints, _over(value) if at and name == "path.resolve" else value.taints)
    aspect = "resolved" if name != "path.join" and name != "path.normalize" else "normal"
    if not taints:
        if all(text is not None for text in texts) and name == "path.join" and texts:
            return Value(constant="/".join(text for text in texts if text is not None))
        return Value(parts=tuple(made.arguments) if name == "path.join" and len(made.arguments) > 1 else ())
    words = CHANGED.format(name)
    made_taints = walker.step_taints(taints, made.node, words, made.frame)
    pieces: list[Value] = []
    for at, value in enumerate(made.arguments):
        if at:
            pieces.append(Value(constant="/"))
        pieces.append(Value(value.taints) if not at and _is_rooted(value) else value)
    if name in ("path.resolve", "fs.realpath", "fs.realpathSync"):
        last = made.arguments[-1]
        pieces = [last] if last.taints else pieces
    joined = Value(tuple(_with_aspect(with_slashes(taint), aspect) for taint in made_taints), parts=text_parts(pieces))
    for value in made.arguments[1:] if name == "fs.realpath" else ():
        call_back(walker, value, [UNKNOWN, joined], made)
    return joined


def _is_rooted(value: Value) -> bool:
    """Whether data begins at the root on each way that it came: it was resolved, or looked at."""
    is_data = bool(value.taints) and beginning(value).text() is None
    return is_data and all(taint.aspect == "resolved" or SinkKind.ARGUMENT in taint.safe for taint in value.taints)


_RELATIVE = frozenset({NOT_ABSOLUTE})
_ROOTED = frozenset({SinkKind.ARGUMENT})


def _is_absolute(walker: Walker, made: Invocation) -> Value | None:
    """`path.isAbsolute(text)`: what begins at the root begins with no dash."""
    asked = made.argument(0)
    return Value(facts=Facts(true=facts_for(asked, _ROOTED), false=facts_for(asked, _RELATIVE)))


def _over(value: Value) -> tuple[Taint, ...]:
    """The data of what is resolved against a folder: when it may begin at the root, it takes the folder's place."""
    if not beginning(value).taints:
        return value.taints
    return tuple(one._replace(safe=one.safe | {OVERRIDES}) for one in value.taints)


def _piece_inside(taint: Taint) -> Taint:
    return taint._replace(safe=taint.safe | PATHS) if taint.aspect == PIECE else taint


def _with_aspect(taint: Taint, aspect: str) -> Taint:
    return taint if taint.aspect == "own-path" else taint._replace(aspect=aspect)


def _base_name(walker: Walker, made: Invocation) -> Value | None:
    taints = tuple(taint._replace(safe=taint.safe | PATHS, aspect="base") for taint in made.argument(0).taints)
    return Value(taints)


def _relative(walker: Walker, made: Invocation) -> Value | None:
    return Value(tuple(taint._replace(aspect="relative") for taint in all_argument_taints(made)))


def _url(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    text = value.text()
    taints = join_taints(value.taints, made.argument(1).taints)
    parts = value.parts
    if (
        value.taints
        and len(made.arguments) > 1
        and parts
        and (parts[0].text() or "").startswith("/")
        and not made.argument(1).taints
    ):
        parts = (Value(constant="https://base/"), *parts)
    if not value.taints and taints:
        base = made.argument(1)
        is_whole = text is not None and "://" in text
        taints = () if is_whole else taints
        parts = () if is_whole else (*(base.parts or (base,)), *((Value(constant=text),) if text is not None else ()))
    own = "own" if made.reference == "url.parse" else "own-url"  # `url.parse` leaves `..` where it is
    based = {taint.key for taint in made.argument(1).taints} - {taint.key for taint in value.taints}
    kept = tuple(
        taint._replace(aspect=own if taint.aspect in ("own", "page") else "url-base" if taint.key in based else "url")
        for taint in taints
    )
    return Value(kept, reference="URL()", parts=parts or ((Value(constant=text),) if text is not None else ()))


def _resolved(walker: Walker, made: Invocation) -> Value | None:
    """The addresses of a host name, for the callback and as the result."""
    name = made.argument(0)
    address = Value(tuple(taint._replace(aspect="address") for taint in name.taints))
    for value in made.arguments[1:]:
        if value.functions:
            call_back(walker, value, [UNKNOWN, address, UNKNOWN], made)
    return address


def _later(start: int) -> Handler:
    """A function that is called later, with the arguments from `start` on."""

    def handle(walker: Walker, made: Invocation) -> Value | None:
        if call_named(walker, made.argument(0), made.arguments[start:], made) is None:
            call_back(walker, made.argument(0), made.arguments[start:], made)
        wait(walker, made.argument(0))
        runs_some_time(walker, made.argument(0))
        return UNKNOWN

    return handle


def _request_body(walker: Walker, made: Invocation) -> Value | None:
    """`getRawBody(request)` and its like: the body of the request that is read."""
    if made.argument(0).reference != REQUEST:
        return None
    return sourced(walker, SourceRow(SourceKind.HTTP_REQUEST, True), "request.body", made.node, made.frame)


def _query(walker: Walker, made: Invocation) -> Value | None:
    """The fields of a query text."""
    return Value(tuple(taint._replace(aspect="") for taint in all_argument_taints(made)))


def _own_address(walker: Walker, made: Invocation) -> Value | None:
    """`parseurl(request)`: its address, in parts."""
    if made.argument(0).reference != REQUEST:
        return None
    row = SourceRow(SourceKind.HTTP_REQUEST, aspect="own")
    return Value(sourced(walker, row, "request.url", made.node, made.frame).taints, reference="URL()")


def _search_parameters(walker: Walker, made: Invocation) -> Value | None:
    """URLSearchParams encodes what it holds when it becomes a text."""
    taints = tuple(taint._replace(aspect="") for taint in all_argument_taints(made))
    return Value(taints, reference="URLSearchParams()")


def _regular(walker: Walker, made: Invocation) -> Value | None:
    return Value(
        reference="RegExp()", parts=(made.argument(0), made.argument(1) if len(made.arguments) > 1 else Value(constant=""))
    )


def _format(walker: Walker, made: Invocation) -> Value | None:
    """The values of a format in their places."""
    at = 1 if made.reference.endswith("WithOptions") else 0
    text, given = made.argument(at).text(), list(made.arguments[at + 1 :])
    if text is None:
        return join_text(walker, made.node, made.arguments, True, made.frame)
    pieces: list[Value] = []
    for plain, place in _PLACES.findall(text):
        pieces.append(Value(constant=plain))
        if place in ("%", "%%") or (place and not given):
            pieces.append(Value(constant="%" if place == "%%" else place))
        elif place:
            one = given.pop(0)
            pieces.append(one if place[-1] in "sjoO" else UNKNOWN)
    for one in given:
        pieces += (Value(constant=" "), one)
    return join_text(walker, made.node, pieces, True, made.frame)


_PLACES = re.compile(r"([^%]*)(%(?:[%sdifjoOcx]|\d\$s)?|$)")
"""A plain piece of a format, and the place behind it that is filled."""


def _stringified(walker: Walker, made: Invocation) -> Value | None:
    """JSON text: its quotes are escaped for SQL parameters and logs, not for shells or pages."""
    value = made.argument(0)
    taints = deep_taints(value, 3)
    if value.reference == EVENT:
        taints = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST), "event", made.node, made.frame).taints
    return Value(tuple(taint._replace(aspect="json", safe=taint.safe | {SinkKind.LOG, SinkKind.CODE}) for taint in taints))


def _parsed(walker: Walker, made: Invocation) -> Value | None:
    """JSON.parse: a text that was checked may hold anything again; its operator objects too."""
    taints = tuple(taint._replace(safe=taint.safe - {SinkKind.NOSQL, SinkKind.PROTOTYPE}) for taint in made.argument(0).taints)
    return Value(taints)


def _bind_promise(walker: Walker, made: Invocation) -> Value | None:
    """`promisify(f)`: f itself, its callback becoming the promise."""
    value = made.argument(0)
    return Value(reference=value.reference, functions=value.functions, record=value.record)


def _compiled(walker: Walker, made: Invocation) -> Value | None:
    """`ajv.compile(schema)`: a function that tells whether data passes."""
    schema = schema_of_json(made.argument(0))

    def asked(given: list[Value]) -> Value:
        return Value(facts=Facts(true=told_by_schema(schema, given[0]) if given else ()))

    return Value(functions=(Native(asked),))


def _asked_of_schema(at: int) -> Handler:
    """`ajv.validate(schema, data)`, `Value.Check(schema, data)`: whether data passes the schema at that place."""

    def handle(walker: Walker, made: Invocation) -> Value | None:
        given = made.argument(at)
        schema = given.schema if given.schema is not None else schema_of_json(given)
        return Value(facts=Facts(true=told_by_schema(schema, made.argument(1 - at))))

    return handle


_AJV = tuple(f"{package}()" for package in ("ajv", "ajv.Ajv", "ajv/dist/2019", "ajv/dist/2020", "ajv/dist/core"))


def _tag_with_options(walker: Walker, made: Invocation) -> Value | None:
    """`$({ shell: true })`, `execa({ shell: "/bin/bash" })`: another tag, which hands its text to a shell."""
    options = made.argument(0).record
    shell = options.fields.get("shell") if options is not None and not options.is_array and len(made.arguments) == 1 else None
    is_asked = shell is not None and (shell.constant is True or isinstance(shell.constant, str))
    return Value(reference=SHELL_TAG) if is_asked else None


def _raw_text(walker: Walker, made: Invocation) -> Value | None:
    """`String.raw({ raw: texts }, ...values)`: the texts with the values between them."""
    listed = made.argument(0).record
    pieces = listed.fields.get("raw") if listed is not None else None
    if pieces is None:
        return _first_data(walker, made)
    return join_text(walker, made.node, [pieces, *made.arguments[1:]], False, made.frame)


def _exit(walker: Walker, made: Invocation) -> Value | None:
    walker.never_returns = True
    return UNKNOWN


def _command_output(walker: Walker, made: Invocation) -> Value | None:
    """What a command printed, for the callback and as the result."""
    program = (made.argument(0).text() or "").split()
    first = made.argument(0).parts[0].text() if made.argument(0).parts else None
    word = program[0] if program else (first or "").split()[0] if (first or "").split() else ""
    name = f"output of `{word}`" if word else "output of a command"
    document = made.frame.module.document
    key = (document.path, made.node.start, name)
    origin = walker.origins.get(key)
    if origin is None:
        origin = walker.origins[key] = Origin(
            SourceKind.MESSAGE, document, made.node.start, made.node.end, name, walker.owner or made.frame.owner
        )
    program_name = posixpath.basename(word)
    is_outside = program_name in _OUTSIDE_OUTPUT or (walker.is_in_tool and program_name not in _OWN_OUTPUT)
    output = Value((Taint(origin),)) if is_outside else UNKNOWN
    for value in made.arguments[1:]:
        if value.functions:
            call_back(walker, value, [UNKNOWN, output, UNKNOWN], made)
    if made.reference.endswith(("execSync", "execFileSync")):
        return output
    streams = Record()
    streams.fields["stdout"] = streams.fields["stderr"] = output
    return Value(record=streams)


_OUTSIDE_OUTPUT = frozenset(
    "iw iwlist iwconfig nmcli netsh airport arp arp-scan avahi-browse bluetoothctl nmap dig nslookup host whois curl wget ssh "
    "kubectl docker gh locate find".split()
)
"""Programs that print names which others chose: of networks and their hosts, of remote things, of files."""
_OWN_OUTPUT = frozenset(
    "git node npm pnpm yarn bun which where pwd whoami id uname date hostname nproc mktemp sw_vers xcode-select brew tsc lsblk "
    "ifconfig df".split()
)
"""Programs that print what whoever works on the machine chose, in the handler of a tool too; what others print there is
handed on at the wish of a model."""
_SHELL_QUOTED = frozenset({SinkKind.SHELL})
FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(
        ("parseInt", "parseFloat", "Boolean", "BigInt", "Number.parseInt", "Number.parseFloat", "Date.now", "Date",
        "Date.parse",
         "Math.min", "Math.max", "Math.floor", "Math.round", "Math.ceil", "Math.abs", "Math.random", "Math.trunc",
         "crypto.randomUUID",
         "crypto.randomBytes", "crypto.createHash().update", "uuid.v4", "nanoid.nanoid", "performance.now", "Buffer.byteLength",
         "next-auth/jwt.decode", "next-auth/jwt.getToken", "@auth/core/jwt.decode", "@auth/core/jwt.getToken",
         "iron-session.unsealData", "cookie-signature.unsign", "jsonwebtoken.verify", "jose.jwtVerify",
         "Symbol",
         "fs.existsSync", "fs.statSync", "fs.lstatSync", "fs.accessSync", "path.extname"), _nothing),
    **dict.fromkeys(("fs.exists", "fs.stat", "fs.lstat", "fs.access", "bcrypt.hash", "bcrypt.compare"), _asked),
    **dict.fromkeys(("formidable().parse", "formidable.formidable().parse", "formidable.IncomingForm().parse",
                     "multiparty.Form().parse"), parsed_form),
    **dict.fromkeys(("jsonwebtoken.decode", "jwt-decode", "jwt-decode.jwtDecode", "jose.decodeJwt"), _first_data),
    **dict.fromkeys(("$app/paths.resolve", "$app/paths.resolveRoute"), _first),
    "String": _text, "Request": _first, "next/server.NextRequest": _first,
    **dict.fromkeys(("marked", "marked.marked", "marked.parse", "marked.marked.parse", "snarkdown",
                     "showdown.Converter().makeHtml"), _first_data),
    **dict.fromkeys(("Buffer.concat", "util.inspect",
    "TextDecoder().decode",
                     "TextEncoder().encode", "querystring.stringify"), _first_data),
    "Object.create": _created, "Proxy": _first,
    **dict.fromkeys(("zlib.gunzipSync", "zlib.inflateSync", "zlib.unzipSync", "zlib.inflateRawSync", "zlib.brotliDecompressSync"),
                    _first_data),
    **dict.fromkeys(("structuredClone", "Object.freeze", "Object.seal", "Promise.resolve", "Object", "lodash.cloneDeep",
    "lodash.clone",
                     "Array.of"), _first),
    **dict.fromkeys(("decodeURIComponent", "decodeURI", "unescape", "querystring.unescape", "String.fromCharCode",
                     "String.fromCodePoint"), _decoded),
    "JSON.parse": _parsed, "JSON.stringify": _stringified,
    "atob": _decoded, "btoa": _cleaned(safe_kinds(ENCODINGS["base64"])),
    **dict.fromkeys(("Buffer.from", "Buffer"), _buffer),
    "encodeURIComponent": _cleaned(safe_kinds(_ENCODED) | URLS | PATHS | HTML_ONLY | {SinkKind.LOG, SinkKind.SHELL}),
    "querystring.escape": _cleaned(safe_kinds(_ENCODED) | URLS | PATHS | HTML_ONLY),
    "encodeURI": _cleaned(HTML_ONLY),
    **dict.fromkeys(("path.join", "path.resolve", "path.normalize", "fs.realpath", "fs.realpathSync", "fs.realpathSync.native"),
    _path),
    "path.basename": _base_name, "path.relative": _relative, "path.dirname": _first, "path.parse": _first,
    "path.toNamespacedPath": _first,
    "path.format": _first_data, "url.fileURLToPath": _first_data, "url.pathToFileURL": _first_data,
    **dict.fromkeys(("URL", "url.parse", "url-parse"), _url),
    **dict.fromkeys(("parseurl", "parseurl.original"), _own_address),
    **dict.fromkeys((f"{module}.{name}" for module in ("dns", "dns.promises", "dns/promises") for name in
    ("lookup", "resolve", "resolve4", "resolve6", "resolveAny")), _resolved),
    "URLSearchParams": _search_parameters,
    **dict.fromkeys((f"{package}.useSearchParams" for package in PAGE_ROUTERS), _page_parameters),
    **dict.fromkeys((f"@modelcontextprotocol/{module}.ResourceTemplate" for module in ("sdk/server/mcp.js", "sdk/server/mcp",
                                                                                       "server")), made_template),
    **dict.fromkeys(("querystring.parse", "qs.parse", "querystring.decode", "query-string.parse", "Qs.parse", "URI.parseQuery",
                     "URI.parse", "$.deparam", "jQuery.deparam"), _query),
    **dict.fromkeys(("setTimeout", "setInterval"), _later(2)),
    **dict.fromkeys(("process.nextTick", "setImmediate", "queueMicrotask"), _later(1)),
    **dict.fromkeys(("raw-body", "co-body", "co-body.json", "co-body.form", "co-body.text", "micro.json", "micro.text",
                     "micro.buffer", "body", "body/json", "body/form", "stream/consumers.text", "stream/consumers.json",
                     "stream/consumers.buffer", "get-stream", "get-stream.buffer"), _request_body),
    **dict.fromkeys(("Map", "Set", "WeakMap", "WeakSet"), made_collection),
    **dict.fromkeys(("Object.assign", "lodash.assign", "lodash.merge", "lodash.defaults", "lodash.extend"), assigned_object),
    **dict.fromkeys(("Object.keys", "Object.values", "Object.entries"), object_entries),
    "Array.from": array_from, "Object.fromEntries": object_from_entries,
    **dict.fromkeys(("Promise.all", "Promise.race", "Promise.any", "Promise.allSettled"), all_promises),
    "define": defined_module, "requirejs": defined_module, "Promise": made_promise, "RegExp": _regular,
    **dict.fromkeys(("util.format", "sprintf-js.sprintf", "sprintf", "util.formatWithOptions"), _format),
    **dict.fromkeys(("util.promisify", "promisify", "util.callbackify", "pify", "es6-promisify.promisify", "util.deprecate",
    "lodash.memoize",
                     "lodash.debounce", "lodash.throttle", "react.useCallback", "p-retry", "lodash.once"), _bind_promise),
    **dict.fromkeys(("process.exit", "process.abort", "Deno.exit", f"{REQUEST}.throw"), _exit),
    **dict.fromkeys(("child_process.exec", "child_process.execFile", "child_process.execSync",
    "child_process.execFileSync", "child_process.spawnSync"), _command_output),
    **dict.fromkeys(("valibot.parse", "valibot.safeParse", "valibot.parseAsync", "valibot.safeParseAsync",
                     "@sinclair/typebox/value.Value.Parse", "@sinclair/typebox/value.Value.Decode"), _parsed_by(0)),
    "child_process.spawn": _spawned, "cross-spawn": _spawned, "node-pty.spawn": _opened,
    **dict.fromkeys(("isNaN", "Number.isNaN"), _checked(EVERYTHING, True)),
    **dict.fromkeys(("Number.isInteger", "Number.isFinite", "isFinite", "Number.isSafeInteger", "uuid.validate",
    "validator.isUUID", "validator.isInt",
                     "validator.isNumeric", "validator.isAlphanumeric", "validator.isAlpha", "validator.isHexadecimal",
                     "validator.isIn",
                     "validator.isMongoId", "net.isIPv4", "validator.isIP", "validator.isBoolean",
                     "validator.isDecimal",
                     "mongoose.Types.ObjectId.isValid", "mongodb.ObjectId.isValid", "semver.valid", "mongoose.isValidObjectId"),
                     _checked(EVERYTHING)),
    **dict.fromkeys((f"{made}.compile" for made in _AJV), _compiled),
    **dict.fromkeys((f"{made}.validate" for made in _AJV), _asked_of_schema(0)),
    **dict.fromkeys(("@sinclair/typebox/value.Value.Check", "typebox/value.Value.Check"), _asked_of_schema(0)),
    **dict.fromkeys(("execa", "execa.$", "execa.execa", "execa.execaSync"), _tag_with_options),
    "String.raw": _raw_text,
    "Number": _number,
    **dict.fromkeys(("assert", f"{REQUEST}.assert", "assert.ok", "assert.strict", "assert.strict.ok", "assert/strict",
                     "assert/strict.ok", "invariant", "tiny-invariant", "ts-invariant.invariant"), _asserted),
    "net.isIP": _version_of_address,
    "Array.isArray": _checked(NOTHING),
    **dict.fromkeys(("path.isAbsolute", "path.posix.isAbsolute", "path.win32.isAbsolute"), _is_absolute),
    **dict.fromkeys(("shell-quote.quote", "shellwords.escape", "shell-escape", "shescape.quote", "shescape.escape",
    "shescape.Shescape().quote", "any-shell-escape",
                     "shescape.Shescape().escape", "puka.sh", "bash-quote", "@ansible/shell-escape", "shq.quote", "zx.quote",
                     "zx.quotePowerShell"),
                    _cleaned(_SHELL_QUOTED)),
    **dict.fromkeys(("dompurify.sanitize", "DOMPurify.sanitize", "isomorphic-dompurify.sanitize", "dompurify().sanitize",
    "sanitize-html", "he.encode", "he.escape",
                     "escape-html", "validator.escape", "xss", "xss.filterXSS", "lodash.escape", "html-escaper.escape",
                     "html-entities.encode",
                     "entities.encode", "entities.escape", "entities.encodeHTML", "handlebars.escapeExpression",
                     "Handlebars.escapeExpression",
                     "xss-filters.inHTMLData", "Handlebars.Utils.escapeExpression", "handlebars.Utils.escapeExpression",
                     "sanitizeHtml", "escapeHtml", "marked-sanitizer", "lit.html", "Bun.escapeHTML", "$.escapeHTML", "tiny-xss"),
                     _cleaned(HTML_ONLY)),
    **dict.fromkeys(("mysql.escape", "mysql.escapeId", "sqlstring.escape", "sqlstring.escapeId", "sqlstring.format",
    "mysql.format", "pg-format",
                     "pg-format.literal", "pg-format.ident", "pg.escapeLiteral", "pg.escapeIdentifier",
                     "pg.Client().escapeLiteral"), _cleaned(SQL_ONLY)),
    **dict.fromkeys(("escape-string-regexp", "lodash.escapeRegExp", "RegExp.escape"), _cleaned(frozenset({SinkKind.REGEX}))),
    **dict.fromkeys(("mongo-sanitize", "express-mongo-sanitize.sanitize"), _cleaned(frozenset({SinkKind.NOSQL}))),
    "resolve-path": _cleaned(PATHS),
    **dict.fromkeys(("sanitize-filename", "filenamify", "slugify", "@sindresorhus/slugify", "lodash.kebabCase",
    "lodash.camelCase", "lodash.snakeCase"),
                    _cleaned(PATHS | {SinkKind.HTML})),
    **dict.fromkeys(("mongodb.ObjectId", "mongoose.Types.ObjectId", "ObjectId", "bcrypt.hashSync"), _nothing),
}  # fmt: skip
"""By the name they go by."""
