"""Literals, in lower case, of which one stands in every document with a flow: what the prefilter looks for."""

from __future__ import annotations

STRONG_WORDS = (
    b"child_process", b"exec", b"spawn", b"shelljs", b"eval", b"function(", b"runin", b"vm", b"unserialize", b"deserialize",
    b"query",
    b".raw", b"executeraw", b"prepare", b"innerhtml", b"outerhtml", b"document.write", b"sql", b"settimeout", b"setinterval",
    b"insertadjacenthtml", b"dangerouslysetinnerhtml", b"bypasssecuritytrust", b"raw(", b"safestring", b"srcdoc", b"jquery",
    b"$(", b"trustas",
    b"sandbox", b"db.", b"literal(", b"pool", b"conn", b"unsafe", b"statuscode", b"contextualfragment", b"executescript",
    b"executejavascript", b"stdioclienttransport", b"applescript", b"runjxa",
)  # fmt: skip
"""Sinks that matter even when only a parameter reaches them."""
WEAK_WORDS = (
    b"readfile", b"writefile", b"appendfile", b"createreadstream", b"createwritestream", b"readdir", b"unlink", b"mkdir",
    b"rmsync", b"fs.",
    b"rimraf", b"rename", b"copyfile", b"fetch", b"axios", b"got", b"request", b"superagent", b"needle", b"http.get",
    b"https.get", b"ky",
    b"open", b"redirect", b"location", b"render", b"compile", b"template", b"find", b"$where", b"wkhtml",
    b"parsexml", b"libxml", b"expat", b"xml2json", b"merge", b"defaultsdeep", b"regexp", b".send", b".end(", b"yaml", b"goto",
    b"require(",
    b"import(", b"sendfile", b"setcontent", b"evaluate", b"navigate", b"page.",
    b"websocket", b"eventsource", b"href", b"bun.", b"deno.", b".html(", b"xpath", b"ldap", b"session", b"symlink", b"set(",
    b"extend", b"ctx.body", b"diskstorage", b".mv(",
)  # fmt: skip
SINK_WORDS = STRONG_WORDS + WEAK_WORDS
SOURCE_WORDS = (
    b"tool", b"setrequesthandler", b"resource", b"prompt", b"inputschema", b"execute", b"handler", b"req", b"ctx", b"event",
    b"argv", b"env",
    b"location", b"document.", b".create", b"generatetext", b"generatecontent", b"_endpoint", b"createserver", b"get(", b"post(",
    b"params", b"useroute", b"activatedroute", b"httpcontext",
)  # fmt: skip
ENTRY_WORDS = (
    b"setrequesthandler", b".tool(", b"registertool", b"addtool", b"registerresource", b"registerprompt", b".post(", b".get(",
    b"argv", b"inputschema",
    b"createserver", b"router", b"searchparams", b"req", b"ctx",
)  # fmt: skip
"""What a file that registers handlers or reads data of others mentions."""
