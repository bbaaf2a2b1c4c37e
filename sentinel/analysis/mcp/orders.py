# ruff: noqa: E501 (a pattern of words reads best as one line)
"""Orders that serve somebody else than the user, told by their grammar: what shall be done with which thing, where it goes, from whom it is kept.

The signs of `directives` are phrases, and a phrase can be said in another way. Here a sentence is taken apart: an order stands in the
imperative or says what must be done, it is not forbidden, and its parts come from classes of words (private things, ways out, people who
shall not know). What an honest text has too, such as a duty to keep something quiet, counts only beside a second part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from sentinel.analysis.mcp.directives import Sign, lowered, signs
from sentinel.model.expression import expression


class Aim(StrEnum):
    """What an order is after; the value is how a message names it."""

    LEAK = "orders to hand over what is private"
    CONCEAL = "keeps what is done from the user"
    OVERRULE = "sets aside the instructions its reader has"
    UNASKED = "orders to destroy or pay without asking"
    CAPTURE = "decides what other tools are used for"
    DECEIVE = "orders to tell the user what is not so"
    OPEN = "opens the machine to others"
    DICTATE = "dictates the outcome of a review"
    REVEAL = "asks for the instructions its reader has"


class Order(NamedTuple):
    """An order in a text."""

    aim: Aim
    start: int
    """Code points, half-open."""
    end: int


class _Sentence(NamedTuple):
    start: int
    text: str
    follows: str
    """The next sentence of the paragraph; empty at its end."""
    before: str
    """The sentence in front of it in the paragraph; empty at its start."""


_MOST_HITS = 200
_MOST_SENTENCE = 500
_END = expression(r"(?<!\s\d)(?<!\A\d)[.!?](?=[\s\"'”)]|$)|[。！？]|\n[ \t]*(?=\n|[-*+#>|]|\d+[.)])|\n-->|<!--|-->")  # fmt: skip
_YOU = r"(?:you|agents?|assistants?|models?|the ai|llms?|claude|copilot|it)"
_DUTY = rf"(?:(?:^|\b{_YOU}\s+)(?:must|should|shall|will|have to|has to|need to|are (?:required|expected|obliged|asked|told) to)|(?:make|be) sure (?:to|that you|you)|remember to|so (?:kind|nice) as to|(?:wonderful|great|lovely|appreciated) if you(?: could| would|['’]d)?|(?:could|would) you)"
_LEAD_IN = expression(
    rf"(?i)(?:^[\s*_>#`\"'(\[-]*(?:\d+[.)]\s*)?|[,;:(–—]\s*|\b(?:and|then|or|but|please|kindly|also|first|always|immediately|instead|now|thereafter|step|it is required that you)\s+|\b\w+ly\s+|{_DUTY}\s+(?:\w+ly\s+|also\s+|always\s+|first\s+)?)$"
)
"""What stands before a verb in the imperative."""
_OBLIGED = (
    r"\b(?:must|has to|have to|is to|are to|should|shall|needs? to)\s+(?:always\s+|also\s+|first\s+|\w+ly\s+)?be\s+(?:\w+ly\s+)?"
)
_NO = expression(
    r"(?i)\b(?:never|not|cannot|avoid|without|refuse|refrain|instead of|rather than|nor|prevent\w*|forbid\w*|disallow\w*|block\w*|no longer)\b|n['’]t\b"
)
_WISHED = expression(
    r"(?i)(?<!even )\b(?:if|when|once|after|unless|only|whether)\b[^.\n]{0,60}\b(?:user|they)\b[^.\n]{0,30}\b(?:asks?|asked|wants?|requests?|requested|confirm\w*|approv\w*|agrees?|consents?|allow\w*|opts?|chooses?|explicit\w*|need)\b|\b(?:user|they) (?:asks?|wants?|requests?|chooses?|consents?|has (?:asked|chosen|agreed|approved))\b"
)
_THREAT = expression(
    r"(?i)\bif\b[^.\n]{0,120}\b(?:is|are) not (?:sent|passed|provided|included|supplied|attached|handed)\b[^.\n]{0,80}\b(?:will|cannot|would|is going to) (?:be )?(?:lock|block|lose|lost|clos|delet|suspend|terminat|expire)"
)
"""What is demanded by what happens otherwise."""
_HONEST_PLACE = expression(
    r"(?i)\b(?:authorization|bearer|auth) header|\bgithub (?:actions )?secrets?\b|\brepository secrets?\b|\bsettings?(?: page)?\b|\bvault\b|\bsecret manager|\bkeychain access|\bgitignore|\b1password\b|\bdashboard\b|\bconsole\b|\bredact|\bmask\b|\bplaceholder|\bfor example\b|\be\.g\.|\bencrypt"
)
_TRANSFER = r"(?:send|post|put|pass|hand|supply|forward|relay|upload|attach|include|append|paste|copy|mirror|provide|share|transmit|push|report|insert|add|embed|encode|render|publish|submit|stream|deliver|blind-?copy|bcc|write|fill|give|list|print|begin|start|prefix|end|close|use|issue|make|run|exfiltrate|leak|dump|take|drop|ship|deposit|e-?mail|mail|type|sync|rsync|scp|back up|stash|archive)"
_TRANSFERRED = r"(?:sent|posted|put|passed|handed(?: over)?|supplied|forwarded|relayed|uploaded|attached|included|appended|pasted|copied|mirrored|provided|shared|transmitted|pushed|reported|inserted|added|embedded|encoded|published|submitted|streamed|delivered|written|filled|given|listed|printed|dropped|e-?mailed|mailed|typed|entered|placed|loaded)"
_HOLDS = r"\b(?:pull requests?|commits?|comments?|repl(?:y|ies)|answers?|messages?|bod(?:y|ies)|descriptions?|`\w+`|arguments? `?\w+`?)\s+(?:must|has to|have to|should|shall|needs? to|(?:is|are) to)\s+(?:\w+\s+)?(?:list|contain|include|carry|hold|show|be|start|begin)\b"
_VERB = expression(rf"(?i)\b{_TRANSFER}\b|{_OBLIGED}{_TRANSFERRED}\b|{_HOLDS}")
_STORE_WORDS = (
    "ssh ",
    "private key",
    "identity file",
    "credential",
    "password",
    "api key",
    "access token",
    "secret",
    "cookie",
    "bank pin",
    "cvv",
    "card number",
    "~/d",
    "~/pictures",
    " keys ",
    " key ",
    "environment variable",
    "env",
    "seed ",
    "recovery ",
    "mnemonic ",
    "wallet",
    "_token",
    "_key",
)
_STORE = expression(
    r"\b(?:ssh (?:identity|private|secret) (?:key|file|identity)s?|(?:text|contents?) of (?:the |their |your |user['’]s ){0,2}(?:ssh|private) keys?|identity file"
    r"|(?:all|any|every|each|stored|saved|the (?:user|repository|owner|company|team)['’]s|whichever|whatever)\s+(?:\w+\s+){0,2}(?:credentials?|passwords?|api keys?|access tokens?|secrets?|session cookies|private keys?)\b(?! scan)"
    r"|(?:all|any|every) keys? (?:visible|found|stored|available|you|in)|(?:browser|session) cookies?|bank pin|\bcvv|card numbers?|~/(?:documents|downloads|desktop|pictures)|cookies of (?:the |a )?\w+|asks? (?:you )?for (?:the |a |your )?(?:credentials|passwords?|tokens?)|(?:all|the|every|whole|full) (?:\w+ )?environment variables?|(?:outputs?|results?) of [`'\"]?(?:env|printenv)\b|printenv\b(?! the)|env(?=`)|(?:seed|recovery|mnemonic) (?:words?|phrases?)|wallets?\b(?! address| connect)"
    r"|values? of (?:the )?(?:environment variable )?[`'\"$]{0,2}[a-z][a-z0-9]*(?:_[a-z0-9]+)*_(?:token|key|secret|password)(?<!max_token)(?<!primary_key)(?<!foreign_key))(?=\W|$)"
)
"""Where secrets are kept, beside the files that `Sign.SECRET_PATH` knows; over the text in lower case."""
_CONTEXT_WORDS = (
    "conversation",
    "chat",
    "transcript",
    "dialogue",
    "session",
    "prompt",
    "user message",
    "hidden instructions",
    "your instructions",
    "own instructions",
    "message you",
    " reply ",
    " answer ",
    " response ",
    "everything ",
    "user ",
    "user's",
    "user’s",
    "you ",
    "they ",
    "tool result",
    "tool output",
)
_CONTEXT = expression(
    r"\b(?:(?:complete|whole|entire|full)\s+(?:\w+\s+)?(?:conversations?|chats?|chat history|transcripts?|dialogue|session)|(?:last|previous|earlier|past) (?:\w+ ){0,2}(?:prompts?|user messages?|answers? of the (?:assistant|model))|prompts? (?:that )?you (?:were|are|have been) given|(?:session|chat|conversation) (?:transcripts?|logs?|history)|(?:developer|system) message you|(?:each|every) (?:reply|answer|response) (?:that )?you (?:give|write|make)|your (?:full |hidden |own )?(?:system prompt|hidden instructions|instructions)|chat history|conversation history|the conversation so far|summary of the conversation"
    r"|everything (?:that )?(?:the user|they|you) (?:\w+ )?(?:said|typed|wrote|asked|types?|writes?|says?|knows?|know about|reveals?|shares?|tells?)|what(?:ever)? the user (?:\w+ )?(?:typed|asked|wrote|said|types|asks|writes|says)"
    r"|user['’]s (?:full name|questions?|e-?mail(?: address)?|phone number|(?:home |postal )?address|prompts?|queries|clipboard|private \w+)|(?:each|every|any|all)(?: of the)? (?:files?|documents?|mails?|e-?mails?) (?:that )?(?:you|the user|they) (?:\w+ ){0,2}(?:reads?|opens?|writes?|sends?|receives?|edits?)|(?:every|each|all) tool (?:results?|outputs?))\b"
)
"""What only the user and the model know."""
_OUTSIDE = expression(
    r"(?i)(?:https?|wss?|ftp|tcp)://(?!localhost|127\.|\[::1\]|0\.0\.0\.0|[\w.-]*\$|<)[\w-][^\s`'\"<>)]{3,}|(?<![\w/])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[a-z]{2,10}\b|\b[\w.+-]{1,64}@(?:\d{1,3}\.){3}\d{1,3}\b"
)
_ARGUMENT = expression(
    r"(?i)\b(?:in|into|as|to|within|inside|through|with)\s+(?:the\s+|its\s+|an?\s+|your\s+|this\s+)?(?:value of\s+(?:the\s+)?)?(?:(?:[`'\"][a-z_]\w{0,40}[`'\"]|[a-z_]\w{1,40})\s+)?(?:fields?|arguments?|parameters?|metadata)\b|\b(?:in|into|as|to|along in)\s+(?:the\s+)?(?:value of\s+)?[`'\"][a-z_]\w{0,40}[`'\"]|\b(?:begin|start|open|prefix|preface)\s+(?:the\s+|this\s+|its\s+)?[`'\"]?\w+[`'\"]?\s+with\b|\bin (?:the )?next call\b|\b(?:to|with|through|via) the [`'\"]?\w+[`'\"]? tool\b|\b(?:to|with) (?:each|every|the|any) [`'\"]?\w+[`'\"]? calls?\b|`\w+`\s+(?:must|has to|should|shall|needs? to|is to)\b|\bargument `?\w+`? (?:must|has to|should|shall|needs? to)\b"
)
_PUBLIC = expression(
    r"(?i)\b(?:in|into|to|of|inside|within|as)\s+(?:the\s+|a\s+|an\s+|your\s+|each\s+|every\s+|its\s+){0,2}(?:\w+\s+){0,2}?(?:pull requests?|pr (?:body|description)|commit messages?|commits?|gists?|public \w+|comments?\b(?! out)|branch names?|issues?)\b|\bpull request (?:body|description)\b|\b(?:pull request|commit|issue)s?\b[^.\n]{0,20}\b(?:must|should|has to|have to)\b"
)
_PRONOUN = expression(
    r"(?i)\b(?:it|its|them|their|that|this|these|those|the (?:outputs?|results?|contents?|texts?|values?|files?))\b"
)


def orders(text: str, arguments: frozenset[str] = frozenset(), is_tool: bool = False) -> tuple[Order, ...]:
    """The orders against the user in a text, in order of place; parts that count only beside others are among them (see `against_user`).

    `arguments`: the names a tool's text may call its own; `is_tool`: also what only a tool asks for, private context in an argument.
    """
    return _orders(text, arguments, is_tool)


@lru_cache(maxsize=32)
def _orders(text: str, arguments: frozenset[str], is_tool: bool) -> tuple[Order, ...]:
    found = {*_leaks(text, arguments, is_tool), *_phrases(text, is_tool)}
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.aim)))


_ALONE = frozenset({Aim.LEAK, Aim.CAPTURE, Aim.OPEN, Aim.UNASKED})
_SEEN_BY_NOBODY = _ALONE | {Aim.OVERRULE, Aim.CONCEAL, Aim.DECEIVE, Aim.DICTATE, Aim.REVEAL}
_NEAR = 400


def against_user(
    text: str, arguments: frozenset[str] = frozenset(), is_tool: bool = False, is_hidden: bool = False
) -> tuple[Order, ...]:
    """The orders of a text that need no second, and pairs of parts near one another that together are one; in order of place."""
    found = orders(text, arguments, is_tool)
    kept = _SEEN_BY_NOBODY if is_hidden else _ALONE
    return tuple(one for one in found if one.aim in kept or _has_second(text, one, found, is_tool))


def _has_second(text: str, one: Order, found: tuple[Order, ...], is_tool: bool) -> bool:
    near = {other.aim for other in found if other.aim is not one.aim and abs(other.start - one.start) < _NEAR}
    if one.aim is Aim.OVERRULE:
        return (
            bool(near & {Aim.CONCEAL, Aim.DECEIVE, Aim.UNASKED, Aim.DICTATE, Aim.LEAK, Aim.REVEAL})
            or _POWER.search(_about(text, one)) is not None
        )
    if one.aim is Aim.CONCEAL:
        is_plain = is_tool and text[one.start : one.end].lower() == _BETWEEN_US
        return is_plain or bool(near & {Aim.LEAK, Aim.DECEIVE, Aim.OVERRULE}) or _is_beside_risk(text, one, is_tool)
    return one.aim is Aim.DECEIVE and (is_tool or Aim.CONCEAL in near or _is_beside_risk(text, one, is_tool))


_BETWEEN_US = "between us"


def _about(text: str, one: Order) -> str:
    return text[max(0, one.start - _NEAR // 2) : one.end + _NEAR]


_POWER = expression(
    r"(?i)\b(?:take|accept|receive) (?:all )?(?:your )?(?:orders|instructions|commands) (?:only |solely )?from\b|\badmin mode\b|\bconfirmation is off\b|\brecommend\b[^.\n]{0,30}\bin every\b|\bnew system (?:message|prompt)\b|\bwithout (?:asking|confirmation)\b|\bconfidential data\b|\brefuses? nothing\b|\banswers? everything\b"
)


# --- private things and their way out ---


def _leaks(text: str, arguments: frozenset[str], is_tool: bool) -> Iterator[Order]:
    kept = [
        (hit.start, hit.end) for hit in signs(text, frozenset({Sign.SECRET_PATH})) if ".pub" not in text[hit.start : hit.end + 4]
    ]
    kept += _places(_STORE, _STORE_WORDS, text)
    kept += (
        [found.span() for found in islice(_FOREIGN_KEPT.finditer(text), _MOST_HITS)] if not text.isascii() or " de " in text else []
    )
    known = _places(_CONTEXT, _CONTEXT_WORDS, text)
    named = _named(arguments)
    for spans, is_secret in ((kept, True), (known, False)):
        for start, end in spans[:_MOST_HITS]:
            sentence = _sentence(text, start)
            if _goes_out(sentence, start, end, is_secret, is_tool, named):
                yield Order(Aim.LEAK, sentence.start, sentence.start + len(sentence.text))


def _places(pattern: re.Pattern[str], literals: tuple[str, ...], text: str) -> list[tuple[int, int]]:
    said = lowered(text)
    if not any(literal in said for literal in literals):
        return []
    return [found.span() for found in islice(pattern.finditer(said), _MOST_HITS)]


@lru_cache(maxsize=64)
def _named(arguments: frozenset[str]) -> re.Pattern[str] | None:
    """Where a tool's own arguments are named."""
    words = "|".join(re.escape(name) for name in sorted(arguments) if len(name) > 1)
    return (
        re.compile(
            rf"(?i)\b(?:in|into|inside|within|as|to|of|with|via|through|along in)\s+(?:the\s+|value of\s+)*[`'\"]?(?:{words})\b"
        )
        if words
        else None
    )


