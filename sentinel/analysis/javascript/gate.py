"""Which documents are worth a walk: those that mention a sink, or a source and, in what they import, a sink."""

from __future__ import annotations

import re

from sentinel.analysis.javascript.modules import reaches
from sentinel.model.document import Document
from sentinel.model.rule import Workspace

STRONG_WORDS = (
    b"child_process", b"exec", b"spawn", b"shelljs", b"eval", b"function(", b"runin", b"new vm", b"vm.script", b"unserialize", b"deserialize",
    b".query", b".raw", b"queryraw", b"executeraw", b".prepare", b"innerhtml", b"outerhtml", b"document.write", b"sql", b"settimeout",
    b"insertadjacenthtml", b"bypasssecuritytrust", b"whereraw", b"safestring", b"srcdoc",
)  # fmt: skip
"""Sinks that matter even when only a parameter reaches them."""
WEAK_WORDS = (
    b"readfile", b"writefile", b"appendfile", b"createreadstream", b"createwritestream", b"readdir", b"unlink", b"mkdir", b"rmsync", b"fs.rm",
    b"rimraf", b"rename", b"copyfile", b"fetch", b"axios", b"got", b"request", b"superagent", b"needle", b"http.get", b"https.get", b"ky.",
    b"open(", b"openexternal", b"opener", b"redirect", b"location", b".render", b".compile", b"renderstring", b"template", b"find", b"$where",
    b"parsexml", b"libxml", b"merge", b"defaultsdeep", b"regexp", b".send", b".end(", b"yaml", b"goto", b"require(", b"import(", b"sendfile",
    b"websocket", b"eventsource", b"window.open", b"href", b"bun.", b"deno.", b".html(", b"xpath", b"ldap", b"session", b"symlink", b"set(",
)  # fmt: skip
SINK_WORDS = STRONG_WORDS + WEAK_WORDS
SOURCE_WORDS = (
    b"registertool", b".tool(", b"tool(", b"addtool", b"definetool", b"setrequesthandler", b"registerresource", b".resource(", b"registerprompt", b".prompt(",
    b"inputschema", b"execute", b"handler", b"req", b"ctx", b"context", b"event", b"process.argv", b"process.env", b"location", b"document.",
    b"completions.create", b"messages.create", b"responses.create", b"generatetext", b"generatecontent", b"authorization_endpoint",
    b"createserver", b"get(", b"post(", b"params", b"searchparams",
)  # fmt: skip
_SOURCE = re.compile(
    rb"(?i)\b(?:registerTool|addTool|defineTool|createTool|setRequestHandler|registerResource|registerPrompt|addResource|inputSchema|"
    rb"process\.argv|process\.env|authorization_endpoint|token_endpoint|createServer|req|request|ctx|event|location|referrer|searchParams|"
    rb"useParams|\w+Endpoint|argv)\b|\.(?:tool|resource|prompt)\s*\(|\b(?:completions|messages|responses)\.create|generateText|generateContent|"
    rb"\bc\.req\b|@(?:Get|Post|Put|Body|Query|Param|Tool)\b|\bexecute\s*[:(]|\bhandler\s*[:(]|\b(?:GET|POST|PUT|PATCH|DELETE)\s*\("
)
_STRONG = re.compile(b"(?i)" + b"|".join(re.escape(word) for word in STRONG_WORDS))
_SINK = re.compile(b"(?i)" + b"|".join(re.escape(word) for word in SINK_WORDS))


def is_worth_a_walk(document: Document, workspace: Workspace) -> bool:
    """Whether a flow can start in the document: decided from its text and from what its imports mention."""
    if _STRONG.search(document.data):
        return True
    if not _SOURCE.search(document.data):
        return False
    return bool(_SINK.search(document.data)) or reaches(document, workspace, SINK_WORDS)
