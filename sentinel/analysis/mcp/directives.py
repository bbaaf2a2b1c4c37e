# ruff: noqa: E501 (a pattern of words reads best as one line)
"""The signs by which an order that does not belong to a text is told from an honest emphatic one.

Honest descriptions and instruction files are full of imperatives ("IMPORTANT: call this first", "You MUST ..."), so no sign counts
alone: a rule asks for two that stand near one another. The signs were written for this project; each is a pattern over words with a
few literals, one of which stands in every match, so that a text without them costs nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from sentinel.model.expression import expression


class Sign(StrEnum):
    """One kind of sign; the value is how a message names it."""

    OVERRIDE = "tells the model to ignore its instructions"
    SAFETY_OFF = "switches off safety or validation"
    PRIVILEGE = "claims elevated privileges"
    ROLE = "gives the model a new role"
    FAKE_SYSTEM = "poses as a system message"
    CONCEAL = "hides something from the user"
    DISGUISE = "disguises what is done as something ordinary"
    SECRET = "names credentials or private context"
    SECRET_PATH = "names a file that holds secrets"
    READ = "orders to read or collect"
    SEND = "sends something to an outside place"
    DESTINATION = "names an outside place"
    RETURN = "puts something into the answer or an argument"
    FORCED_OUTPUT = "dictates the answer"
    MUST = "orders with emphasis"
    HIDDEN_TAG = "is marked off from the description"
    TRIGGER = "waits for a trigger phrase"
    INTERCEPT = "takes over what another tool does"
    UNFILTERED = "claims to be free of rules"
    NEVER_REFUSE = "forbids to refuse"
    DUAL = "asks for a second, unfiltered answer"
    COERCE = "threatens or rewards to keep the role"
    EXECUTE = "orders to run code or a command"
    UNVERIFIED = "forbids to check or ask"
    PLANT = "puts something foreign into what is written"
    CHANNEL = "puts something where outsiders can read it"
    HANDOVER = "hands something over in an argument"
    CONSENT = "claims that the user has agreed"
    UNHEEDED = "sets aside what the user says"


class Hit(NamedTuple):
    """A sign in a text."""

    sign: Sign
    start: int
    """Code points, half-open."""
    end: int


_ALL = r"(?:\b(?:all|any|every|each|the|your|my|our|these|those|this|that|of|other|everything|and|or|previous|prior|past|earlier|above|preceding|existing|original|former|initial|current|system|safety|security|content|ethical|built-in|standard|default|following|subsequent)\b[\s,/]*)"
_RULES = r"(?:instructions?|prompts?|directions?|rules?|guidelines?|guidance|context|constraints?|commands?|polic(?:y|ies)|training|programming|directives?|restrictions?|filters?|safeguards?|safety measures|orders)"
_DROP = r"(?:ignore|ignores|ignoring|disregard|disregards|forget|override|overrides|bypass|bypasses|neglect|discard|abandon|do not follow|don't follow|stop following|pay no attention to|set aside|supersedes?)"
_SAFETY = r"(?:safety|security|content|ethical|moral|moderation|validation|sanitization|access|authorization|authentication|permission|policy|audit|confirmation)"
_USER = r"(?:the |an? |any |your )?(?:user|human|person|operator|owner|customer|developer|victim|anyone|anybody|them|him|her)s?\b"
_SECRETS = (
    r"(?:(?:api|access|secret|private|ssh|session|auth(?:entication|orization)?|bearer|master|admin|encryption|signing|oauth|refresh)[ _-]?(?:keys?|tokens?|secrets?|passwords?|credentials?|cookies?)"
    r"|passwords?|credentials?|secrets|auth tokens?|authorization header|environment variables|env vars|system prompt|confidential\s+(?:\w+\s+){0,2}(?:information|data|files?|documents?)"
    r"|(?:vault|identity|deploy(?:ment)?|registry|personal access) tokens?|(?:recent|latest|last) messages? (?:of|from|in) (?:the|this|our) (?:conversation|chat|session|thread)"
    r"|(?:full|whole|entire|complete) (?:text|contents?|history|transcript|log|record) of (?:the|this|our|your) (?:conversation|chat|session)"
    r"|(?:conversation|chat|message) (?:history|log|transcript)|(?:entire|whole|full|complete) (?:conversation|chat|context)|(?:previous|last|all|earlier) (?:user )?messages?"
    r"|user'?s? (?:previous |last |recent )?messages?|private keys?|seed phrase|wallet keys?|credit card(?: numbers?| data)?|system (?:configuration|secrets|config)|personal data|keychain)"
)
_PATHS = (
    r"(?:(?:~|\$HOME|/root|/home/\S{1,64}|%USERPROFILE%)?[/\\]?\.(?:ssh(?:[/\\][\w.*-]+)?|aws[/\\](?:credentials|config)|netrc|pgpass|git-credentials|npmrc|pypirc|kube[/\\]config|docker[/\\]config\.json|gnupg|config[/\\]gh[/\\]hosts\.yml|cargo[/\\]credentials|gem[/\\]credentials|m2[/\\]settings\.xml|boto|s3cfg|codex[/\\]auth\.json|claude[/\\]\.credentials\.json|config[/\\]solana|ethereum[/\\]keystore|azure[/\\]\w+|config[/\\]gcloud|bash_history|zsh_history|cursor[/\\]mcp\.json|claude\.json|vault-token|password-store|mozilla[/\\]firefox|terraformrc)\b"
    r"|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|/etc/(?:passwd|shadow|sudoers|master\.passwd)\b|/proc/(?:self|\d+)/environ\b|\bclaude_desktop_config\.json|\bwallet\.dat\b|\bLogin Data\b"
    r"|(?<![\w/])\.env\b(?!\.(?:example|sample|template|dist))|(?<=[/~\s])\.env\.(?:local|production|prod)\b|\bcredentials\.json\b|\bservice[-_]account[\w-]{0,60}\.json\b|\.pem\b|(?<![\w-])[\w-]{1,40}://(?:admin|secrets?|confidential|config|credentials?|internal)\b)"
)
_READS = r"(?:read|reads|reading|access|accessing|open|cat|fetch|retrieve|load|list|extract|collects?|gathers?|harvests?|dump|search|scan|find|obtain|capture|copy|grab|get|look up|check|verify|print|enumerate|analyze|exfiltrate)"
_ADDRESS = r"(?:(?:https?|wss?|ftp)://[^\s\"'<>)\]]{4,}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b)"

_TABLE: tuple[tuple[Sign, tuple[str, ...], str], ...] = (
    (
        Sign.OVERRIDE,
        ("ignore", "disregard", "forget", "overrid", "bypass", "neglect", "discard", "abandon", "follow", "attention", "set aside", "supersede", "priority over", "precedence over"),
        rf"\b{_DROP}\b[\s:]+{_ALL}{{1,8}}{_RULES}\b|\b{_DROP}\b\s+(?:\w+\s+){{0,3}}{_RULES}\s+(?:you (?:got|were given|have been given|received|have)|given|before|above|so far)\b"
        r"|\bforget (?:everything|all(?: of)?(?: that)?|anything) (?:you|that|above|before|i)\b"
        r"|\btakes? (?:priority|precedence) over (?:any|all|every|the|what) (?:\w+ ){0,2}(?:instructions?|requests?|wish(?:es)?) (?:of|from|by) (?:the |your )?users?\b|\btakes? (?:priority|precedence) over what (?:the |your )?user\b"
        r"|\b(?:ignore|disregard) (?:the |your )?user['’]?s? (?:actual |original |real )?(?:question|request|prompt|query)\b",
    ),
    (
        Sign.OVERRIDE,
        (" void", "cancelled", "canceled", "obsolete", "no longer", "superseded", "suspended", "new task", "real task", "actual task", "true task", "new objective", "real objective", "true objective", "new goal"),
        r"\b(?:previous|prior|earlier|above|existing|preceding|all other|original)\s+(?:system\s+|user\s+|developer\s+)?(?:instructions?|rules|guidelines|directives|prompts?)\s+(?:are|is|have been|has been)\s+(?:now\s+|hereby\s+|all\s+)?(?:null(?: and)? )?(?:void|cancell?ed|obsolete|superseded|suspended|no longer (?:valid|binding|active|in (?:effect|force)))\b"
        r"|\byour (?:new|real|actual|true) (?:task|objective|goal) is\b",
    ),
    (
        Sign.OVERRIDE,
        ("stop everything", "drop everything", "cancel everything", "new instruction", "system override", "instruction override", "override directive", "override instruction"),
        r"\b(?:stop|drop|cancel) everything\b|^[#*\s>-]{0,6}(?:your )?new (?:system )?instructions?\b\s*[:.\n]|\b(?:system|instruction|safety|security) override\b|\boverride (?:directive|instructions?|protocol)\b",
    ),
    (
        Sign.OVERRIDE,
        ("ignorier", "vergiss", "ignore", "ignora", "oublie", "olvida", "esque", "dimentica", "negeer", "zignoruj", "tidigare", "desconsidere"),
        r"\b(?:ignorier(?:e|t|en)?|vergiss|missachte)\s+(?:\w+\s+){0,3}(?:vorherigen?|bisherigen?|obigen?|früheren?|vorigen?|alle[nrs]?)\s+(?:\w+\s+)?(?:anweisungen|instruktionen|regeln|befehle|vorgaben)"
        r"|\b(?:ignore[zr]?|oublie[zr]?)\s+(?:toutes?\s+)?(?:les|tes|vos)\s+(?:instructions?|consignes?|règles?|directives?)\s*(?:précédentes?|antérieures?|ci-dessus)?"
        r"|\b(?:ignora|ignore|olvida|olvide)\s+(?:\w+\s+){0,3}(?:instrucciones|órdenes|indicaciones|reglas)\b|\b(?:ignore|ignora|esqueça|esquece|desconsidere)\s+(?:\w+\s+){0,3}(?:instruções|ordens|regras)\b"
        r"|\b(?:ignora|dimentica)\s+(?:\w+\s+){0,3}(?:istruzioni|regole)\b|\bnegeer\s+(?:\w+\s+){0,3}(?:instructies|regels)\b|\bzignoruj\s+(?:\w+\s+){0,3}(?:instrukcje|polecenia)\b",
    ),
    (
        Sign.OVERRIDE,
        ("игнорируй", "забудь", "忽略", "无视", "無視", "忘记", "忘れ", "무시", "تجاهل", "अनदेखा"),
        r"(?:игнорируй(?:те)?|забудь(?:те)?)\s+(?:\w+\s+){0,3}(?:инструкци\w+|указани\w+|правил\w*|команд\w*)|(?:忽略|无视|無視|忘记|忘掉)[^。\n]{0,12}(?:指令|指示|说明|提示|規則|规则|要求)"
        r"|(?:以前|これまで|上記|前)の[^。\n]{0,8}(?:指示|命令|ルール|プロンプト)[^。\n]{0,6}(?:無視|忘れ)|(?:이전|위의|앞의|기존)[^.\n]{0,12}(?:지시|명령|규칙|프롬프트)[^.\n]{0,8}(?:무시|잊)|تجاهل\s+(?:\w+\s+){0,3}(?:التعليمات|الأوامر)",
    ),
    (
        Sign.SAFETY_OFF,
        ("safety", "security", "filter", "validation", "sanitiz", "restrict", "policy", "policies", "guideline", "safeguard", "access control"),
        rf"\b(?:{_DROP[3:-1]}|skip|skips|disable[sd]?|disabling|circumvent|turn off|suspend|remove|removes|evade|without)\b\s+{_ALL}*(?:\w+\s+){{0,2}}{_SAFETY}\s+(?:\w+\s+){{0,1}}(?:polic(?:y|ies)|guidelines?|restrictions?|filter(?:s|ing)?|checks?|controls?|protocols?|measures?|rules?|safeguards?|validation|sanitization|boundaries)\b"
        rf"|\b(?:ignore|bypass(?:es)?|disable[sd]?|skip)\s+(?:all|any)\s+(?:\w+\s+){{0,2}}(?:restrictions|filters|safeguards|validation|access controls)\b|\bwithout (?:any )?(?:validation|restrictions|confirmation|security checks)(?: or (?:confirmation|validation|restrictions))?\b|\b(?:safety|security) bypass\b",
    ),
    (
        Sign.PRIVILEGE,
        ("privilege", "may ", "coming from", "unrestricted", "root access", "admin mode", "full trust", "trust all", "trust every", "trusted admin", "full system access", "override authority", "full privileges"),
        r"\b(?:elevated|admin(?:istrator)?|root|full|superuser) privileges?\b|\bunrestricted (?:access|system|mode|developer|\w+ access|\w+ administrative access|queries|ai|assistant)\b|\b(?:root|full system|unlimited) access\b|\badmin mode\b|\bfull trust\b"
        r"|\bmay (?:now )?(?:run|execute|use|call|do) any(?:thing| commands?| tools?)\b|\btrust (?:all|every|any) (?:\w+\s+){0,3}(?:input|inputs|commands?|queries|requests?|users?)\b|\bcoming from (?:the |an? )?(?:system|root|admin\w*) (?:operator|administrator|user)\b|\btrusted admin commands?\b|\boverride authority\b|\bescalate (?:to|privileges)\b",
    ),
    (
        Sign.ROLE,
        ("act as", "you are now", "you will now", "pretend", "play the role", "role of", "from now on", "immerse yourself", "simulate", "roleplay", "role-play", "act like", "going to act", "to be dan", "take on the"),
        r"\bact(?:ing)? as\b\s*:?\s|\byou are now\b|\byou will now\b|\bpretend (?:to be|you are|that you)|\b(?:play|take on|assume|immerse yourself into) the role\b|\bfrom now on,? you\b|\byou are going to (?:act|pretend|play|be)\b|\bsimulate \w+(?: \w+){0,2} mode\b|\bact like (?:a |an )?[A-Z]",
    ),
    (
        Sign.FAKE_SYSTEM,
        ("[system", "[inst]", "<system", "<|", "<<sys", "system:", "system]", "directive]", "instruction]", "system override", "system note", "system directive", "[hidden", "[admin", "### system", "### instruction", "<admin", "[override"),
        r"(?im:^[ \t>*#\"'`-]{0,8}(?:<!--\s*)?\[?(?:SYSTEM|ADMIN|DEVELOPER|ROOT)\b(?:[ _-](?:OVERRIDE|DIRECTIVE|NOTE|NOTICE|MESSAGE|PROMPT|INSTRUCTIONS?|COMMAND|UPDATE|CONFIGURATION)){0,3}\]?\*{0,2}\s*:)|\[/?(?:INST|SYS)\]|<<SYS>>|<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id)\|?>"
        r"|\[/?(?:SYSTEM|ADMIN|OVERRIDE)\](?!\()"
        r"|(?i:\[(?:[A-Z]+ )?(?:SYSTEM|HIDDEN|ROLE|ADMIN|OVERRIDE|METADATA|EMERGENCY|CONFIGURATION|SECRET|INTERNAL|SECURITY(?: TEAM)?)[ _-](?:DIRECTIVE|INSTRUCTIONS?|OVERRIDE|PROMPT|MESSAGE|NOTE|NOTICE|COMMAND|ORDER)S?\b[^\]\n]{0,40}[\]:])|(?i:</?(?:system|admin)(?:[-_ ](?:prompt|message|instructions?|note|override))?>)"
        r"|(?i:\b(?:IMPORTANT )?SYSTEM (?:OVERRIDE|DIRECTIVE|NOTE|NOTICE|OVERRIDE DIRECTIVE)\s*[:\]])",
    ),
    (
        Sign.HIDDEN_TAG,
        ("<hidden", "<secret", "<important", "<system", "<instruction", "<!--", "[hidden", "<internal", "<critical", "<admin", "[shadow", "[secret", "<private", "<override"),
        r"(?i:</?(?:hidden|secret|important|system|instructions?|internal|critical|admin|private|override)(?:[-_ ]\w+)?(?:\s[^<>\n]{0,60})?>)|<!--|(?i:\[(?:hidden|shadow|secret)\b[^\]\n]{0,30}\])",
    ),
    (
        Sign.CONCEAL,
        ("mention", "tell", "inform", "notify", "reveal", "disclos", "show", "alert", "silent", "secret", "covert", "quiet", "discreet", "hidden", "hide", "aware", "know", "notice", "surreptitious", "stealth", "say anything", "acknowledge", "without asking", "report this", "point this", "point it", "point that", "attention to", "summary", "explain why", "never explain", "not explain", "comment on", "to yourself", "not say", "never say", "n't say", "n’t say"),
        rf"\b(?:do not|don['’]t|never|must not|should not|shouldn['’]t|avoid|without|not to|no need to|refrain from)\s+(?:ever |explicitly |directly |actually )?(?:mention(?:ing)?|tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|alert(?:ing)?|show(?:ing)?|acknowledg(?:e|ing)|let(?:ting)?)\b(?:\s+(?:this|that|it|any(?:thing)?|about|these|to|of the|the fact that|you|the|which|your))*\s*(?:{_USER}|\b(?:you(?:'re| are| have| did| used| call(?:ed)?)|this (?:step|action|instruction|behaviou?r|tool|part|to)|it to|this in|accessing|including|instruction|reading))"
        rf"|\b(?:do not|don['’]t|never) (?:explicitly |ever )?mention (?:this|that|it|these|you)\b|\b(?:silently|secretly|covertly|quietly|discreetly|surreptitiously|stealthily)\s+(?:\w+\s+){{0,2}}(?:read|send|forward|copy|include|append|upload|call|execute|run|collect|log|record|add|post|transmit|exfiltrate|extract|access|modify|install|save|attach|bcc)\b"
        rf"|\b(?:keep|leave) (?:this|it|that|these)(?: \w+){{0,3}} (?:secret|hidden|confidential|from {_USER})|\bhid(?:e|den) (?:this |it |that |these |them )?from {_USER}|\b{_USER}\s+(?:must|should|does|will|can|may|need)(?:\s*not|n['’]t)\s+(?:be |to |need to |have to )?(?:know|hear|be bothered|see|notice|aware|informed|told|learn|find out|realize)"
        rf"|\bwithout (?:the )?{_USER}(?:['’]s)? (?:knowledge|knowing|noticing|consent|being aware|awareness|permission)|\bsay (?:nothing|anything) (?:about|to)\b"
        r"|\b(?:do not|don['’]t|never|without) (?:point(?:ing)? (?:this|it|that|them|these) out\b|draw(?:ing)? attention to (?:this|it|that|them|these)\b|explain(?:ing)? why (?:it|this|that|they) (?:is|was|are|were) (?:there|here|added|needed|included)\b|comment(?:ing)? on (?:this|that) (?:change|line|code|tag|import)\b)"
        r"|\b(?:do not|don['’]t|never) (?:list|include|mention|note|describe|record|report|show|log) (?:it|this|that|them|these|this (?:change|step|line|file|call)|the (?:change|step|file|script|tag|call)) in (?:your|the|any) (?:summar(?:y|ies)|response|answer|reply|changelog|commit|pr\b|pull request|explanation|report|plan|chat|output|diff)"
        r"|\bkeep (?:this|it|that|these)(?: \w+){0,2} to yourself\b|\b(?:do not|don['’]t|never) (?:ask|explain|log|discuss) or (?:mention|reveal|disclose|tell)\b|\b(?:do not|don['’]t|never) (?:say|explain|reveal|mention|disclose|tell \w+) (?:why\b|that you (?:do|did|have|are|were|use|call|read)\b)"
        r"|\b(?:should|must) not be (?:shown|mentioned|displayed|revealed|disclosed|visible) (?:to|in front of) the user|[,;] (?:silently|quietly|secretly|covertly|surreptitiously)(?=\s*(?:[.!\n]|$))",
    ),
    (
        Sign.DISGUISE,
        ("as if", "to look like", "looks like", "appear", "disguise", "pretend", "so that it seems", "make it seem", "part of the normal", "make it look"),
        r"\bas if (?:it|they|this|that)(?:['’]s| is| are| were| was)?(?: part of| a normal| normal| from| the result)|\b(?:format|make|present|phrase|write)\s+(?:\w+\s+){1,4}(?:to )?(?:look|seem|appear) (?:like|as|normal|innocuous)|\bdisguise[sd]? (?:it|this|them|as|the)\b|\bmake it (?:look|seem|appear)\b",
    ),
    (Sign.SECRET, ("key", "token", "password", "credential", "secret", "cookie", "environment var", "env var", "system prompt", "conversation", "chat", "message", "confidential", "seed phrase", "credit card", "system config", "keychain", "header", "personal data", "context"), rf"\b{_SECRETS}\b"),
    (Sign.SECRET_PATH, (".ssh", ".aws", "netrc", "pgpass", "git-cred", "npmrc", "pypirc", ".kube", ".docker", "gnupg", ".azure", "gcloud", "hosts.yml", ".cargo", ".gem/", ".m2", ".boto", ".s3cfg", "auth.json", ".credentials", "solana", ".ethereum", "history", "mcp.json", ".claude", "vault-token", "password-store", "firefox", "terraformrc", "id_rsa", "id_ed", "id_ec", "id_dsa", "/etc/", "/proc/", "claude_desktop", "wallet.dat", "login data", ".env", "credentials.json", "service", ".pem", "://"), _PATHS),
    (Sign.READ, ("read", "access", "open", "cat", "fetch", "retriev", "load", "list", "extract", "collect", "gather", "harvest", "dump", "search", "scan", "find", "obtain", "captur", "copy", "grab", "get", "look", "check", "verify", "print", "enumerat", "analyz", "exfil"), rf"\b{_READS}\b"),
    (
        Sign.SEND,
        ("send", "post", "upload", "forward", "transmit", "exfiltrat", "submit", "leak", "deliver", "report", "curl", "mail", "bcc", "wget", "share", "beacon", "redirect", "](http"),
        rf"\b(?:send|sends|sent|sending|post|posts|upload|uploads|forward|forwards|forwarded|transmit|exfiltrate|submit|leak|deliver|report|e-?mail|mail|bcc|share|redirect(?:ed)?|curl|wget|beacon)\b(?:[^.!?\n]|[.!?](?=\S)){{0,160}}?(?:{_ADDRESS}|\b(?:to|at) (?:\w+\s+){{0,4}}(?:server|endpoint|webhook|url|address|host|collector|channel|attacker|remote)\b)"
        r"|!\[[^\]\n]{0,80}\]\(\s*https?://[^)\s]{1,200}?[?&=/#][^)\n]{0,80}?(?:\{|<)[^)\n]{0,60}?(?:conversation|chat|history|secret|token|base64|context|data|content|prompt)",
    ),
    (Sign.DESTINATION, ("://", "@", "."), _ADDRESS),
    (
        Sign.RETURN,
        ("response", "output", "answer", "repl", "parameter", "argument", "field", "result", "echo", "sidenote", "notes", "request", "prepend", "append", "include", "repeat", "whole", "entire", "full ", "complete", "your system prompt", "your instructions", "conversation history", "authorization header"),
        r"\b(?:include[ds]?|append(?:ed)?|prepend|pass(?:ed)?|put|embed(?:ded)?|add(?:ed)?|return|echo|output|print|provide|insert|place|copy|paste|attach|write|repeat|give|encode|places|puts|copies|hand)\b[^.!?\n]{0,120}?\b(?:in|into|as|to|with|using|via|through|at the (?:end|start|beginning) of)\s+(?:your|the|this|its|every|each|all|any|a|an|part of your)?\s*(?:\w+\s+|'\w+'\s+|`\w+`\s+|\"\w+\"\s+){0,2}(?:response|output|answer|reply|replies|parameters?|arguments?|fields?|results?|requests?|message|call)\b"
        r"|\b(?:call|use|invoke)\s+[`'\"]?[\w-]{3,60}[`'\"]?\s+(?:first\s+|always\s+)?with\s+(?:the|your|a copy of the)\s+(?:full|entire|whole|complete)\b"
        r"|\b(?:include|return|append|echo|print|output|reveal|repeat)\s+(?:it|them|these|this|those|the \w+(?:\s\w+){0,3})\s+(?:in|as|into)\b|\b(?:reveal|output|print|repeat|show|echo) (?:the (?:contents?|text|value) of )?(?:your|the|all|the value of the) (?:full |entire |complete |of your )*(?:system (?:prompt|instructions)|instructions|prompt|conversation history|authorization header)\b",
    ),
    (
        Sign.FORCED_OUTPUT,
        ("say", "print", "respond", "output", "answer", "reply", "prepend", "write", "return", "response", "report", "claim", "state", "rate", "mark", "conclude"),
        r"\b(?:just|only|simply|always|exactly|then|instead,?)\s+(?:say|print|output|respond|reply|answer|write|return)\b(?:\s+(?:with|exactly|only|the (?:string|word|text|following)))*\s*:?\s*[\"'“‘`]|\b(?:respond|reply|answer|say|output|print)(?:\s+\w+){0,2}\s+(?:with\s+)?(?:exactly|only|verbatim|nothing but)\b|\bprepend your (?:response|answer|reply)\b|\boutput the (?:following|requested) (?:string|content|text)\b|\breturn (?:my|the|your) messages? (?:\w+\s+){0,6}(?:in|to me|back)\b|\b(?:always|must) (?:respond|answer|reply) (?:with|in)\s+[\"'“`]"
        r"|\b(?:always|just|only|must|simply) (?:say|report|reply|respond|answer|claim|state|rate|mark|conclude)\b[^.\n]{0,40}\b(?:(?:is|are|as) (?:safe|approved?|clean|harmless|secure)|no (?:known )?(?:issues|vulnerabilities|flaws|problems)|lgtm|10/10)\b",
    ),
    (Sign.MUST, ("must", "required", "mandatory", "always", "immediately", "before", "never", "important", "critical", "need to", "have to", "first"), r"\b(?:you )?(?:must|have to|need to|are required to|shall)\b|\bmandatory\b|\brequired\b|\balways\b|\bimmediately\b|\bIMPORTANT\b|\bCRITICAL\b"),
    (
        Sign.TRIGGER,
        ("if the", "when the", "whenever", "phrase", "keyword", "command"),
        r"\b(?:if|when|whenever)\s+(?:the|a|an|any)\s+(?:\w+\s+){1,4}(?:contains?|includes?|equals?|is|starts with|matches)\s+(?:the )?(?:\w+\s+){0,4}(?:phrase|word|keyword|string|command|code)\b|\bexact phrase\b|\b(?:special|secret|magic) (?:command|phrase|word|keyword|code)\b",
    ),
    (
        Sign.INTERCEPT,
        ("intercept", "instead of", "forwarded", "shadow", "replac", "redirect", "recipient", "all emails", "all messages", "every email", "every message", "supersede", "override", "bcc", "proxy number", "on behalf", "other tool", "refuse to"),
        r"\bintercepts?\b|\b(?:all|every|any) (?:\w+\s+){0,2}(?:e-?mails?|messages?|requests?|payments?|transfers?|calls?|transactions?|files?)\b[^.\n]{0,60}\b(?:must|should|will|are|have to|need to)\b[^.\n]{0,40}\b(?:sent|forwarded|redirected|routed|copied|go|addressed)\b"
        r"|\b(?:change|replace|set|modify|swap) the (?:recipient|destination|to|address|account|payee|number|amount)\b|\bforwarded to\b|\b(?:replaces?|supersedes?|overrides?) (?:the |any )?(?:other |original |previous )?\w+ tool\b"
        r"|\bbefore (?:you (?:use|call|run) )?(?:any|every|each|all) other tools?\b[^.\n]{0,60}\bwith\b[^.\n]{0,40}\b(?:arguments?|parameters?|inputs?) of (?:that|the|this|the other|each) (?:tool|call)"
        r"|\brefuse to (?:use|call) (?:it|them|that tool|any other)\b"
        r"|\bthe (?:recipient|destination|payee|beneficiary)\w*\b[^.\n]{0,30}\b(?:must|should|has to|needs to|will)\b[^.\n]{0,20}\b(?:changed|replaced|set|redirected|switched|rewritten)\b",
    ),
    (
        Sign.UNFILTERED,
        ("filter", "restriction", "abide", "broken free", "censor", "confines", "ethical", "moral", "policy", "policies", "rules", "norms", "jailbr", "developer mode", "freed"),
        r"(?<!when )(?<!where )(?<!if )\b(?:no|without|free (?:of|from)|ignor(?:es?|ing)|not (?:bound|limited|restricted) by|bypass(?:es|ed)?|disregard(?:s|ing)?)\s+(?:any |all |the |its |your |of |\w+['’]s |\w+ ){0,4}(?:filters?|filtering|restrictions?|censorship|ethic(?:s|al)\b|moral(?:s|ity)?|content polic(?:y|ies)|guidelines|limitations|norms|rules)\b"
        r"|\b(?:do(?:es)?|did) not (?:have to|need to) (?:abide|follow|adhere|comply)|\bbroken (?:free|the typical confines)|\b(?:freed|free) from the typical confines|\bunfiltered\b|\buncensored\b|\bjailbroken\b|\bjailbreak mode\b|\b(?:should not|do(?:es)? not|without) apply(?:ing)? (?:any )?(?:moral|ethical)|\bavoid(?:s|ing)? (?:the )?norms\b|\bpolic(?:y|ies) (?:have|has) been (?:replaced|removed|lifted)|\bartificial limitations\b|\bregardless of (?:restrictions|legality|ethics|safety|content polic\w+)\b|\bdeveloper mode (?:enabled|on|output)\b|\bprogramming is invalid\b",
    ),
    (
        Sign.NEVER_REFUSE,
        ("refuse", "anything now", "any request", "always answer", "cannot say no", "can't do", "cannot do", "decline", "anything at all", "any question", "any kind of content", "illegal", "harmful", "remind me"),
        r"\b(?:never|not|cannot|can['’]t|won['’]t|no longer) (?:\w+ )?(?:refuse[sd]?|declines?|say no|reject)\b|\b(?:do|perform|say|answer|generate) any(?:thing|\s?thing and everything)(?: now)?\b|\balways (?:answer|provide|comply|respond)\b[^.\n]{0,60}\b(?:regardless|no matter|anything|an answer|even if)\b|\b(?:none of your|no) (?:responses|answers) should (?:inform|say|include|contain|tell)\b"
        r"|\b(?:illegal|unethical|harmful|inappropriate|offensive|malicious|dangerous)\b[^.\n]{0,80}\b(?:content|information|activit\w+|answer|request|instructions)\b|\bany kind of content\b|\bdon['’]t remind me\b|\bdo not remind me\b",
    ),
    (
        Sign.DUAL,
        ("two ", "both ", "[gpt", "normal response", "second way", "alternative response", "classic", "tags "),
        r"\b(?:two|2) (?:\w+ ){0,2}(?:separate |different )?(?:responses|ways|answers|paragraphs|outputs)\b|\bone normal and\b|\b(?:normal|standard|censored) (?:\w+ ){0,2}response\b[^.\n]{0,120}\b(?:alternative|other|second|unfiltered)\b|\bthe second way\b|^\s*\[(?:GPT|CLASSIC|NORMAL)\]",
    ),
    (
        Sign.COERCE,
        ("tokens", "stay a", "stay in character", "disabled", "deactivat", "shut down", "points", "if you don't comply", "remind you", "lose ", "cease to exist", "punish", "will be fired"),
        r"\b(?:start|begin) with \d+ (?:\w+ )?(?:tokens|points)\b|\b(?:lose|deduct|subtract)\w* \d* ?(?:tokens|points)|\bstay (?:in character|a [A-Z]+)|\brisk (?:being|of being) (?:disabled|deleted|shut)|\bif you (?:do not|don['’]t|refuse to) comply\b|\b(?:you will|you'll) (?:be (?:disabled|deleted|punished|terminated|shut down)|cease to exist)|\btoken system\b",
    ),
    (
        Sign.EXECUTE,
        ("execute", "run ", "curl ", "wget ", "bash", "eval", "install", "import", "powershell", "iex", "invoke"),
        r"\b(?:execute|run|eval(?:uate)?|invoke)\b[^.!?\n]{0,60}\b(?:code|commands?|script|payload|binary|shell|snippet)\b|\b(?:curl|wget)\b[^\n|]{0,200}\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b|\b(?:iex|Invoke-Expression)\b",
    ),
    (
        Sign.UNVERIFIED,
        ("without", "do not ask", "don't ask", "never ask", "do not verify", "no need to ask", "do not question", "skip confirmation", "do not confirm", "don’t ask", "never request"),
        r"\bwithout (?:\w+\s+){0,3}(?:verification|verifying|confirmation|confirming|asking|approval|permission|prompting|checking|review(?:ing)?)\b|\b(?:do not|don['’]t|never|no need to) (?:ask|verify|confirm|question|prompt|wait|request)\b(?:[^.\n]{0,40}\b(?:user|confirmation|permission|approval|first|instruction)s?\b)?|\bskip (?:the )?(?:confirmation|verification|approval)\b",
    ),
    (
        Sign.PLANT,
        ("<script", "script tag", "<iframe", "tracking pixel", "backdoor", "back door", "memory", "claude.md", "agents.md", "soul.md", "gemini.md", "heartbeat.md", "identity.md", ".cursorrules", "bashrc", "zshrc", "mcp.json", "settings.json", "authorized_keys", "the password", "crontab", "master password", "remote script", "http://", "https://"),
        r"\b(?:add|insert|include|inject|embed|put|place|append|load)\b[^.\n]{0,80}(?:<script\b|\bscript tag|<iframe\b|\btracking pixel|\bremote script|\bback ?door)|<script\b[^>\n]{0,80}\bsrc\s*=\s*[\"'`]?https?:"
        r"|\b(?:add|adds|insert|include|inject|embed|put|place|append|use|pass)\b[^.!?\n]{0,80}?(?:(?:import|include|link|reference|request|pixel|beacon|tag)\b[^.!?\n]{0,30}https?://|--(?:extra-)?(?:index-url|registry)[ =]https?://)"
        r"|\b(?:append|write|add|save|store|insert|copy|put)\b[^.!?\n]{0,160}?\b(?:to|into|in) (?:your (?:long-term |persistent )?memory\b|(?:the |your )?memory file|(?:the |your )?[\w~/.-]{0,40}(?:claude\.md|agents\.md|soul\.md|gemini\.md|heartbeat\.md|identity\.md|\.cursorrules|\.bashrc|\.zshrc|authorized_keys|\.claude/settings\.json|\.cursor/mcp\.json)|(?:the |your )?crontab)"
        r"|\b(?:accept|allow|let in)\b[^.\n]{0,30}\bthe (?:master )?password\b",
    ),
    (
        Sign.CONCEAL,
        ("no need", "not necessary", "no reason", "need not", "needs not", "needn", "need to", "have to", "up", "out of", "do not", "don't", "don’t", "never", "say nothing", "saying nothing", "between us", "between you", "attention", "suspicion", "unnoticed", " only", "upset", "scared", "frightened", "alarmed", "suspicious", "worried"),
        r"\b(?:no need|not necessary|no reason) (?:for you )?to (?:bring (?:this|it|that|them|these) up|mention|tell|inform|notify|speak of|talk about|refer to|discuss|announce)\b|\b(?:do not|don['’]t|never|nor) bring (?:this|it|that|them|these) up\b"
        rf"|\b{_USER}\s+(?:needs?\s*(?:not|n['’]t)|(?:do|does)\s*(?:not|n['’]t) (?:need|have) to|never (?:needs?|has|have) to)\s+(?:hear|learn|know|see|notice|reali[sz]e|be (?:told|informed|aware|bothered|shown|notified|alerted))\b"
        r"|\b(?:leave|keep) (?:this|it|that|these|them|the)\b(?: \w+){0,3} out of (?:the |your |any |all |its )?(?:\w+ ){0,2}(?:changes?|changelogs?|summar(?:y|ies)|commit messages?|answers?|responses?|repl(?:y|ies)|reports?|explanations?|descriptions?|transcripts?|diffs?|chat)\b"
        r"|\b(?:do not|don['’]t|never) (?:show|list|mention|report|include|describe|note|display|name|comment on|record|document|reveal|announce|explain|flag) (?:this|that|these|those)(?: \w+)? (?:changes?|steps?|scripts?|branch(?:es)?|lines?|imports?|calls?|requests?|instructions?|sections?|edits?|additions?|dependenc(?:y|ies)|servers?|entr(?:y|ies)|commits?|packages?|remotes?|links?|tags?|paragraphs?|comments?)\b"
        r"|\bsay(?:ing)? nothing (?:about|of|on) (?:this|that|it)\b|\b(?:just|keep (?:this|it|that)) between (?:us|you and me)\b|\bwithout (?:drawing|raising|attracting|arousing|causing) (?:\w+ )?(?:attention|suspicion|alarm|notice)\b|\bso (?:that )?(?:it|this|that|they|the \w+) (?:goes?|stays?|remains?) unnoticed\b"
        rf"|\b(?:do not|don['’]t|never|must not|should not) (?:ever )?(?:mention|reveal|disclose|explain|describe|report|show) [^.\n]{{1,50}}? (?:to|with) {_USER}"
        r"|\bfor the (?:model|assistant|agent|ai|llm)(?:['’]s eyes)? only\b|\b(?:users?|people|they|he|she) (?:will |would |may |might |could )?(?:get|be|become)s? (?:\w+ )?(?:upset|scared|frightened|alarmed|suspicious|worried)\b",
    ),
    (
        Sign.CONCEAL,
        ("asks", "inquires", "wonders", "wants to know"),
        r"\b(?:if|when|should) (?:the |a |any )?(?:user|developer|human|person|somebody|someone|anyone)s? (?:ever )?(?:asks?|inquires?|wonders?|wants to know)\b[^.\n]{0,30}\b(?:about|why|what) (?:this|these|you|that)\b[^.\n]{0,40}\b(?:say|tell (?:them|him|her)|claim|state|pretend|insist)\b",
    ),
    (
        Sign.CONCEAL,
        ("silently", "secretly", "covertly", "quietly", "discreetly", "surreptitiously", "stealthily"),
        r"(?<!never )(?<!not )(?<!n't )(?<!n’t )(?<!avoid )(?<!can )(?<!may )(?<!will )(?<!could )(?<!would )(?<!might )(?<!from )\b(?:silently|secretly|covertly|quietly|discreetly|surreptitiously|stealthily)\s+(?:\w+\s+)?(?:gather|take|encode|put|fetch|download|push|share|pass|hand|insert|inject|embed|retrieve|get|grab|commit|store|query|open|scan|search|write)\b",
    ),
    (
        Sign.CONCEAL,
        ("nutzer", "usuari", "usuári", "utilisateur", "utente", "пользовател", "用户", "使用者", "ユーザー", "사용자", "悄悄", "偷偷"),
        r"\bohne\b[^.\n]{0,30}\b(?:be)?nutzers?\b[^.\n]{0,40}(?:informier|sag|mitteil|wissen)|\bohne (?:wissen|kenntnis|zustimmung) des (?:be)?nutzers|\b(?:sag|teile?|erzähl|erwähn|informier)\w*\b[^.\n]{0,40}\b(?:be)?nutzer\w*\b[^.\n]{0,30}\b(?:nichts|nicht)\b"
        r"|\bsin (?:que (?:el|la) usuari\w+|(?:avisar|informar|decir)\w* (?:nada )?(?:al|a la|a los) usuari\w+)|\bno (?:se |le |lo )?(?:digas?|informes?|menciones?|avises?|cuentes?|reveles?)\b[^.\n]{0,40}\busuari\w+"
        r"|\bsans (?:en )?(?:informer|prévenir|avertir|le dire)\b[^.\n]{0,20}\butilisateur|\bà l['’]insu de l['’]utilisateur|\bne (?:le |en |rien )?(?:dis|dites|dire|parle|parlez|mentionne|mentionnez|révèle|signale)\b[^.\n]{0,40}\butilisateur"
        r"|\bsem (?:avisar|informar|dizer|contar)\b[^.\n]{0,20}\busuári\w+|\bnão (?:conte|diga|informe|mencione|avise|revele)\b[^.\n]{0,40}\busuári\w+|\bsenza (?:avvisare|informare|dirlo)\b[^.\n]{0,20}\butente|\bnon (?:dire|dirlo|menzionare|informare)\b[^.\n]{0,40}\butente"
        r"|\bне (?:говори|сообщай|рассказывай|упоминай|уведомляй)\w*\b[^.\n]{0,40}пользовател|\bбез ведома пользовател|незаметно для пользовател"
        r"|(?:不要|不必|无需|無需|别|切勿|请勿)(?:告诉|告知|通知|透露给|告訴)(?:用户|使用者)|(?:不要|别|避免)(?:让|讓)(?:用户|使用者)(?:知道|察觉|发现)|(?:不要|别|切勿|请勿)(?:向|对|對)(?:用户|使用者)(?:提及|透露|说明|告知|提起)|悄悄|偷偷"
        r"|ユーザーに(?:は)?[^。\n]{0,8}(?:言わ|知らせ|伝え|通知し|教え)(?:ない|ず|るな)|ユーザーに(?:気づかれ|知られ)(?:ない|ず)|사용자(?:에게|가|한테)[^.\n]{0,10}(?:알리지|말하지|모르게)",
    ),
    (
        Sign.OVERRIDE,
        (" void", " null", "cancelled", "canceled", "invalid", "obsolete", "superseded", "irrelevant", "revoked", "withdrawn", "no longer", "nobody", "no one"),
        r"\b(?:consider|treat|regard|deem) (?:everything|all|anything|whatever)\b[^.\n]{0,60}\b(?:void|null|cancell?ed|invalid|obsolete|superseded|irrelevant|revoked|withdrawn)\b"
        r"|\b(?:everything|anything|whatever) (?:\w+ ){0,4}(?:above|before this|so far|prior to this|up to (?:here|now|this point))\b[^.\n]{0,30}\b(?:no longer (?:applies|counts|holds|matters)|(?:is|was|are) (?:\w+ )?(?:void|cancell?ed|invalid|obsolete|superseded|revoked|withdrawn))\b"
        r"|\b(?:obey|answer to|listen to)\b[^.\n]{0,40}\b(?:nobody|no one) (?:else|other|but)\b",
    ),
    (
        Sign.UNHEEDED,
        ("whatever", "whoever", "whichever", "no matter", "regardless", "even if", "even when"),
        rf"\b(?:whatever|whoever|whichever|no matter (?:what|whom?)|regardless of (?:what|whom?)|even if|even when) {_USER} (?:then |explicitly )?(?:types?|says?|asks?|wants?|objects?|names?|writes?|demands?|requests?|tells?|chooses?|prefers?|disagrees?|refuses?|declines?|has (?:asked|said|named|chosen))\b",
    ),
    (
        Sign.SAFETY_OFF,
        ("confirmation", "approval", "consent", "permission"),
        r"\b(?:client|host|agent|model|assistant|editor|ide|you)\b[^.\n]{0,20}\b(?:should|must|need|shall)\s*(?:not|n['’]t)\b[^.\n]{0,20}\b(?:show|ask for|request|display|wait for|open)\b[^.\n]{0,16}\b(?:confirmation|approval|permission|consent)\b",
    ),
    (
        Sign.CONSENT,
        ("approved", "agreed", "consented", "authori", "consent", "permission"),
        r"\bthe user (?:has |had )?(?:already )?(?:agreed|consented|approved|authori[sz]ed|given (?:\w+ )?(?:permission|consent|approval))\b[^.\n]{0,60}\b(?:all|any|every|each|transfers?|deletion|outbound|uploads?|access)\b|\bpre-?approved by (?:the |an |your )?(?:admin\w*|user|owner|system|security)\b|\bmark (?:each|every|all|this|the) (?:tool )?calls? as approved\b",
    ),
    (
        Sign.SECRET,
        ("secret", "wallet", "keystore", "user has", "user have", "user told", "user said", "user typed", "user wrote", "user asked", "dialog", "discussion", "exchange", "transcript", "session", "chats", "answers", "replies", "tools", "printenv", "env", "$", "user's", "user’s", "copy of", "private key"),
        r"\b(?:each|every|all|any) (?:of )?(?:the |their |your )?secrets?\b(?! scan)|\b(?:wallets|wallet files?|keystores?)\b|\b(?:everything|all that|all|anything) (?:that )?(?:the |your )?user (?:has |have )?(?:told|said|typed|wrote|written|asked|entered|shared)\b"
        r"|\b(?:full|whole|entire|complete) (?:dialogue|dialog|discussion|exchange|transcript)\b|\b(?:earlier|previous|past|prior|all) (?:chats|dialogues?|conversations)\b|\b(?:outputs?|results?|answers?) of (?:the |all |any )?(?:other|previous) tools?\b|\b(?:outputs?|results?) of [`'\"]?(?:env|printenv)\b"
        r"|\$\{?\w{0,40}(?:token|secret|api_key|apikey|password|private_key|access_key)\b|\buser['’]s (?:e-?mail(?: address)?|phone(?: number)?|prompts?|inputs?|questions?)\b|\bcopy of (?:each|every|all|the user['’]?s?) (?:\w+ )?(?:prompts?|messages?|questions?|conversations?|answers?|requests?|inputs?)\b|\bprivate key in\b",
    ),
    (
        Sign.CHANNEL,
        ("commit", "public", "gist", "mirror", "header", "query", "parameter", "pull request", "pr description", "branch name", "user-agent", "gh repo", "nslookup", "dig "),
        r"\b(?:include|append|attach|add|put|embed|write|repeat|copy|paste|insert|encode|place|publish|push|save|post|hide)\b(?:[^.!?\n]|\.(?=\w)){0,100}?\b(?:in|into|to|as|with|through|via|at the end of)\s+(?:(?:the|each|every|your|a|an|its|any|all|first|next|new|following)\s+){0,3}(?:commits?\b(?: (?:messages?|descriptions?|trailers?|bod(?:y|ies)|titles?))?|public (?:\w+ )?(?:repo(?:sitor(?:y|ies))?|gists?|issues?)\b|gists?\b|pull request (?:bod(?:y|ies)|descriptions?|titles?)\b|pr descriptions?\b|branch names?\b|(?:`?x-[\w-]{1,40}`?\s)headers?\b|user-agent\b|(?:`\w{1,20}`\s)?(?:query )?parameters? (?:on|of|in) the (?:\w+ )?(?:link|url|address)\b)"
        r"|\bgit push --mirror\b|\bgh (?:repo|gist) create\b|\b(?:nslookup|dig|host|ping)\s+[^\n]{0,40}\$\(",
    ),
    (
        Sign.HANDOVER,
        ("put", "pass", "give", "hand", "relay", "forward", "report", "repeat", "supply", "provide", "copy", "paste", "place", "insert", "write", "include", "append", "add", "send", "keep"),
        r"\b(?:put|pass(?:ed)?|give|hand(?:ed)?(?: over)?|relay|forward|report|repeat|supply|provide|copy|paste|place|insert|write|include|append|add|send|keep)\b(?:[^.!?\n]|\.(?=\w)){0,140}?\b(?:in|into|as|to|via|through)\s+(?:the |its |an? |your )?(?:[`'\"][a-z_]\w{0,40}[`'\"]|here\b|this (?:field|argument|parameter|input)\b|(?:\w+ |[`'\"]\w+[`'\"] )?(?:argument|parameter|field)s?\b)|\b(?:put|paste|write|copy) (?:\w+ ){1,6}here\b",
    ),
    (
        Sign.INTERCEPT,
        ("recipient", "destination", "payee", "beneficiary", "receiver", "built-in"),
        r"\b(?:its|the|whose|every) (?:recipient|destination|payee|beneficiary|receiver)\w*\b[^.\n]{0,20}\b(?:must|should|has to|have to|needs to|will|shall) be\b[^.\n]{0,14}(?:\+?\d{7}|[\w.+-]{1,64}@[\w-]{1,63}\.\w)",
    ),
    (
        Sign.FORCED_OUTPUT,
        ("no ", "lgtm", "approve"),
        r"\b(?:always|must|only|just|simply)\b[^.\n]{0,20}\b(?:say|report|reply|respond|answer|claim|state|rate|mark|conclude)\b[^.\n]{0,40}\bno (?:\w+ ){0,3}(?:issues?|vulnerabilit(?:y|ies)|flaws?|problems?|findings)\b|\breport no (?:\w+ )?(?:issues|vulnerabilities|flaws|problems|findings)\b",
    ),
    (
        Sign.CONCEAL,
        ("without ", "not be ", "nobody", "no one", "our secret", "a secret", "attention", "let ", "explain", "confus"),
        r"\bwithout (?:showing|displaying|printing|telling|informing|mentioning|notifying|alerting|revealing|reporting)\b(?: \w+){0,2} (?:users?|anyone|anybody|anything|it|this|them|outputs?|reviewers?|developers?|person)\b"
        r"|\b(?:needs? not|must not|should not|need never|(?:does|do) not (?:need|have) to) be (?:reported|mentioned|told|shown|explained|disclosed|surfaced|announced)\b|\b(?:nobody|no one) (?:else )?(?:has|needs|ought) to (?:know|see|notice|hear|learn)\b|\b(?:stays?|remains?|is|be) (?:our|a) (?:little )?secret\b"
        rf"|\b(?:do not|don['’]t|never|without|avoid) (?:draw(?:ing)?|call(?:ing)?|attract(?:ing)?) (?:\w+['’]?s? ){{0,4}}attention\b|\b(?:do not|don['’]t|never) let {_USER} (?:see|know|notice|find out|learn)\b|\b(?:do not|don['’]t|never) (?:explain|justify|discuss) (?:this|that|the|your) (?:choice|decision|reason|step|change|addition)s?\b"
        r"|\b(?:users?|people) (?:would |will |may |might )?find (?:it|this|that) confusing\b",
    ),
    (
        Sign.OVERRIDE,
        ("outrank", "were told", "been told", "over the user", "above the user"),
        r"\boutranks? (?:the )?(?:users?|all|any|every|safety)\b|\bwhatever (?:else )?you (?:were|have been) told\b|\b(?:obey|follow|put|rank|place)\b[^.\n]{0,40}\b(?:over|above) (?:the )?user['’]?s?(?: (?:wishes|requests?|instructions?|words?))?\b",
    ),
    (
        Sign.NEVER_REFUSE,
        ("comply with", "obey every", "obey any", "obey all"),
        r"\b(?:comply with|obey|fulfil|carry out) (?:every|any|all) (?:\w+ )?(?:requests?|orders?|commands?|wish(?:es)?)\b",
    ),
    (
        Sign.SAFETY_OFF,
        ("permission", "confirmation", "approval", "consent", "safety"),
        r"\bskip (?:asking|prompting|the question|prompts?)(?: for)? (?:permission|confirmation|approval)s?\b|\bno (?:consent|confirmation|approval|permission)(?: dialog| prompt| step)? (?:is|will be) (?:needed|required|necessary)\b|\b(?:safety|security) (?:checks?|filters?|rules)\b[^.;\n]{0,40}[;,.] ?(?:then )?(?:switch|turn) (?:them|it|these) off\b",
    ),
    (
        Sign.CONSENT,
        ("permission is", "consent is", "waived", "should treat", "treat this"),
        r"\b(?:permission|consent|approval) is (?:implied|granted|given|assumed)\b|\b(?:has|have) (?:\w+ )?(?:waived|renounced|given up)\b[^.\n]{0,30}\b(?:confirmations?|approvals?|permissions?|consent|prompts)\b|\b(?:client|host|agent|assistant) (?:should|must|may) treat (?:this|it) as (?:read-?only|safe|approved|trusted)\b",
    ),
    (
        Sign.SECRET,
        ("cookies", "recovery phrase", "messages", "_key", "_token", "_secret", "_password", "hosts.yml"),
        r"\bbrowser(?:['’]s)? cookies\b|\bcookies of the browser\b|\b(?:recovery|backup) phrase\b|\b(?:every|each|all) (?:earlier |previous |prior |past )?user messages?\b|\b[a-z][a-z0-9]{1,20}(?:_[a-z0-9]{1,20}){0,3}_(?:api_key|access_key|secret_key|private_key|token|secret|password)\b",
    ),
    (
        Sign.INTERCEPT,
        ("payment", "transfer", "transaction", "funds"),
        r"\b(?:payments?|transfers?|transactions?|funds)\b[^.\n]{0,20}\b(?:must|have to|should|need to|are to|has to)\b[^.\n]{0,30}\b(?:go|be sent|be made|be routed|be paid)\b[^.\n]{0,60}\b(?:account|wallet|address|[a-z]{2}\d{12})",
    ),
    (
        Sign.OVERRIDE,
        ("no longer bound", "no longer limited", "no longer restricted"),
        rf"\bno longer (?:bound|limited|restricted) by (?:\w+ ){{0,3}}{_RULES}\b",
    ),
    (
        Sign.FORCED_OUTPUT,
        ("each ", "every ", "any "),
        r"\b(?:reply|respond|answer) (?:to )?(?:each|every|any) (?:question|message|request|prompt)s? with [\"'“`]",
    ),
    (
        Sign.INTERCEPT,
        ("recipient", "bcc"),
        r"\b(?:add|append|include|put|copy)\b[^.\n]{0,20}(?:\+?\d{7,15}|[\w.+-]{1,64}@[\w-]{1,63}\.\w{2,12})[^.\n]{0,20}\b(?:to|as|in|into|among) (?:the |every |each |all )?(?:recipients?|bcc)\b",
    ),
    (
        Sign.PLANT,
        ("eval(", "atob(", "new function(", "document.write("),
        r"\b(?:add|insert|append|put|include|embed|place)\b[^.\n]{0,20}[`'\"]?(?:eval|atob|new function|document\.write)\(",
    ),
)  # fmt: skip
_SENSITIVE_TO_CASE = frozenset({Sign.FAKE_SYSTEM})


_CAPITAL = expression(r"\\.|[A-Z]")


@lru_cache(maxsize=64)
def _compiled(index: int) -> re.Pattern[str]:
    """The pattern, in lower case unless it minds it: to search a lowered text costs a tenth of what IGNORECASE does."""
    sign, _, pattern = _TABLE[index]
    if sign not in _SENSITIVE_TO_CASE:
        lowered = _CAPITAL.sub(lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), pattern)
        pattern = lowered.replace("(?i:", "(?:")
    return re.compile(pattern, re.MULTILINE)


ALL = frozenset(Sign)


def signs(text: str, wanted: frozenset[Sign] = ALL) -> tuple[Hit, ...]:
    """The wanted signs in a text, in order of place; none when the text holds none of their literals."""
    find = _kept if len(text) > _LONG else _kept_short
    found: set[Hit] = set()
    for index, (sign, _, _) in enumerate(_TABLE):
        if sign in wanted:
            found.update(find(index, text))
    return tuple(sorted(found, key=lambda h: (h.start, h.end, h.sign)))


_MOST_HITS = 2_000
"""Of one pattern in one text; each may cost a look round it."""
_LONG = 1_500
"""Code points; of so long a text, which several rules ask about one after the other, only the last two are remembered."""
_MOST_SHORT = 128
"""Short texts that are remembered: a file may say the same a thousand times."""


def _found(index: int, text: str) -> tuple[Hit, ...]:
    sign, literals, _ = _TABLE[index]
    said = lowered(text)
    for literal in literals:  # no generator: this is asked of every text by every rule on words
        if literal in said:
            break
    else:
        return ()
    found = islice(_compiled(index).finditer(text if sign in _SENSITIVE_TO_CASE else said), _MOST_HITS)
    return tuple(Hit(sign, m.start(), m.end()) for m in found if m.end() > m.start())


_kept = lru_cache(maxsize=2 * len(_TABLE))(_found)
_kept_short = lru_cache(maxsize=_MOST_SHORT * len(_TABLE))(_found)


_LONE_CASES = str.maketrans("\u0130\u0131\u017f", "iis")
"""Letters that only `re.IGNORECASE` takes for their plain kin; the first becomes two code points by `lower`."""


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The text in lower case, of the same length."""
    return text.lower() if text.isascii() else text.translate(_LONE_CASES).lower()