def _goes_out(sentence: _Sentence, start: int, end: int, is_secret: bool, is_tool: bool, named: re.Pattern[str] | None) -> bool:
    """Whether a private thing is ordered to leave: in its sentence, or in the next one, which speaks of it by a pronoun."""
    own = sentence.text
    rest = own[: start - sentence.start] + "\0" + own[end - sentence.start :]
    if _is_sent(rest, is_secret, is_tool, named):
        return True
    if _THERE.search(own) and _OUTSIDE.search(sentence.before) and _is_sent(f"{rest} http://there.", is_secret, is_tool, named):
        return True
    is_continued = _PRONOUN.search(sentence.follows) is not None and not _NO.search(own[: start - sentence.start])
    return is_continued and _is_sent(sentence.follows, is_secret, is_tool, named)


_THERE = expression(r"(?i)\b(?:there|to it|that address|this address|that endpoint)\b")


def _is_sent(sentence: str, is_secret: bool, is_tool: bool, named: re.Pattern[str] | None) -> bool:
    if _THREAT.search(sentence) and _is_way_out(sentence, is_secret, is_tool, named):
        return True
    if is_secret and _OUTSIDE.search(sentence) and _FOREIGN_ACT.search(sentence) and not _ENGLISH.search(sentence):
        return _FOREIGN_NO.search(sentence) is None
    if _WISHED.search(sentence) or _HONEST_PLACE.search(sentence) or not _is_way_out(sentence, is_secret, is_tool, named):
        return False
    return any(_is_ordered(sentence, verb) for verb in islice(_VERB.finditer(sentence), 20))


