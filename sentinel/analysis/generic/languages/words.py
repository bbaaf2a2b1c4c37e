"""Literals, in lower case, of which one stands in every document with a flow: what the prefilter looks for; by language."""

from __future__ import annotations

from sentinel.model.document import Language

SINK_WORDS: dict[Language, tuple[bytes, ...]] = {
    Language.GO: (
        b"exec.",
        b"query",
        b".exec(",
        b"prepare",
        b".raw(",
        b".where(",
        b"os.",
        b"ioutil.",
        b"http.",
        b"net.",
        b"redirect",
        b"fprint",
        b"writestring",
        b".write(",
        b"template.",
        b".parse(",
        b".eval(",
        b"runstring",
        b"dostring",
        b"ldap",
        b"xpath",
        b"parsestring",
        b".file(",
        b".html(",
    ),
}
SOURCE_WORDS: dict[Language, tuple[bytes, ...]] = {
    Language.GO: (
        b"http.request",
        b"gin.",
        b"echo.",
        b"fiber.",
        b"chi.",
        b"mux.",
        b"mcp.",
        b"getenv",
        b"os.args",
        b"flag.",
        b"events.",
        b"func ",
    ),
}