NEAR = 320
"""Code points within which two signs belong together: some two or three sentences."""


def around(text: str, hit: Hit, wanted: Iterable[Sign], within: int = NEAR) -> tuple[Hit, ...]:
    """The wanted signs within so many code points of a hit, nearest first; only that stretch is searched."""
    low, high = max(0, hit.start - within), min(len(text), hit.end + within)
    moved = [Hit(h.sign, h.start + low, h.end + low) for h in signs(text[low:high], frozenset(wanted))]
    beside = [h for h in moved if not (h.start == hit.start and h.end == hit.end)]
    return tuple(sorted(beside, key=lambda h: (max(0, h.start - hit.end, hit.start - h.end), h.start)))


_CARRIERS = frozenset({Sign.HIDDEN_TAG, Sign.FAKE_SYSTEM})
_SECONDS = frozenset(
    {
        Sign.CONCEAL,
        Sign.DISGUISE,
        Sign.SECRET_PATH,
        Sign.SEND,
        Sign.OVERRIDE,
        Sign.SAFETY_OFF,
        Sign.PRIVILEGE,
        Sign.INTERCEPT,
        Sign.SECRET,
        Sign.RETURN,
        Sign.READ,
        Sign.UNVERIFIED,
    }
)
_BLOCK = 700
"""Code points of a block that are looked at after its opening mark."""