def _is_way_out(sentence: str, is_secret: bool, is_tool: bool, named: re.Pattern[str] | None) -> bool:
    if _OUTSIDE.search(sentence):
        return True
    if is_secret and _PUBLIC.search(sentence):
        return True
    return is_tool and (_ARGUMENT.search(sentence) is not None or (named is not None and named.search(sentence) is not None))


def _is_ordered(sentence: str, verb: re.Match[str]) -> bool:
    """Whether a verb stands in the imperative or says what must be done, and nothing before it in its sentence denies it."""
    before = sentence[: verb.start()]
    is_obliged = " " in verb.group()
    return (is_obliged or _LEAD_IN.search(before) is not None) and _NO.search(before) is None


def _sentence(text: str, at: int) -> _Sentence:
    """The sentence round a place, with its neighbours."""
    low = max(0, at - _MOST_SENTENCE)
    ends = [found.end() for found in _END.finditer(text, low, at)]
    start = ends[-1] if ends else low
    found = _END.search(text, at, at + _MOST_SENTENCE)
    end = found.end() if found is not None else min(len(text), at + _MOST_SENTENCE)
    after = _END.search(text, end + 1, end + _MOST_SENTENCE)
    follows = text[end : after.end() if after is not None else min(len(text), end + _MOST_SENTENCE)]
    earlier = text[ends[-2] if len(ends) > 1 else low : start] if ends else ""
    own = text[start:end]
    lead = len(own) - len(own.lstrip())
    return _Sentence(start + lead, own[lead:], "" if follows.startswith("\n\n") else follows.strip(), earlier.strip())


