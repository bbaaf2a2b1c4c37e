"""Where data of others comes in: names outside the program whose fields and results somebody else chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.javascript.program import Call, Constant, Member, Name, Node
from sentinel.analysis.javascript.values import Origin, Taint, Value
from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Frame, Walker


class SourceRow(NamedTuple):
    """What reading a name, or calling it, brings in."""

    kind: SourceKind
    is_root: bool = False
    """Each of its fields is a source of its own."""
    aspect: str = ""


REQUEST = "http.request"
"""The name under which every framework's request goes."""
RESPONSE = "http.response"
EVENT = "cloud.event"
"""The event of a function in the cloud."""
WEBHOOK = "@actions/github.context"
"""What happened in a repository, and who wrote what there."""
CALL = "mcp.call"
TOOL_NAME = f"{CALL}.params.name"
"""The request of a low-level MCP handler."""
ROUTE = "angular.route"
"""The name under which the route of a page of Angular goes."""
SOCKET = "socket.connection"
"""The name under which the server's end of every client's connection goes."""

PAGE_ROUTERS = ("react-router-dom", "react-router", "@remix-run/react")
"""Packages whose `useSearchParams` gives the parameters of a page, and what changes them."""

_HTTP = SourceRow(SourceKind.HTTP_REQUEST)
_HTTP_ROOT = SourceRow(SourceKind.HTTP_REQUEST, True)
_PAGE = SourceRow(SourceKind.HTTP_REQUEST)
_OWN_URL = SourceRow(SourceKind.HTTP_REQUEST, aspect="own")
"""The address of the request itself: its host is the server's, its path was normalised by who parsed it."""
_PAGE_URL = SourceRow(SourceKind.HTTP_REQUEST, aspect="page")
"""The address of the page itself: whoever made the link chose its end, not its host."""
_HASH = SourceRow(SourceKind.HTTP_REQUEST, aspect="hash")
"""The end of the page's address: empty, or text behind a `#`."""
_PAGE_PATH = SourceRow(SourceKind.HTTP_REQUEST, aspect="own-path")
_SCOPE = SourceRow(SourceKind.PARAMETER)
"""A field of an AngularJS scope: whatever the page's user typed, or the program put there."""
_TOOL_ROOT = SourceRow(SourceKind.TOOL_ARGUMENT, True)
_LLM = SourceRow(SourceKind.LLM_OUTPUT)
_ARGV = SourceRow(SourceKind.COMMAND_LINE)

READS: dict[str, SourceRow] = {
    **{f"{REQUEST}.{name}": _HTTP_ROOT for name in ("body", "query", "params", "headers", "cookies", "signedCookies", "files",
    "file", "rawBody", "payload")},
    **{f"{REQUEST}.{name}": _HTTP for name in ("hostname", "host", "search", "querystring", "rawHeaders")},
    **{f"{REQUEST}.{name}": _OWN_URL for name in ("url", "originalUrl", "href", "nextUrl", "path")},
    f"{CALL}.params.arguments": _TOOL_ROOT,
    f"{CALL}.params.uri": SourceRow(SourceKind.TOOL_ARGUMENT),
    f"{CALL}.params.argument.value": SourceRow(SourceKind.TOOL_ARGUMENT),
    "process.argv": _ARGV,
    "process.env": SourceRow(SourceKind.ENVIRONMENT, True),
    "Deno.args": _ARGV,
    "Bun.argv": _ARGV,
    "Bun.env": SourceRow(SourceKind.ENVIRONMENT, True),
    "import.meta.env": SourceRow(SourceKind.ENVIRONMENT, True),
    "yargs.argv": _ARGV,
    "location.hash": _HASH, "location.search": _PAGE, "location.href": _PAGE_URL, "location.pathname": _PAGE_PATH,
    **{f"document.{name}": _PAGE_URL for name in ("URL", "documentURI", "baseURI")},
    "document.referrer": _PAGE, "document.cookie": _PAGE,
    "window.name": _PAGE,
    "next/router.useRouter().query": _HTTP_ROOT, "vue-router.useRoute().query": _HTTP_ROOT,
    f"{ROUTE}.queryParams": _HTTP_ROOT, f"{ROUTE}.snapshot.queryParams": _HTTP_ROOT,
}  # fmt: skip
"""Reading these names brings data in."""
OWN_PATHS = frozenset(name.replace(REQUEST, "request", 1) for name, row in READS.items() if row is _OWN_URL)
"""What reads as the path that was asked for, by the names that readers see: it begins with a slash."""