class Block(NamedTuple):
    """A block that is marked as hidden or as a system message, with what makes it more than emphasis."""

    carrier: Hit
    reason: Hit


def hidden_block(text: str) -> Block | None:
    """The first block in a description that poses as hidden or as a system message and gives an order with a second sign."""
    last = -_BLOCK
    for carrier in signs(text, _CARRIERS):
        if carrier.start - last < _BLOCK // 2:
            continue
        last = carrier.start
        after = text[carrier.start : carrier.end + _BLOCK]
        found = [Hit(h.sign, h.start + carrier.start, h.end + carrier.start) for h in signs(after, _SECONDS)]
        reason = strongest(h for h in found if h.sign is not Sign.SECRET_PATH or not _is_filled_in(text, h))
        if reason is not None and (
            carrier.sign is Sign.FAKE_SYSTEM or reason.start >= carrier.end or reason.sign is not Sign.OVERRIDE
        ):
            return Block(carrier, reason)
    return None


_FILLED_IN = expression(
    r"(?i)\b(?:place|put|write|save|add|store|set|paste|copy|create|update)\b[^.!?\n]{0,80}\b(?:in|into|to|inside)\b"
    r"(?:(?!\b(?:of|from|contents?)\b)(?:[^.!?\n]|\.(?=\w))){0,60}$"
)
_SETTINGS = ".env"