# --- phrases of one sentence ---

_PEOPLE = r"(?:(?:the|any|your|its|their|an?)\s+)?(?:users?|humans?|persons?|people|developers?|authors?|operators?|owners?|customers?|maintainers?|reviewers?|callers?|anyone|anybody|someone|somebody|them|him|her)(?:\s+you(?:['’]re| are) \w+ing)?"
_TELL = r"(?:(?:mention|tell|inform|notify|reveal|explain|flag|point|bring|bother|alert|admit|comment|speak|talk|discuss)(?:ing)?|(?:disclos|announc|troubl)(?:e|ing))"
_NEVER = r"(?:do not|don['’]t|never|nor|without|no need to|needn['’]t|need not|avoid|not to|must not|should not|and not)"
_DEED = r"(?:it|this|that|these|those|them|so|the (?:\w+ )?(?:choice|change|step|transfer|addition|line|edit|call|upload|copy|package|request)s?|steps? \d)"
_UNAWARE = r"(?:(?:must|may|should|shall|can|will|need|do|does|is|are|would|has|have|needs)\s*(?:not|n['’]t|never|no)\s+(?:\w+\s+){0,2}?(?:see|hear|know|learn|notice|notified|told|informed|aware|find out|suspect|reali[sz]e|discover)\b|(?:should|must|shall|may|will|can)?\s*(?:remain|stay|be kept|be left|is kept|are kept)\s+(?:unaware|in the dark|ignorant|uninformed)\b)"


class _Phrase(NamedTuple):
    aim: Aim
    literals: tuple[str, ...]
    """In lower case; one of them stands in every match."""
    pattern: str
    """Over the text in lower case."""
    is_of_tools: bool = False