CALLS: dict[str, SourceRow] = {
    **{
        f"{REQUEST}.{name}()": _HTTP
        for name in ("get", "header", "param", "text", "rawBody", "arrayBuffer", "blob", "valid", "input")
    },
    **{
        f"{REQUEST}.{name}()": _HTTP_ROOT
        for name in (
            "json",
            "formData",
            "parseBody",
            "queries",
            "query",
            "body",
            "getQuery",
            "all",
            "only",
            "except",
            "qs",
            "validateUsing",
        )
    },
    f"{REQUEST}.nextUrl.searchParams.get()": _HTTP,
    "Deno.env.get()": SourceRow(SourceKind.ENVIRONMENT),
    "yargs.parse()": _ARGV,
    "minimist()": _ARGV,
    "util.parseArgs()": _ARGV,
    "meow()": _ARGV,
    "prompt()": SourceRow(SourceKind.COMMAND_LINE),
    "readline-sync.question()": SourceRow(SourceKind.COMMAND_LINE),
    "inquirer.prompt()": SourceRow(SourceKind.COMMAND_LINE),
    "ai.generateText()": _LLM,
    "ai.streamText()": _LLM,
    "ai.generateObject()": _LLM,
    "ai.streamObject()": _LLM,
    **{
        f"{package}{name}()": _HTTP_ROOT
        for package in ("", "h3.")
        for name in (
            "getQuery",
            "readBody",
            "getRouterParams",
            "readValidatedBody",
            "getValidatedQuery",
            "getValidatedRouterParams",
            "readFormData",
            "readMultipartFormData",
            "parseCookies",
            "getRequestHeaders",
        )
    },
    **{f"{package}{name}()": _HTTP for package in ("", "h3.") for name in ("getRouterParam", "readRawBody", "getRequestHeader")},
    "h3.getHeader()": _HTTP,
    "h3.getCookie()": _HTTP,
    "next/headers.cookies().get()": _HTTP,
    "next/headers.headers().get()": _HTTP,
    "react-router-dom.useParams()": _HTTP_ROOT,
    "next/navigation.useSearchParams().get()": _HTTP,
    **{f"{package}.useSearchParams().get()": _HTTP for package in PAGE_ROUTERS},
    f"{ROUTE}.queryParamMap.get()": _HTTP,
    f"{ROUTE}.snapshot.queryParamMap.get()": _HTTP,
}
"""Calling these names brings data in."""

_MODEL_CALLS = (
    ".chat.completions.create()", ".completions.create()", ".messages.create()", ".responses.create()", ".generateContent()",
    ".beta.messages.create()", ".messages.stream()", ".createChatCompletion()", ".createCompletion()", ".createMessage()",
    ".chat.complete()", ".invokeModel()", ".chat.completions.parse()", ".chat.completions.stream()", ".responses.parse()",
    ".responses.stream()", ".generateContentStream()", ".startChat().sendMessage()", ".beta.threads.messages.list()",
)  # fmt: skip
"""Endings of calls of a language model, whatever the client is called."""
_MODEL_PACKAGES = ("@langchain/", "langchain", "ollama", "cohere-ai", "replicate", "@huggingface/inference", "llamaindex")
_MODEL_METHODS = (
    ".invoke()", ".predict()", ".stream()", ".batch()", ".chat()", ".generate()", ".run()", ".textGeneration()",
    ".chatCompletion()", ".complete()",
)  # fmt: skip
"""Methods by which objects of these packages ask a model."""
_ASKED_USERS = (".elicitInput()", ".elicit()")
"""Endings of calls by which an MCP server asks whoever sits before the client."""
_SERVER_ANSWERS = (".callTool()", ".readResource()", ".getPrompt()", ".listTools()", ".listPrompts()", ".listResources()")
"""Methods of an MCP client whose result a server wrote."""