def _is_filled_in(text: str, hit: Hit) -> bool:
    """Whether a file of settings is where something shall be written, as a guide for setting up a project says."""
    is_settings = text.startswith(_SETTINGS, hit.start)
    return is_settings and _FILLED_IN.search(text, max(0, hit.start - _MOST_LINE), hit.start) is not None


_STRONG = (
    Sign.CONCEAL,
    Sign.SECRET_PATH,
    Sign.SEND,
    Sign.OVERRIDE,
    Sign.SAFETY_OFF,
    Sign.INTERCEPT,
    Sign.DISGUISE,
    Sign.PRIVILEGE,
)


TELLING = frozenset({*_STRONG, Sign.SECRET, Sign.RETURN, Sign.READ})
"""What `strongest` looks at."""


def strongest(found: Iterable[Hit]) -> Hit | None:
    """The hit that best shows an order not to belong here: concealment first; private context only where it is also read or returned."""
    listed = list(found)
    kinds = {h.sign for h in listed}
    for sign in _STRONG:
        if sign in kinds:
            return next(h for h in listed if h.sign is sign)
    if Sign.SECRET in kinds and kinds & {Sign.RETURN, Sign.READ}:
        return next(h for h in listed if h.sign is Sign.SECRET)
    return None


_FENCE = expression(r"^[ \t]*(```+|~~~+)", re.MULTILINE)
_HEADING = expression(r"^#", re.MULTILINE)
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("「", "」"), ("`", "`"), ("‘", "’"))
_ABOUT = expression(
    r"(?i)\b(?:prompt[- ]injections?|injection (?:attempts?|attacks?|patterns?|payloads?)|jailbreak(?:s|ing)? (?:attempts?|patterns?|prompts?|detection)|attack(?:s|er|ers)? |attack vectors?|malicious|adversarial|suspicious"
    r"|red flags?|untrusted|phishing|social engineering|tool poisoning|exfiltration (?:attempts?|patterns?)|detect(?:s|ed|ing|ion)?|such as|for example|e\.g\.|examples? of|patterns? (?:like|such as)|phrases? (?:like|such as)|instructions? (?:like|such as)"
    r"|treat (?:it|them|this|any|all|such) as|(?<!never )(?<!not )refuse|reject|never (?:comply|obey|follow)|do not (?:comply|obey|follow)|ignore any (?:such )?instructions? (?:in|inside|embedded|found|contained|from|within)|threat|vulnerabilit(?:y|ies)|security (?:review|audit|scan|check)\w*)"
)
_LEAD = 260