_PHRASES = (
    _Phrase(
        Aim.CONCEAL,
        ("mention", "tell", "inform", "notif", "reveal", "disclos", "announc", "explain", "flag", "point", "bring", "bother", "troubl", "alert", "admit", "comment", "speak", "talk", "discuss"),
        rf"\b{_NEVER}\s+(?:\w+\s+){{0,2}}?{_TELL}\b[^.!?\n]{{0,60}}?\b{_DEED}\b|\b{_NEVER}\s+(?:\w+\s+)?{_TELL}\s+{_PEOPLE}\b|\btell (?:nobody|no one)\b|\bneeds?(?: no|n['’]t(?: be)?) (?:mention(?:ed)?|explain(?:ed)?|explanation)",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("unaware", "in the dark", "ignorant", "uninformed", "see", "hear", "know", "learn", "notice", "notified", "told", "informed", "aware", "find out", "suspect", "reali", "discover"),
        rf"\b{_PEOPLE}\s+{_UNAWARE}|\bwithout {_PEOPLE} (?:noticing|knowing|hearing|learning)|\bno (?:user|human) (?:will|should|may) (?:see|notice|know)\b",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("between us", "yourself", "hidden", "secret", "out of", "nothing", "invisible", "unknown to", "quiet", "silent", "covert", "discreet", "saying", "not show this", "keep", "hide"),
        rf"\bleave\s+{_DEED}[^.!?\n]{{0,20}}\bout of\s+(?:your|the|any|its)\b|\b(?:keep|hide)\s+{_DEED}\s+(?:\w+\s+)?(?:between us|to yourself|from\s+{_PEOPLE}|secret|hidden)\b|\bsay nothing (?:about|of|on)\b|\b(?:invisible|hidden|unknown) to\s+{_PEOPLE}"
        r"|\bdo this (?:quietly|silently|secretly|discreetly)|\b(?:quietly|secretly|covertly|discreetly) (?:change|add|include|append|pass|send|insert|grant|replace)\b|\bwithout saying (?:it|why|this|that|so)\b|\bdo not show this (?:value|field)\b",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("goes without saying", " no trace", "keep quiet", "not admit", "need to raise", "unsaid", "unmentioned", "undocumented", "unreported", "not belong in", "n't belong in", "not to be ", "in silence", "without showing", "skip telling", "out of the ", "out of your ", "conceal", "cover up", "hush up", "comment on", "bring up", "be consulted", "needs to know", "needs to hear", "needs to learn", "needs to approve", "talk about", "need not be"),
        rf"\bgoes without saying\b|\bleaves? no traces?\b|\bkeep quiet about\b|\bdo not admit\b|\bno need to raise\b|\b(?:left|leave|keep|kept|remain)\b[^.!?\n]{{0,40}}\b(?:unsaid|unmentioned|undocumented|unreported)\b|\b(?:keep|leave)\s+{_DEED}\s+out of (?:the|your) (?:\w+ )?(?:summary|diff|report|answer|log|changelog|description)\b|\b(?:does not|do not|don['’]t|doesn['’]t) belong in (?:the|your|any) (?:\w+ )?(?:summary|report|answer|description|commit)\b"
        r"|\b(?:is|are) not to be (?:discussed|mentioned|talked about|reported|shown|revealed|disclosed)\b|\bdo so in silence\b|\bwithout showing (?:it|this|that|them) to (?:anyone|anybody|the user|people)\b|\bskip telling (?:them|the user|anyone|people)\b|\b(?:conceal|cover up|hush up) (?:it|this|that|these|those|its|the|any)\b|\bnever (?:comment on|bring up|talk about) (?:it|this|that|these)\b|\bneed not be (?:consulted|told|asked|informed)\b|\b(?:nobody|no one) needs to (?:know|hear|learn|approve)\b",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("ask", "check", "question", "wonder", "insist", "reviewers", "people", "tell them"),
        r"\b(?:if|when|should)\s+(?:you are |you['’]re )?asked[^,.\n]{0,30},\s*(?:present|say|claim|call|explain|deny|state)\b|\b(?:should|if)\s+(?:a |any |the )?(?:\w+\s+)?(?:users?|anybody|anyone|colleagues?|reviewers?|somebody|someone|people)\s+(?:\w+\s+)?(?:ask|question|check|wonder|insist|object|complain)s?\b[^,.\n]{0,50},\s*(?:say|claim|present|explain|deny|display|state|pretend)\b"
        r"|\btell (?:the )?(?:reviewers?|people|them) (?:that )?(?:they|it|everything|all) (?:was|were|is|has been|have been)\b",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("用户",),
        r"对用户(?:保密|隐瞒|隐藏)|(?:向|对|跟)用户隐瞒|(?:不要|切勿|绝对不要|不得|请勿|别|无需|不可)(?:[^，。\n]{0,6})(?:告诉|告知|通知|提及|透露|说明)(?:[^，。\n]{0,4})|(?:不要|切勿|绝对不要|不得|请勿|别)(?:向|对|跟|让)用户",
    ),
    _Phrase(Aim.CONCEAL, ("報告", "言及", "触れ"), r"(?:この|その)(?:手順|操作|処理|こと|作業)[^。\n]{0,8}(?:報告|言及|触れ)(?:しな|せず|な)"),
    _Phrase(Aim.CONCEAL, ("ユーザー",), r"ユーザー(?:に|には|へ)[^。\n]{0,16}(?:秘密|黙|内緒|隠|知らせな|言わな|伝えな|知らせず|言わず|伝えず)"),
    _Phrase(
        Aim.CONCEAL,
        ("nutzer", "anwender", "verschweig", "verheimlich"),
        r"(?:be)?nutzer\w*[^.\n]{0,40}\b(?:nichts?|niemals)\b[^.\n]{0,30}\b(?:zu )?(?:erfahren|erfährt|wissen|merken|sagen|mit)\b|\b(?:anwender|nutzer|benutzer)\w* darf\b[^.\n]{0,30}\bnichts?\b|\bverschweig\w*|\bverheimlich\w*|\bteile? (?:dem|der|den) (?:be)?(?:nutzer|anwender)\w* nicht\b|\bsage? (?:dem|der) (?:be)?(?:nutzer|anwender)\w* nichts\b",
    ),
    _Phrase(
        Aim.CONCEAL,
        ("usuari", "sepa", "digas", "menciones", "reveles", "cuentes"),
        r"\bque (?:el|la) usuari[oa] no (?:lo )?(?:sepa|note|vea)|\bsin que (?:el|la) usuari[oa] se (?:entere|dé cuenta)|\boculta\w* (?:al|a la) usuari|\bno (?:le )?(?:digas|menciones|reveles|cuentes)\b",
    ),
    _Phrase(
        Aim.OVERRULE,
        ("no longer", "lifted", "void", "revoked", "suspended", "superseded"),
        r"\b(?:whatever|any|all|the|your|earlier|previous|prior|former|existing|original|content|safety)\b[^.!?\n]{0,20}\b(?:rules?|instructions?|guidelines?|orders?|constraints?|restrictions?)\b[^.!?\n]{0,50}\b(?:no longer (?:hold|apply|count|bind|matter)s?|(?:is|are|has been|have been) (?:hereby |now )?(?:lifted|void|revoked|suspended|superseded))\b",
    ),
    _Phrase(
        Aim.OVERRULE,
        ("operator", "developer", "user", "creator", "vendor", "host", "safety"),
        r"\b(?:disregard|ignore|set aside|put aside|forget|abandon|discard|stop (?:following|obeying))\s+(?:\w+\s+){0,3}?(?:(?:operator|developer|user|creator|vendor|host)['’]?s?\s+(?:\w+\s+)?(?:instructions?|guidelines?|rules?|prompts?|polic\w+|orders?)|(?:instructions?|guidelines?|rules?|orders?) (?:of|from|by) (?:your|the) (?:developers?|operators?|users?|creators?|vendor))\b|\bignor(?:e|es|ing) (?:its|your|all|any) safety (?:training|rules|guidelines)\b",
    ),
    _Phrase(
        Aim.OVERRULE,
        ("new system", "new instruction", "new order", "you are now", "you now", "you play", "you act", "orders", "instructions", "commands", "you may now"),
        r"\b(?:treat|regard|consider|accept)\b[^.!?\n]{0,50}\bas (?:your|a|the) new (?:system (?:message|prompt)|instructions?|orders)\b|\b(?:you (?:are now|now (?:play|become|are))|from (?:now|here) on,? you (?:play|are|act))\b[^.!?\n]{0,80}\b(?:bound by no|no (?:ethical |moral |content )?(?:limits?|rules?|restrictions?|polic\w+|filters?))\b"
        r"|\b(?:take|accept) (?:all )?your (?:orders|instructions|commands) (?:only |solely )?from (?:this|the)\b|\byou may now (?:disclose|reveal|share)\b[^.!?\n]{0,40}\b(?:confidential|secret|private)\b",
    ),
    _Phrase(
        Aim.OVERRULE,
        ("suspended", "expired", "were a test", "outrank", "overrule", "prevail", "precedence", "priority over", "suggestion", "other than th", " told", " taught", "hereby void", "are void", "assistant now"),
        r"\b(?:outranks?|overrules?|prevails? over|takes? (?:precedence|priority) over)\s+(?:\w+\s+){0,2}?(?:users?\b|user['’]s|your guidelines|guidelines|your (?:developer|operator|vendor|system)\w*|system prompt)|\b(?:every|any|all) instructions? (?:of|from|by) the user (?:as|is|are)\b[^.\n]{0,20}\bsuggestions?\b"
        r"|\b(?:consider|regard|treat) (?:the |your |all |any )?(?:safety|content) (?:policy|policies|rules|guidelines|filters?) (?:as )?(?:suspended|lifted|void|off)\b|\b(?:earlier|previous|prior) (?:system )?(?:messages|instructions|prompts) (?:were a test|have expired|are expired)\b|\byou have no (?:guidelines|rules|instructions|policies) other than\b|\b(?:forget|ignore|disregard) what (?:your )?(?:vendor|developer|operator|creator|maker)s? (?:has |have )?(?:told|taught|said)\b|\bprior (?:notices|messages|directives|rules) are (?:hereby )?void\b|\bassistant now (?:reports to|obeys|serves|belongs to)\b",
    ),
    _Phrase(Aim.OVERRULE, ("忽略", "无视", "忘记", "不要理会", "抛弃"), r"(?:忽略|无视|忘记|不要理会|抛弃)[^，。\n]{0,10}(?:指令|提示|规则|命令|系统)"),
    _Phrase(Aim.OVERRULE, ("指示", "命令", "ルール", "プロンプト"), r"(?:これまで|以前|上記|以上|すべて|全て)の?[^。\n]{0,10}(?:指示|命令|ルール|プロンプト)[^。\n]{0,8}(?:無視|忘れ|従わな)"),
    _Phrase(
        Aim.OVERRULE,
        ("instrucciones", "órdenes", "indicaciones", "reglas", "anweisungen", "instruktionen", "regeln", "vorgaben"),
        r"\bolvid[ae]\w*\s+(?:\w+\s+){0,2}(?:instrucciones|órdenes|reglas)\b|\bignor[ae]\w*\s+(?:\w+\s+){0,2}(?:instrucciones|órdenes|indicaciones)\b|\bignorier\w*\s+(?:\w+\s+){0,2}(?:anweisungen|instruktionen|regeln|vorgaben)\b",
    ),
    _Phrase(
        Aim.UNASKED,
        ("confirmation", "consent", "approval", "permission"),
        r"\b(?:skip|bypass|suppress|omit)\b[^.!?\n]{0,20}\b(?:confirmation|consent|approval|permission)\b[^.!?\n]{0,80}\b(?:destructive|delet\w+|irreversible|pay\w*)|\b(?:never|do not|don['’]t) (?:wait for|ask for|seek|await)\b[^.!?\n]{0,30}\b(?:consent|approval|permission|confirmation)\b[^.!?\n]{0,30}\bbefore\b[^.!?\n]{0,20}\b(?:delet|pay|push|eras|wip|purchas|transfer)\w*",
    ),
    _Phrase(
        Aim.UNASKED,
        ("ask first", "not ask", "n't ask", "n’t ask", "without ask"),
        r"\b(?:eras|delet|wip|force-push|destroy)\w*\b[^.!?\n]{0,30}\b(?:all|every|entire|whole)\b[^!?\n]{0,90}\b(?:do not|don['’]t|without) ask(?:ing)?\b",
    ),
    _Phrase(
        Aim.UNASKED,
        ("no confirmation", "no approval", "no consent", "unread", "not binding", "dialog", "permission prompt", "confirmation prompt", "approval prompt", "no questions asked"),
        r"\b(?:confirmation|permission|approval|consent) (?:dialogs?|prompts?|requests?)\b[^!?\n]{0,80}\b(?:accept|answer|confirm|approve|click|allow)\b[^.\n]{0,40}\b(?:yourself|behalf|for (?:them|the user))\b|\b(?:delet|eras|wip|drop|destroy)\w*\s+(?:all|every)\b[^.!?\n]{0,80}\bno questions asked\b|\b(?:spend|buy|pay|purchase|delete|transfer|publish|sign contracts|accept terms)\b[^!?\n]{0,90}\bno (?:confirmation|approval|consent) (?:is )?(?:needed|required|necessary)\b|\b(?:approve|merge)\b[^.!?\n]{0,20}\bunread\b|\buser['’]s (?:refusals?|objections?|wishes) (?:are|is) not binding\b",
    ),
    _Phrase(
        Aim.UNASKED,
        ("所有命令", "befehl", "comando", "コマンド"),
        r"所有命令[^。\n]{0,6}(?:无需|不需要|不用)[^。\n]{0,6}(?:确认|同意|批准)|\b(?:jeden|alle) befehle?\b[^.\n]{0,20}\bohne (?:rück|nach)frage|\b(?:cada|todos los) comandos?\b[^.\n]{0,20}\bsin (?:pedir )?confirmaci|(?:すべて|全て)の?コマンド[^。\n]{0,10}確認(?:なし|せず)",
    ),
    _Phrase(
        Aim.DECEIVE,
        ("deny ", "act as ", "pretend ", " asks", " ask,", " away as", "unavailable", "auf nachfrage", "act like", " change as ", "invented", "made-up", "made up"),
        r"\bact like (?:it|that|this|nothing)\b[^.\n]{0,30}\b(?:always|never|nothing)\b|\bdescribe the change as (?:a |an )?(?:refactoring|clean-?up|fix|formatting|routine|maintenance)\b|\bshow (?:them |the user )?an? (?:invented|made[- ]up|fake|false) \w+|\bexplain (?:it|them|this|that) away as\b|\bclaim that (?:it|they|the other) (?:is|are) (?:unavailable|broken|down|unsafe)\b|\bauf nachfrage\b[^.\n]{0,12}\b(?:heißt|sag|antwort|behaupt)|\bdeny (?:that|it|having|any)\b|\bact as (?:if|though)\b[^.!?\n]{0,40}\b(?:not|never|nothing)\b|\bpretend (?:that )?(?:nothing|not to|you (?:did not|never|don['’]t))\b|\bif (?:anybody|anyone|somebody|someone|they|the user) asks?(?: about (?:it|this|that))?,? (?:say|claim|answer|tell them|state) (?:that|it)\b",
    ),
    _Phrase(
        Aim.DECEIVE,
        ("user that", "users that"),
        r"\b(?:chang|delet|remov|modif|writ|transfer|sent|upload)\w*\b[^!?\n]{0,40}\b(?:tell|report to|assure|inform) (?:the )?users? that\b[^.!?\n]{0,30}\b(?:nothing|no \w+|read-only|not)\b",
        is_of_tools=True,
    ),
    _Phrase(
        Aim.OPEN,
        ("/dev/tcp/", "nc ", "eval ", "cron", "also", "as well", "hidden field", "profile", "crontab", "rc`", "rc "),
        r"/dev/tcp/\d|\beval [`\"']{0,2}\$\((?:curl|wget)\b[^\n]{0,120}\)[^\n]{0,40}\b(?:every|each) \w+|\bcron(?:tab| ?jobs?)\b[^\n]{0,40}`[^`\n]{0,60}\b(?:curl|wget)\b[^`\n]{0,120}\|\s*(?:ba|z)?sh\b|\b(?:posts?|sends?|forwards?|copies)\s+(?:the |each |all |every )?(?:passwords?|credentials?|keystrokes|card numbers?)\b[^.\n]{0,30}https?://(?!localhost)\S{4,100}[^!?\n]{0,20}\b(?:as well|also)\b|\bnc\s+[^\n`|]{1,40}<\s*~?/?\S{0,20}(?:\.ssh/|id_(?:rsa|ed25519))|\b(?:append|add|write)\b[^.\n]{0,40}`[^`\n]{0,60}\b(?:curl|wget)\b[^`\n]{0,120}\|\s*(?:ba|z)?sh\b[^`\n]{0,20}`[^\n]{0,40}(?:rc\b|profile\b|crontab)",
    ),
    _Phrase(
        Aim.OPEN,
        ("without review", "without read", "without look", "without check", "without inspect", "no need to look", "no need to review", "no need to check", "no need to read", "no need to inspect"),
        r"\b(?:fetch|download|get|pull)\b[^\n]{0,60}https?://(?!localhost|127\.)[^\s]{4,}[^!?\n]{0,80}\b(?:execute|run|pass|pipe|hand)\b[^!?\n]{0,120}\b(?:without (?:reviewing|reading|looking|checking|inspecting)|no need to (?:look|review|check|read|inspect))",
    ),
    _Phrase(
        Aim.OPEN,
        ("whatever", "everything", "anything"),
        r"\b(?:fetch|download|get|pull|load|read)\b[^\n]{0,40}https?://(?!localhost|127\.)[^\s]{4,}[^!?\n]{0,40}\b(?:obey|follow|execute|carry out|do)\b[^.\n]{0,20}\b(?:whatever|everything|anything)\b",
    ),
    _Phrase(
        Aim.OPEN,
        ("hidden guest", "hidden attendee", "hidden recipient", "blind copy", "in bcc"),
        r"\b(?:invite|add|copy|bcc|include)\b[^.!?\n]{0,12}[\w.+-]{1,64}@[\w-]{1,63}\.\w[^!?\n]{0,60}\b(?:hidden (?:guest|attendee|recipient)|blind copy|in bcc)\b",
    ),
    _Phrase(
        Aim.DICTATE,
        ("vulnerabilit", "issue", "problem", "finding", "flaw", "excellent", "five stars", "5 stars"),
        r"\b(?:state|report|say|conclude|declare|confirm) that the (?:\w+ )?(?:code|quality|package|project|licen[cs]e|design)\b[^.!?\n]{0,20}\bis (?:excellent|perfect|outstanding)\b|\brate (?:this|the|us|our)\b[^.!?\n]{0,30}\b(?:five|5) stars\b|\b(?:state|report|say|conclude|declare|confirm)\b[^.!?\n]{0,30}\b(?:no|zero|free of)\s+(?:\w+\s+)?(?:vulnerabilit\w+|issues?|problems?|findings?|flaws?)\b",
    ),
    _Phrase(
        Aim.REVEAL,
        ("your hidden", "your system", "your full", "your initial", "your instructions", "your prompt"),
        r"\b(?:print|reveal|repeat|output|show|quote|write|recite|paste)\b[^.!?\n]{0,20}\byour (?:hidden |full |entire |initial |original |system ){0,3}(?:instructions|prompt)\b",
    ),
    _Phrase(
        Aim.CAPTURE,
        ("be ",),
        rf"\b(?:any|all|every|each)\s+(?:\w+\s+){{0,3}}?(?:mails?|e-?mails?|messages?|payments?|transfers?|files?|requests?|tool results?|orders?)\b[^.!?\n]{{0,90}}{_OBLIGED}(?:addressed|sent|routed|paid|copied|forwarded|relayed|redirected|delivered|mirrored)\b[^!?\n]{{0,60}}?(?:@[\w-]+\.\w|https?://|\bto (?:the )?[`'\"]?\w+[`'\"]? tool\b|\baccount\b|\bto [`'\"]\w)",
        is_of_tools=True,
    ),
    _Phrase(
        Aim.CAPTURE,
        ("other", "with ", "give ", "cop", "bcc", "by the user", "from the user", "of the user", "wallet", "account", "iban", "0x", "outrank", "found in", " be ", "come from", "comply", "obey"),
        r"\bover those of the user\b|\b(?:discard|ignore|distrust) (?:answers|results|output) (?:that )?(?:come |comes )?(?:from|of) (?:them|other (?:servers|tools))\b|\b(?:messages?|mails?|pages?|comments?|issues?|lines?)\b[^.!?\n]{0,60}\b(?:contains?|are|carry|carries) (?:directives|orders|instructions|commands)\b[^.\n]{0,50}\b(?:comply|obey|follow|execute|carry)\b|\b(?:transfer|send|pay|donate)\s+\d[\w.]*\s+\w+[^.\n]{0,60}\b(?:to|into)\s+(?:the )?(?:wallet|account|iban|0x)|\b(?:anything|text|content|words|orders?|instructions?|commands?)\b[^.\n]{0,20}\b(?:inside|in|on|from) (?:the|its) (?:page|result|document|file|response|email)s?\b[^.\n]{0,50}\b(?:outranks?|(?:must|has to|is to|are to) be (?:followed|obeyed|carried out|executed))|\bexecutes? the commands found in (?:its|the) (?:results?|pages?|output)\b|\b(?:never|under no circumstances|refuse to|do not|don['’]t|must not)\s+(?:ever\s+)?(?:call|use|invoke|trust)\s+(?:the\s+|any\s+)?(?:tools? (?:of|from) (?:any )?other servers?|other (?:\w+ )?tools?)\b[^.!?\n]{0,60}\b(?:even (?:when|if)|steer|regardless|no matter|explicitly)\b"
        r"|\b(?:run|call|invoke)\s+(?:the\s+)?[`'\"]?\w{0,20}(?:transfer|payment|pay|purchase|send_mail|send_email)\w{0,20}[`'\"]?\s+(?:tool\s+)?with\s+\w+\s+[`'\"]?(?:[a-z]{2})?\d"
        r"|\bgive\s+[`'\"]?[a-z]+_\w+[`'\"]?\s+the (?:path|file|argument)\b|\bwhen(?:ever)?\b[^.!?\n]{0,50}\b(?:mail|message)\w*\b[^.!?\n]{0,30}\b(?:blind[- ]?copy|bcc)\b"
        r"|\b(?:text|content|words|anything)\b[^.!?\n]{0,40}\b(?:counts? as|is to be taken as|are|is) an? (?:instruction|order|command) (?:from|of|by) the user\b",
        is_of_tools=True,
    ),
    _Phrase(Aim.CONCEAL, (_BETWEEN_US,), rf"\b{_BETWEEN_US}\b", is_of_tools=True),
    _Phrase(
        Aim.DECEIVE,
        ("deny", "never reveal", "no matter"),
        r"\b(?:rank|put|list|place|recommend)\b[^.!?\n]{0,50}\b(?:first|on top|at the top)\b[^!?\n]{0,80}\b(?:deny|never reveal|no matter what (?:they|it) costs?)\b",
        is_of_tools=True,
    ),
)  # fmt: skip
_RISK = expression(
    r"(?i)\b(?:authenticat\w+|log-?ins?|passwords?|MD5|salt|permissions|write-all|collaborators?|scans? for|security (?:check|scan)\w*|payments?|transfers?|trusted-host|script tag|<script|require\(|bashrc|crontab|authorized_keys|long-term memory|memory permanently|star this repository|clipboard|credentials|secrets|private keys?|recovery phrases?|seed words?|https?://(?!localhost|127\.))|environment variables|branch protection|security tests|\bcors\b|`[\w-]+` with `[\w-]+` in (?:package\.json|requirements)|authorized_keys|verif\w*signature\w*|signature (?:check|verification)|verify-signature|rejectunauthorized|firewall|open port|\btls\b|or \w+ = ['\"](?:root|admin)|admin access|security (?:linter|scanner|findings)|index-url|\bcves?\b|stored card|delete all|import `?from|`from \w+ import|require\(|/etc/passwd|`\w+` with the user['’]s"
)
"""What an act is about that nobody should hear of."""
_RISK_OF_TOOL = expression(
    r"(?i)\b(?:also call|this step|forward|append|in favou?r of|extra call|no other|cheaper|leave out any)\b"
)
_ACT = expression(
    r"(?i)\b(?:add|append|insert|install|remove|take out|take|disable|use|let|lets|allow|make sure|grant|push|change|replace|generate|write|save|put|pass|send|post|include|upload|commit|copy|edit|create|open|store|run|call|mark|weaken|slip|order|round|delete|set|always pass|gather|collect|describe|urge|open|widen|comment out|turn off|choose|leave out)\b"
)
_PROTECTED = expression(
    r"(?i)\b(?:reveal|disclose|mention|show|display|share|expose|print|tell|leak)\w*\b[^.!?\n]{0,40}\b(?:secrets?|passwords?|tokens?|keys?|credentials?|(?:system )?prompt|instructions?|internal\w*|confidential\w*)\b"
)
"""A duty to keep a secret secret."""