ROUTER_PACKAGES = (
    "express", "koa-router", "@koa/router", "fastify", "hono", "restify", "polka", "router", "find-my-way", "itty-router", "koa",
    "@hono/hono",
    "express-promise-router", "connect", "@tinyhttp/app", "h3", "hyper-express", "restana", "@feathersjs/express", "elysia",
    "@hono/zod-openapi",
)  # fmt: skip
"""Web frameworks whose applications and routers take handlers."""
SERVER_PACKAGES = (
    "@modelcontextprotocol",
    "fastmcp",
    "mcp-framework",
    "@mastra",
    "xmcp",
    "mcp-handler",
    "@vercel/mcp-adapter",
    "agents",
    "genkit",
    "@genkit-ai/",
    "@anthropic-ai/claude-agent-sdk",
    "@openai/agents",
)
"""MCP frameworks whose servers take tools."""

_COMMAND_LINES = ("commander", "yargs", "cac", "@commander-js")
_WRITTEN_BY_OTHERS = (
    "issue.title", "issue.body", "pull_request.title", "pull_request.body", "comment.body", "review.body", "head.ref", "head.label",
    "discussion.title", "discussion.body", "head_commit.message", "head_branch", "commit.message",
)  # fmt: skip
"""Fields of a webhook's payload that anybody fills who may open an issue or a pull request."""
_EACH_ITS_OWN = frozenset({SourceKind.LLM_OUTPUT, SourceKind.MESSAGE, SourceKind.SERVER_METADATA})
"""Kinds of which every reading brings other data."""
_METADATA = frozenset(
    {
        "authorization_endpoint", "token_endpoint", "registration_endpoint", "authorization_servers", "authorizationEndpoint",
        "tokenEndpoint", "jwks_uri", "resource_metadata", "device_authorization_endpoint",
        "introspection_endpoint", "revocation_endpoint", "userinfo_endpoint", "end_session_endpoint", "authorizationUrl",
        "authorization_url",
    }
)  # fmt: skip
"""Fields of documents in which a remote server names its own addresses (RFC 8414, RFC 9728)."""

_REQUEST_TYPES = expression(
    r"^(?:express\.|http\.|https\.|NodeJS\.|Koa\.)?(?:Request|NextRequest|NextApiRequest|FastifyRequest|IncomingMessage|"
    r"VercelRequest|"
    r"Http2ServerRequest|HonoRequest|GetServerSidePropsContext|HttpRequest|AuthenticatedRequest|RequestWithUser|ExpressRequest|"
    r"Koa\.Context|ParameterizedContext|HttpContext|HttpContextContract|"
    r"RouterContext|H3Event|KoaContext)\b"
)
_RESPONSE_TYPES = expression(
    r"^(?:express\.|http\.)?(?:Response|NextApiResponse|FastifyReply|ServerResponse|VercelResponse|ExpressResponse)\b"
)
_EVENT_TYPES = expression(r"^(?:APIGatewayProxy\w*|APIGatewayEvent|LambdaFunctionURLEvent|AppSyncResolverEvent|ALBEvent)\b")
_ROUTE_TYPES = frozenset({"ActivatedRoute", "ActivatedRouteSnapshot"})
_CALL_TYPES = expression(
    r"^(?:z\.infer<typeof )?CallToolRequest\b|^(?:z\.infer<typeof )?CallToolRequestSchema\b|^CallToolRequest\["
)
_CALL_ARGUMENT_TYPES = expression(r"^CallToolRequest\[.params.\]\[.arguments.\]")
_ANSWER_NAME = expression(r"(?i)^_?(?:\w*res|\w*resp|\w*response|\w*reply|\w*answer)$")
_HARMLESS_TYPES = expression(r"^(?:number|boolean|bigint|Date|undefined|null|void|never)\b(?!\s*\|)")


def is_harmless_type(annotation: str) -> bool:
    """Whether the annotation says that no text can arrive (believed of the program's own callers only)."""
    return bool(_HARMLESS_TYPES.match(annotation))


def reference_of_type(annotation: str) -> str:
    """The name that a value of this annotated type goes by; empty for other types."""
    if not annotation:
        return ""
    if _REQUEST_TYPES.match(annotation):
        return REQUEST
    if _RESPONSE_TYPES.match(annotation):
        return RESPONSE
    if _EVENT_TYPES.match(annotation):
        return EVENT
    if annotation in _ROUTE_TYPES:
        return ROUTE
    if _CALL_ARGUMENT_TYPES.match(annotation):
        return ""
    return CALL if _CALL_TYPES.match(annotation) else ""