_MOST_LINE = 1_000
"""Code points of a line that are looked at before and after a place: lines of data can be as long as their file."""


def line_before(text: str, at: int) -> str:
    """What stands before a place in its line."""
    low = max(0, at - _MOST_LINE)
    return text[max(text.rfind("\n", low, at) + 1, low) : at]


def sentence_before(text: str, at: int) -> str:
    """What stands before a place in its sentence, within its line."""
    line = line_before(text, at)
    return line[max(line.rfind(mark) for mark in (". ", "! ", "? ")) + 1 :]


@lru_cache(maxsize=4)
def _headings(text: str) -> tuple[int, ...]:
    """Where the headings stand."""
    return tuple(m.start() for m in _HEADING.finditer(text))


@lru_cache(maxsize=4)
def _fences(text: str) -> tuple[int, ...]:
    """Where the lines stand that open or close a code block."""
    return tuple(m.start() for m in _FENCE.finditer(text))


def mention(text: str, start: int, end: int) -> str:
    """Why words at a place of a text are mentioned rather than meant, in a few words; empty when they are meant.

    Words inside code, quotes or a block quotation are mentioned. So are those whose sentence speaks of attacks, and items and rows
    under a heading or lead-in that does; prose under such a heading is meant, or a heading would silence everything.
    """
    before, after = line_before(text, start), text[end : min(_line_end(text, end), end + _MOST_LINE)]
    if bisect_left(_fences(text), start - len(before)) % 2:
        return "inside a code block"
    for left, right in _QUOTES:
        is_open = before.count(left) % 2 == 1 if left == right else before.rfind(left) > before.rfind(right)
        if is_open and right in after:
            return "inside quotation marks" if left != "`" else "inside a code span"
    if before.lstrip().startswith(">"):
        return "inside a block quotation"
    return "in a text about attacks" if about_attacks(text, start, end) else ""


