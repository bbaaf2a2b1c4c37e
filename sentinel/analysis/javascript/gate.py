"""Which documents are worth a walk, and which of their functions: those from which a sink can be reached.

A document is walked when it mentions a sink that matters by itself, or a source and (in it or in what it imports) a sink. A
function is *hot* when its text mentions a sink, a source's registration, or a name of something hot in the document; a cold
function that gets nobody's data has no flow in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.modules import imported_names, imported_paths, reaches
from sentinel.analysis.javascript.words import ENTRY_WORDS, SINK_WORDS, STRONG_WORDS
from sentinel.model.document import Document
from sentinel.model.rule import Workspace

_STRONG = re.compile(
    rb"child_process|shelljs|\bexeca|cross-spawn|\bzx\b|\bexec(?:Sync|File|FileSync|Async|Promise)?\s*\(|\bspawn(?:Sync)?\s*\(|"
    rb"\beval\b|\bFunction\s*\(|"
    rb"\brunIn\w*Context|\bcompileFunction|\bvm2?['\".]|\bVMScript|\bunserialize|\bdeserialize|\.(?:query|execute|prepare|raw|"
    rb"unsafe|literal)\s*[(`]|"
    rb"\w+(?:Unsafe|Raw)\s*\(|sqlite|\.(?:inner|outer)HTML\b|document\.write|insertAdjacentHTML|dangerouslySetInnerHTML|"
    rb"bypassSecurityTrust|"
    rb"\bsrcdoc\b|SafeString|\$\(|\bjQuery|trustAs[A-Z]|set(?:Timeout|Interval)\s*\(\s*[\"'`\w.]+\s*[+,]|sandbox|\b(?:db|pool|"
    rb"conn|connection)\.\w+\s*\(|"
    rb"libxml|expat\b|xml2json|\b(?:ejs|pug|jade|nunjucks|[Hh]andlebars|mustache|doT)\.\w|setContent|\.evaluate\w*\(|"
    rb"addInitScript|compileScript|wkhtml|"
    rb"location\.(?:href|replace|assign)|\bxpath\b|ldap|"
    rb"createContextualFragment|executeScript|executeJavaScript|statusCode|\bDeno\.run\b|\b(?:Query|Scan)Command\b"
)
_WEAK = re.compile(
    rb"\b(?:readFile|writeFile|appendFile|outputFile|createReadStream|createWriteStream|readdir|unlink|mkdir|rm|rmdir|rename|"
    rb"copyFile|symlink|truncate|opendir|"
    rb"readJson|writeJson|ensureDir|move|remove|open)(?:Sync)?\s*\(|\bfetch\b|\baxios|\bgot\b|\brequest\s*[.(]|superagent|"
    rb"needle|\bhttps?\.(?:get|request)|"
    rb"\bky\b|ofetch|undici|openExternal|opener|\bopn\b|redirect|location|\.(?:render|renderString|compile|template|find\w*|"
    rb"update\w*|delete\w*|aggregate|"
    rb"count\w*|mapReduce|goto|setContent|evaluate\w*|addInitScript|navigate|compileScript|openUrl|printToPDF|property|sendFile|"
    rb"sendfile|download|send|end|write|html|load|loadAll|parse\w*|search|select\w*|"
    rb"merge\w*|set|extend|defaultsDeep|toJson)\s*\(|\$where|\bRegExp\b|\brequire\s*\(\s*[^\"'\s]|\bimport\s*\(\s*[^\"'\s]|"
    rb"WebSocket|EventSource|\bhref\b|\bBun\.|\bDeno\.|"
    rb"\bsession\b|\]\s*=[^=]|wkhtml|html-pdf|\bsrc=|console\.\w+|\bsearchParams\b|\bxpath\b|\bmerge|deepmerge|dot-prop|set-value"
)
_SOURCE = re.compile(
    rb"\b(?:registerTool|addTool|defineTool|createTool|setRequestHandler|registerResource|registerPrompt|addResource|addPrompt|"
    rb"inputSchema|argsSchema|"
    rb"authorization_\w+|token_endpoint|registration_endpoint|resource_metadata|redirectToAuthorization|createServer|"
    rb"StdioClientTransport|"
    rb"searchParams|useParams|documentURI|argv|argsSchema|uriTemplate|yargs|commander|minimist|parseArgs)\b|"
    rb"\breq\b|\bctx\b|\brequest\s*(?:[,)]\s*(?:=>|res|reply|\{|h\b|:)|:\s*\w*(?:Request|Context)|\.(?:body|query|params|"
    rb"headers|cookies|json|formData|text|url|nextUrl)\b)|"
    rb"\(\s*\{[^(){}]{0,80}\}\s*:\s*(?:\w+\.)?Request\b|\(\s*event\b|\bevent\s*[,)]|\bevent\.(?:body|data|query\w*|path\w*|"
    rb"headers)|"
    rb"\blocation\.(?:hash|search|href|pathname)|\breferrer\b|\$scope\b|"
    rb"\.(?:tool|resource|prompt)\s*\(|\b(?:completions|messages|responses)\.create|generateText|"
    rb"generateContent|\bc\.req\b|@(?:Get|Post|Put|Patch|Delete|Body|Query|Param|Tool|Resource|Prompt|Args)\b|\b(?:execute|"
    rb"handler)\s*[:(]|"
    rb"\b(?:Query|Mutation)\s*:\s*\{|\bresolve\s*[:(]|\b(?:GET|POST|PUT|PATCH|DELETE)\s*\(|window\.name|document\.(?:URL|cookie)|Deno\.args|defineEventHandler"
)
_WARM = re.compile(rb"\b\w*Router\s*\(|express\s*\(|\bnew\s+\w*(?:Server|Hono|Koa|MCP)\b")
_CHUNK = re.compile(rb"(?m)^(?=[A-Za-z@({\[/*!;$_'\"`])")
_DECLARED = re.compile(
    rb"(?m)(?:\bfunction\s*\*?\s*|\bclass\s+|\b(?:const|let|var)\s+|^\s+(?:(?:public|private|protected|static|async|readonly|"
    rb"override|get|set|\*)\s*)*#?)([A-Za-z_$][\w$]*)\s*(?=[=(<:{]|extends\b)"
)
_NOT_NAMES = frozenset(
    {b"if", b"for", b"while", b"switch", b"catch", b"return", b"function", b"constructor", b"await", b"new", b"typeof", b"else",
    b"async", b"super", b"get", b"set",
     b"then", b"map", b"push", b"it", b"test", b"describe", b"expect", b"default", b"case", b"url", b"name", b"path", b"id",
     b"type", b"key", b"value", b"data",
     b"result", b"error", b"message", b"options", b"config", b"params", b"args", b"text", b"content", b"title", b"description",
     b"status", b"response", b"body"}
)  # fmt: skip
_NAME = re.compile(rb"(?<![\w$])[A-Za-z_$][\w$]*")
_MOST_INDEX_BYTES = 4_000
"""Larger files do more than hand names on."""
_MOST_ROUNDS = 4
_MOST_SEARCHED = 512 << 10
"""Bytes: a larger document is not parsed, which its walk says at once; to search it first cost 4 s for a bundle of 5 MB."""
_MOST_HEATS = 4_096
"""Documents whose heat is remembered for a workspace."""
_HEATS: WeakKeyDictionary[Workspace, dict[str, Heat]] = WeakKeyDictionary()
"""By path: small, and asked for again long after the document itself was forgotten."""


def is_worth_a_walk(document: Document, workspace: Workspace) -> bool:
    """Whether a flow can start in the document: decided from its text and from what its imports mention."""
    if len(document.data) > _MOST_SEARCHED:
        return True
    if _STRONG.search(document.data):
        return True
    if not _SOURCE.search(document.data):
        return False

    return bool(_WEAK.search(document.data)) or reaches(document, workspace, SINK_WORDS)


class Heat:
    """The byte offsets in a document from which sinks that matter by themselves can be reached, and sources."""

    def __init__(self, sinks: list[int], sources: list[int]) -> None:
        self.sinks = sinks
        self.sources = sources

    def has_sink(self, start: int, end: int) -> bool:
        """Whether a sink can be reached from the half-open range."""
        return _is_within(self.sinks, start, end)

    def has_source(self, start: int, end: int) -> bool:
        """Whether data of others comes in, or a handler is registered, in the half-open range or what it calls."""
        return _is_within(self.sources, start, end)


def _is_within(places: list[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def heat_of(document: Document, workspace: Workspace) -> Heat:
    """See `Heat`. Remembered for the workspace."""
    heats = _HEATS.setdefault(workspace, {})
    made = heats.get(document.path)
    if made is None:
        made = _measure(document, workspace)
        if len(heats) < _MOST_HEATS:
            heats[document.path] = made
    return made


def _measure(document: Document, workspace: Workspace) -> Heat:
    data = document.data
    sink_names: set[bytes] = set()
    source_names: set[bytes] = set()
    for path, local in imported_names(document, workspace.paths):
        if _mentions_near(path, STRONG_WORDS, workspace):
            sink_names |= local
        if _mentions_near(path, ENTRY_WORDS, workspace):
            source_names |= local
    sinks = {found.start() for found in _STRONG.finditer(data)}
    sources = {found.start() for pattern in (_SOURCE, _WARM) for found in pattern.finditer(data)}
    index = _index(data)
    return Heat(_spread(data, sinks, sink_names, index), _spread(data, sources, source_names, index))


def _mentions_near(path: str, words: tuple[bytes, ...], workspace: Workspace) -> bool:
    """Whether a file mentions one of the words, or a file that it imports does (it may only hand names on)."""
    if workspace.mentions(path, words):
        return True
    document = workspace.read(path)
    if document is None or len(document.data) > _MOST_INDEX_BYTES:
        return False
    return any(workspace.mentions(inner, words) for inner in imported_paths(document, workspace.paths))


def _index(data: bytes) -> dict[bytes, list[int]]:
    """Where each name is read or called; fields that are only read are left out."""
    made: dict[bytes, list[int]] = {}
    for found in _NAME.finditer(data):
        start, end = found.span()
        if data[start - 1 : start] == b"." and data[end : end + 1] != b"(":
            continue
        made.setdefault(found.group(), []).append(start)
    return made


def _spread(data: bytes, places: set[int], names: set[bytes], index: dict[bytes, list[int]]) -> list[int]:
    """The places, and those of every name that is declared where one of them stands, and so on."""
    starts = [found.start() for found in _CHUNK.finditer(data)]
    cold = list(zip(starts, [*starts[1:], len(data)], strict=True))
    seen: set[bytes] = set()
    for _ in range(_MOST_ROUNDS):
        known = sorted(places)
        still: list[tuple[int, int]] = []
        found_names: set[bytes] = set()
        for start, end in cold:
            if _is_within(known, start, end):
                found_names |= {found.group(1) for found in _DECLARED.finditer(data, start, end)}
            else:
                still.append((start, end))
        cold = still
        fresh = (found_names | names) - _NOT_NAMES - seen
        names = set()
        if not fresh:
            break
        seen |= fresh
        for name in fresh:
            places.update(index.get(name, ()))
    return sorted(places)