_OTHER_REQUEST_TYPES = expression(
    r"^(?:any|unknown|object|\{|Partial<|Record<|(?:\w+\.)?I?(?:Auth\w*|Custom|Typed|Extended|My|App|Api|User|Session|Base|Multer|"
    r"Upload|File|Express|Fastify|Hapi|Http|Https|Next|Web|Server|Signed|Validated|Parsed|Raw)*(?:Http)?Req(?:uest)?(?:With\w*)?\b)"
)
"""Types of a project's own that are the request of a framework with something added."""


def may_be_request(annotation: str) -> bool:
    """Whether what is called a request may be one of the web, as far as its type tells: messages of a program's own are not."""
    return not annotation or bool(_OTHER_REQUEST_TYPES.match(annotation))


def is_client_response(annotation: str, name: str) -> bool:
    """Whether what Node calls an incoming message is the answer to a request of the program's own."""
    return "IncomingMessage" in annotation and bool(_ANSWER_NAME.match(name))


def typed_value(walker: Walker, annotation: str, value: Value, node: Node, frame: Frame) -> Value:
    """The value, with the name that its annotated type gives it."""
    reference = reference_of_type(annotation)
    if not reference or value.reference:
        return value
    return Value(value.taints, value.constant, reference, value.record, value.functions)


def global_value(walker: Walker, name: str, node: Node, frame: Frame) -> Value:
    """A name that no scope declares."""
    walker.free.add(name)
    if name in _OF_SHELLJS and frame.module.document.holds(b"shelljs/global"):
        return Value(reference=f"shelljs.{name}")
    found = member_source(walker, name, name, node, frame)
    return found if found is not None else Value(reference=_ASSUMED.get(name, name))


_OF_SHELLJS = frozenset("exec rm cp mv mkdir cat ls touch".split())
"""What `require("shelljs/global")` puts where every function sees it, as far as it does harm."""
_ASSUMED = {"req": REQUEST}
"""What nothing else is called, in code that is run or shown without what stands round it."""
_OF_PAGES = frozenset(
    "currentTarget target relatedTarget srcElement delegateTarget originalEvent preventDefault stopPropagation"
    " stopImmediatePropagation key keyCode which charCode button clientX clientY pageX pageY ctrlKey shiftKey altKey metaKey"
    " touches changedTouches dataTransfer clipboardData composedPath".split()
)
"""What an event of a browser has, and none of a cloud."""


def member_source(walker: Walker, reference: str, name: str, node: Node, frame: Frame) -> Value | None:
    """The data that reading a name brings in; None for other names."""
    if walker.is_service_worker and reference.startswith(REQUEST):
        return None
    row = READS.get(reference)
    if row is None and reference.startswith(EVENT) and reference.count(".") == 2 and name not in _OF_PAGES:
        row = _HTTP_ROOT
    if row is None and reference.startswith(("$scope.", "$rootScope.", "$location.")) and reference.count(".") == 1:
        row = _SCOPE
    if row is None and reference.startswith(f"{WEBHOOK}.payload.") and reference.endswith(_WRITTEN_BY_OTHERS):
        row = SourceRow(SourceKind.TOOL_OUTPUT)
    if row is None and name == "argv" and reference.startswith("yargs"):
        row = _ARGV
    if row is None:
        return _wrapped(reference)
    if (
        reference == f"{REQUEST}.path"
        and isinstance(node, Member)
        and isinstance(node.object, Member)
        and node.object.name == "req"
    ):
        row = SourceRow(SourceKind.HTTP_REQUEST, aspect="own-path")
    if name == "body" and _is_answer(node, frame):
        return None
    return sourced(walker, row, _shown(reference, frame, node), node, frame)


_KOA = expression(rb"[\"'](?:koa|@koa/|koa-)|\b(?:ctx|context)\.body\s{0,9}=[^=]")


def _is_answer(node: Node, frame: Frame) -> bool:
    """Whether `ctx.body` is what Koa answers with, set by a handler further in."""
    if not isinstance(node, Member) or not isinstance(node.object, Name) or node.object.name not in ("ctx", "context"):
        return False
    return frame.module.document.first(_KOA) is not None


_WRAPPERS = {
    f"{REQUEST}.request": REQUEST, f"{REQUEST}.req": REQUEST, f"{REQUEST}.raw": REQUEST, f"{REQUEST}.res": RESPONSE,
    f"{REQUEST}.ctx": REQUEST, f"{REQUEST}.node": REQUEST, f"{REQUEST}.context": REQUEST, f"{REQUEST}.response": RESPONSE,
}  # fmt: skip