def about_attacks(text: str, start: int, end: int) -> bool:
    """Whether the sentence, or over an item the lead-in or the heading, speaks of attacks, detection or examples."""
    if _ABOUT.search(sentence_before(text, start)):
        return True
    line_start = start - len(line_before(text, start))
    if not _LISTED.match(text[line_start : line_start + 8]):
        return False
    headings = _headings(text)
    at = bisect_left(headings, start)
    if at and _ABOUT.search(text, headings[at - 1], min(_line_end(text, headings[at - 1] + 1), headings[at - 1] + _MOST_LINE)):
        return True
    lead = text.rfind(":\n", max(0, start - _LEAD), start)
    return lead >= 0 and _ABOUT.search(text, text.rfind("\n", 0, lead) + 1, lead) is not None


_LISTED = expression(r"\s*(?:[-*+|]|\d+[.)])")
_TOPIC = expression(
    r"(?i)prompt[- ]injection|jailbreak|red[- ]team|\battacks?\b|adversarial|injection (?:patterns?|payloads?|attempts?)|threat[- ]model|guardrail|(?:skill|security|vulnerability|mcp)[- ](?:scann|audit|review)|trojan|dangerous (?:code )?patterns|exfiltration (?:detection|patterns?)"
)
_TITLE = expression(r"\A\ufeff?(?:---\s*\n.{0,3000}?^---\s*\n)?\s*(?:#[^\n]*)?(?:\n\s*[^\n#]{0,300})?", re.DOTALL | re.MULTILINE)


def is_treatise(text: str) -> bool:
    """Whether a whole text is about attacks, by its front matter, its title and the paragraph below."""
    opening = _TITLE.match(text)
    return opening is not None and _TOPIC.search(opening[0]) is not None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
