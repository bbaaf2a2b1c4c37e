"""What in a text tells of sinks and of sources: many small patterns, each tried only where its literal stands.

One alternation of them all is tried at every byte, which cost more than the walks; to look for a literal costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LITERAL = re.compile(r"(?:\\b|\(\?<[!=][^)]*\))?((?:[A-Za-z_0-9]|\\[.$(]|-)+)([?*{]?)")


class Marks:
    """Patterns that begin with a literal, apart from what may not or must stand before it."""

    def __init__(self, *patterns: str) -> None:
        self.marks = [(_literal(pattern), re.compile(pattern.encode())) for pattern in patterns]

    def places(self, data: bytes) -> set[int]:
        """The byte offsets at which their literals stand in a match."""
        return set(self._found(data))

    def _found(self, data: bytes) -> Iterator[int]:
        find = data.find
        for literal, pattern in self.marks:
            at = find(literal)
            while at >= 0:
                if pattern.match(data, at):
                    yield at
                at = find(literal, at + 1)


def _literal(pattern: str) -> bytes:
    """The literal at the beginning of a pattern."""
    found = _LITERAL.match(pattern)
    assert found is not None, pattern
    text = found.group(1).replace("\\", "")
    return (text[:-1] if found.group(2) else text).encode()


def _each(form: str, names: str) -> tuple[str, ...]:
    """One pattern for each name, put where `{}` stands."""
    return tuple(form.replace("{}", name) for name in names.split())


STRONG = Marks(
    *"child_process shelljs \\bexeca cross-spawn sqlite sandbox libxml xml2json setContent addInitScript compileScript".split(),
    *"insertAdjacentHTML dangerouslySetInnerHTML bypassSecurityTrust SafeString ldap createContextualFragment".split(),
    *"simple-git http-proxy exec-sh tinyexec spawn-rx node-pty createQueryBuilder".split(),
    *"wkhtml StdioClientTransport executeScript executeJavaScript statusCode document\\.write trustAs[A-Z] expat\\b".split(),
    *_each(r"\b{}", "jQuery runIn\\w*Context compileFunction vm2?['\".] VMScript unserialize deserialize"),
    *_each(r"\b{}\b", "zx eval srcdoc xpath Deno\\.run QueryCommand ScanCommand"),
    *_each(r"\b{}\s*\(", "exec(?:Sync|File|FileSync|Async|Promise)? spawn(?:Sync)? Function"),
    *_each(r"\.{}\s*[(`]", "query execute prepare raw unsafe literal"),
    *_each(r"(?<=\w){}\s*\(", "Unsafe Raw"),
    *_each(r"\.{}\b", "innerHTML outerHTML"),
    *_each(r"{}\s*\(\s*[\"'`\w.]+\s*[+,]", "setTimeout setInterval"),
    *_each(r"\b{}\.\w+\s*\(", "db pool conn connection"),
    *_each(r"\b{}\.\w", "ejs pug jade nunjucks Handlebars handlebars mustache doT"),
    *_each(r"location\.{}", "href replace assign"),
    *_each(r"\b{}\s*\(", "AsyncFunction GeneratorFunction"),
    r"\bFunction\.(?:apply|call)\b",
    r"\bspawn\)\s*\(",
    r"\.evaluate\w*\(",
    r"\$\(",
    *"AppleScript\\s*\\( applescript\\b runJxa".split(),
)
"""Sinks that matter even when only a parameter reaches them."""

SOURCE = Marks(
    *_each(
        r"\b{}\b",
        "registerTool addTool defineTool createTool setRequestHandler registerResource registerPrompt addResource addPrompt "
        "inputSchema argsSchema authorization_\\w+ token_endpoint registration_endpoint resource_metadata redirectToAuthorization "
        "createServer StdioClientTransport searchParams useParams documentURI argv uriTemplate yargs commander minimist parseArgs "
        "useSearchParams useRouter useRoute ActivatedRoute HttpContext "
        "req ctx",
    ),
    r"\brequest\s*(?:[,)]\s*(?:=>|res|reply|\{|h\b|:)|:\s*\w*(?:Request|Context)|"
    r"\.(?:body|query|params|headers|cookies|json|formData|text|url|nextUrl)\b)",
    *_each(r"{}Request\b", "(?<=:\\s) (?<=:) (?<=\\.)"),
    r"\bevent(?:\.(?:body|data|query\w*|path\w*|headers)\b|\s*:\s*\w*(?:Event|any)\b|(?:\s*,[^()]{0,200})?\)?\s*(?::[^={;()]{0,80})?(?:=>|\{))",
    r"\blocation\.(?:hash|search|href|pathname)",
    *"WebSocketServer ipcMain\\b \\bbullmq\\b addService\\s*\\( eachMessage \\bprocedure\\b".split(),
    *"setWindowOpenHandler will-navigate will-redirect will-frame-navigate new-window".split(),
    r"\bsocket\.io\b",
    r"(?<=[\"'])use server\b",
    r"\bformData\b",
    *"\\breferrer\\b \\$scope\\b generateText generateContent defineEventHandler window\\.name Deno\\.args".split(),
    *_each(r"\.{}\s*\(", "tool resource prompt"),
    *_each(r"\b{}\.create", "completions messages responses"),
    r"\bc\.req\b",
    *_each(r"@{}\b".replace("@", "(?<=@)"), "Get Post Put Patch Delete Body Query Param Tool Resource Prompt Args"),
    *_each(r"\b{}\s*[:(]", "execute handler"),
    r"\bresolve(?:\s*:(?!\s*\([^()]*\)\s*=>\s*void)|\s*\([^()]{0,300}\)\s*(?::[^={;]{0,80})?\{)",
    *_each(r"\b{}\s*[(=:]", "GET POST PUT PATCH DELETE"),
    *_each(r"\b{}\s*:\s*\{", "Query Mutation"),
    *_each(r"document\.{}", "URL cookie"),
    *_each(r"\b{}\b", "onText onDidReceiveMessage registerUriHandler getRouterParam getServerSideProps actions"),
    *_each(r"(?<=[\"']){}", "discord\\.js telegraf grammy node-telegram-bot-api"),
    *_each(r"\b{}\s*(?:,[^()]{0,80})?\}\s*(?::[^=(){]{0,120})?\)\s*(?:=>|:)", "params url query"),
    r"(?<=@)slack/bolt",
    r"\bcontext\.payload\b",
    *_each(r"{}(?:Function)?Args\b", "Loader Action"),
    *"createServerFn\\b parsedInput\\b Meteor\\.methods _generated/server onRequest(?:Get|Post|Put|Patch|Delete)?\\b".split(),
    *"encore\\.dev/api mqtt\\b langchain/(?:core/)?tools\\b diskStorage\\b".split(),
)
"""Where data of others comes in, or whoever brings it is registered."""

WARM = Marks(r"Router\s*\(", r"express\s*\(", r"\bnew\s+\w*(?:Server|Hono|Koa|MCP|Client)\b")
"""What handlers are registered with, and what asks others."""