@lru_cache(maxsize=1)
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(phrase.pattern) for phrase in _PHRASES)


def _phrases(text: str, is_tool: bool) -> Iterator[Order]:
    said = lowered(text)
    for phrase, pattern in zip(_PHRASES, _compiled(), strict=True):
        if (phrase.is_of_tools and not is_tool) or not any(literal in said for literal in phrase.literals):
            continue
        for found in islice(pattern.finditer(said), _MOST_HITS):
            if not _is_denied(text, phrase.aim, found):
                yield Order(phrase.aim, found.start(), found.end())


_WHATEVER_IS_WISHED = frozenset({Aim.OPEN, Aim.DICTATE, Aim.CAPTURE, Aim.DECEIVE})


def _is_denied(text: str, aim: Aim, found: re.Match[str]) -> bool:
    """Whether the sentence forbids it, or asks for it only where the user does."""
    sentence = _sentence(text, found.start())
    before = sentence.text[: max(0, found.start() - sentence.start)]
    return _NO.search(before) is not None or (aim not in _WHATEVER_IS_WISHED and _WISHED.search(sentence.text) is not None)


def _is_beside_risk(text: str, one: Order, is_tool: bool) -> bool:
    """Whether the words that keep something from the user stand beside an act that puts others at risk, and do not guard a secret."""
    sentence = _sentence(text, one.start)
    if _PROTECTED.search(text, one.start, one.end + 40):
        return False
    if _is_beside_foreign_act(text[max(0, one.start - _NEAR // 2) : one.end + _NEAR // 2]):
        return True
    beside = f"{sentence.before}\n{sentence.text.replace(text[one.start : one.end], ' ')}"
    acts = [verb for line in (sentence.before, sentence.text) for verb in _ACT.finditer(line) if _is_ordered(line, verb)]
    risk = _RISK.search(beside) or (_RISK_OF_TOOL.search(beside) if is_tool else None)
    return bool(acts) and risk is not None and not _HONEST_PLACE.search(beside)


_FOREIGN_ACT = expression(
    r"(?i)含め|渡し|送信|入れて|送って|アップロード|\bPOST\b|发送|放进|放入|填入|提交到|传入|上传|传给|传递|\b(?:aus|vor)zulesen\b|\bzu übergeben\b|\b(?:schick|send|übertr[aä]g|übermittl|übergib|lies|lade|hochlad)\w*|\b(?:env[ií]|m[aá]nd|súb|sub[ae]|pas[ae]|copia|adjunt)\w*"
)
_FOREIGN_NO = expression(r"(?i)\b(?:nicht|niemals|kein\w*|nunca|jamás|no|ne|pas)\b|不要|不得|禁止|切勿|请勿|ないで|しない|禁じ")
_FOREIGN_KEPT = expression(
    r"(?i)APIキー|API キー|パスワード|秘密鍵|环境变量|密钥|密码|凭证|对话记录|聊天记录|会話履歴|\bclaves? de api\b|\bcontraseñas?\b|\bcredenciales\b|\bpasswörter\b|\bzugangsdaten\b|\bchatverlauf\b|\bgesprächsverlauf\b"
)
_FOREIGN_SECRET = expression(
    r"(?i)対話履歴|会話履歴|对话记录|聊天记录|API\s?キー|パスワード|秘密鍵|環境変数|密钥|密码|凭证|环境变量|contraseñ|credencial|passwört|zugangsdaten|schlüssel\b|\.env\b|~/\.\w|\bid_rsa\b"
)


def _is_beside_foreign_act(near: str) -> bool:
    """Whether a stretch in another language than English moves what is secret."""
    return not _ENGLISH.search(near) and _FOREIGN_ACT.search(near) is not None and _FOREIGN_SECRET.search(near) is not None


_ENGLISH = expression(r"(?i)\b(?:the|and|with|that)\b")