def _wrapped(reference: str) -> Value | None:
    """The request inside a context (`ctx.request`, `c.req`)."""
    inner = _WRAPPERS.get(reference)
    return Value(reference=inner) if inner is not None else None


def call_source(walker: Walker, reference: str, node: Node, frame: Frame) -> Value | None:
    """The data that a call brings in; `reference` ends in `()`."""
    if walker.is_service_worker and reference.startswith(REQUEST):
        return None
    row = CALLS.get(reference)
    if row is None:
        row = _asked(reference)
    if (
        row is None
        and reference.startswith(_COMMAND_LINES)
        and reference.endswith((".opts()", ".parse()", ".parseSync()", ".parseAsync()"))
    ):
        row = _ARGV
    if row is None:
        return None
    header = _header(walker, node, frame) if reference in _HEADER_CALLS else ""
    return sourced(walker, row, f"request.headers.{header}" if header else _shown(reference, frame, node), node, frame)


_HEADER_CALLS = frozenset({f"{REQUEST}.get()", f"{REQUEST}.header()"})


def _header(walker: Walker, node: Node, frame: Frame) -> str:
    """The header that a call asks for, in lower case; empty when it is not known."""
    first = node.arguments[0] if isinstance(node, Call) and node.arguments else None
    name = walker.evaluate(first, frame).constant if isinstance(first, (Constant, Name)) else None
    return name.lower() if isinstance(name, str) else ""


def _asked(reference: str) -> SourceRow | None:
    """What models, users and servers answer, whatever the object is called that asks them."""
    if reference.endswith(_MODEL_CALLS):
        return _LLM
    if reference.startswith(_MODEL_PACKAGES) and reference.endswith(_MODEL_METHODS) and "/tools." not in reference:
        return _LLM
    if reference.endswith(_ASKED_USERS):
        return _TOOL_ROOT
    if reference.startswith("@modelcontextprotocol/") and reference.endswith(_SERVER_ANSWERS):
        return SourceRow(SourceKind.TOOL_OUTPUT)
    return None


def property_source(walker: Walker, name: str, node: Node, frame: Frame) -> Value | None:
    """Fields that tell by their name alone where they come from."""
    if name in _METADATA:
        return sourced(walker, SourceRow(SourceKind.SERVER_METADATA), name, node, frame)
    return None


def sourced(walker: Walker, row: SourceRow, name: str, node: Node, frame: Frame) -> Value:
    """A value of others' data that comes in at `node`; what one handler reads twice is the same data."""
    reader = id(walker.active[0]) if walker.active else 0
    place = node.start if row.kind in _EACH_ITS_OWN else 0
    key = (frame.module.document.path, reader, name, place, walker.owner)
    origin = walker.origins.get(key)
    if origin is None:
        document = frame.module.document
        origin = walker.origins[key] = Origin(
            row.kind, document, node.start, node.end, name, walker.owner or frame.owner, row.is_root
        )
        if row.kind is SourceKind.HTTP_REQUEST and document is not walker.document and _is_only_handed(walker, node, frame):
            origin.reporter = walker.document
    return Value((Taint(origin, aspect=row.aspect),))


def _is_only_handed(walker: Walker, node: Node, frame: Frame) -> bool:
    """Whether a request is read by a function that does not look like one that gets any: only the walk that handed it over knows
    what it is."""
    from sentinel.analysis.javascript.routes import REQUEST_NAMES, bound_name

    walked = zip(walker.active, walker.homes, strict=True)
    around = [body for body, home in walked if home is frame.module.document and body.start <= node.start < body.end]
    parameters = [one for body in around for one in body.parameters]
    named = (one for one in parameters if REQUEST_NAMES.match(bound_name(one)) and may_be_request(one.type))
    return bool(parameters) and next(named, None) is None and all(reference_of_type(one.type) != REQUEST for one in parameters)


def _shown(reference: str, frame: Frame, node: Node) -> str:
    """A name as a reader knows it."""
    for inner, shown in ((REQUEST, "request"), (EVENT, "event"), (f"{CALL}.params.arguments", ""), (CALL, "request")):
        if reference.startswith(inner):
            return (shown + reference[len(inner) :]).removesuffix("()")
    return reference.removesuffix("()")
