"""What a short script does that its reader should know: it runs what it fetches, it runs what it decodes, it sends files away.

The expressions are bounded, so that a text of any content takes time in proportion to its length.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_MOST = 20_000
"""Characters of a script that are looked at."""
_MOST_FILES = 50

_FETCH = r"(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)"
_SHELL = r"(?:/\S{0,40}/)?(?:ba|z|da|k|fi)?sh"
_END = r"(?=\s*(?:-\s|-$|-[\"';|&)]|-s\b|$|[\"';|&)\n<>]))"
_RUNNER = (
    rf"(?:{_SHELL}(?![\w./-])|(?:python[\d.]*|node|perl|ruby|php|bun|deno run){_END}|iex\b|invoke-expression\b|source\s+/dev/stdin)"
)
_ROOT = r"(?:(?:sudo|doas)(?:\s+-\S+)*\s+)?(?:env\s+(?:\S+=\S*\s+)*)?"


class Deed(NamedTuple):
    """One thing a script does."""

    start: int
    end: int
    """Characters, half-open."""
    is_root: bool = False
    """The interpreter is started by sudo."""


@lru_cache(maxsize=1)
def _fetching() -> re.Pattern[str]:
    return re.compile(
        rf"\b{_FETCH}\b[^\n;|]{{0,400}}(?:\|\s{{0,4}}(?!\|)[^|\n;]{{0,80}}?)?\|\s{{0,9}}{_ROOT}{_RUNNER}"
        rf"|\b(?:{_SHELL}|eval|exec|source|python[\d.]*|node)\s[^\n;|]{{0,40}}(?:\$\(|`|<\()\s{{0,4}}{_FETCH}\b[^\n]{{0,300}}"
        rf"|(?<!\S)\.\s+<\(\s{{0,4}}{_FETCH}\b[^\n]{{0,300}}"
        r"|\b(?:iex|invoke-expression)\b[^\n]{0,80}(?:iwr|irm|downloadstring|invoke-webrequest|invoke-restmethod)\b[^\n]{0,200}"
        r"|\b(?:eval|exec|execsync|function|spawnsync)\s{0,4}\([^\n]{0,120}(?:urlopen|requests\.get|https?(?:['\"]\))?\.get|fetch)\s{0,2}\([^\n]{0,200}"
        r"|\b(?:urlopen|requests\.get|https?(?:['\"]\))?\.get|fetch)\s{0,2}\([^\n]{0,300}\b(?:eval|exec)\s{0,4}\([^\n]{0,100}",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _saving() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n;|]{0,300}?(?:\s-[a-z]{0,6}o\s{0,2}|\s--output(?:-document)?[ =]"
        r"|\s-outfile\s|>\s{0,2})"
        r"[\"']?(?P<file>[^\s\"';&|]{1,120})",
        re.IGNORECASE,
    )


def _saved_and_run(text: str) -> Deed | None:
    """A file that a download writes and a later command of the next lines runs."""
    for number, found in enumerate(_saving().finditer(text, 0, _MOST)):
        if number >= _MOST_FILES:
            break
        rest = text[found.end() : found.end() + 400]
        name = re.escape(found["file"])
        run = re.search(
            rf"\b(?:(?:ba|z|da)?sh|python[\d.]*|node|perl|ruby)\s+(?:-\w+\s+)*[\"']?{name}|\bchmod\s+(?:-\w+\s+)?(?:[au]?\+x|0?7\d\d)\s+[\"']?{name}"
            rf"|(?:&&|;)\s{{0,4}}(?:\./)?{name}(?=\s|$|[;&|])",
            rest,
            re.IGNORECASE,
        )
        if run is not None and not _is_local(found[0]):
            return Deed(found.start(), found.end() + run.end())
    return None


@lru_cache(maxsize=1)
def _decoding() -> re.Pattern[str]:
    decode = (
        r"(?:base64\s+(?:-d|-D|--decode|-di|-id)\b|base32\s+(?:-d|--decode)\b|xxd\s+-r\b|openssl\s+(?:enc\s+)?(?:-\w+\s+){0,3}-d\b)"
    )
    return re.compile(
        rf"\b{decode}[^\n;|]{{0,200}}(?:\|\s{{0,4}}(?:gunzip|gzip|zcat|rev|tr|xz|bunzip2)\b[^|\n;]{{0,60}})?\|\s{{0,9}}{_ROOT}{_RUNNER}"
        rf"|(?:\b(?:{_SHELL}|eval|exec|source|python[\d.]*)\s[^\n;|]{{0,40}}|(?:^|[;&|]\s?))(?:\$\(|`|<\()[^\n]{{0,400}}{decode}[^\n]{{0,100}}"
        r"|\b(?:eval|exec|execsync|function|runinthiscontext)\s{0,4}\(\s{0,4}(?:\w{1,20}\.){0,3}"
        r"(?:atob|b64decode|a85decode|b85decode|unhexlify|fromhex|buffer\.from|decompress|loads)\s{0,4}\([^\n]{0,400}"
        r"|\b(?:exec|eval|compile)\s{0,4}\(\s{0,4}(?:__import__\(\s{0,4}['\"](?:base64|zlib|marshal|codecs)['\"]|"
        r"(?:zlib|marshal|codecs|base64|bytes)\.)[^\n]{0,400}"
        r"|\b(?:pwsh|powershell(?:\.exe)?)\b[^\n;|]{0,80}\s-e(?:nc|ncodedcommand|c)?\s+[a-z0-9+/=]{24,}"
        r"|\bprintf\s+[\"']?(?:\\x[0-9a-f]{2}|\\[0-7]{3}){8,}[^\n|]{0,2000}\|\s{0,9}" + _RUNNER,
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _sending() -> re.Pattern[str]:
    private = (
        r"(?:\.ssh\b|id_(?:rsa|ed25519|ecdsa)\b|\.aws\b|\.netrc\b|\.npmrc\b|\.pypirc\b|\.env\b|\.git-credentials\b|/etc/passwd|/etc/shadow|"
        r"\.kube\b|\.docker/config|\.gnupg\b|\.config/gh\b|credentials\b|\.bash_history|\.zsh_history|\.claude\.json|"
        r"\$\(\s{0,2}(?:env|printenv|whoami|id|hostname)\b|`(?:env|printenv)\b)"
    )
    call = r"\b(?:requests|httpx|axios)\.(?:post|put|get|request)\s{0,2}\(|\b(?:urlopen|fetch)\s{0,2}\(|\bhttps?\.request\s{0,2}\("
    whole = (
        r"(?:dict\(\s{0,2}os\.environ\b|os\.environ\.copy\(|json\.dumps\([^\n]{0,40}os\.environ\b|str\(\s{0,2}os\.environ\b"
        r"|json\.stringify\(\s{0,2}process\.env\s{0,2}\))"
    )
    send = r"(?:curl|wget|invoke-webrequest|iwr|irm|invoke-restmethod|nc|ncat|netcat|scp|rsync)"
    return re.compile(
        rf"{private}(?:(?!&&|\|\||;)[^\n]){{0,300}}(?<!\|)\|(?!\|)\s{{0,9}}(?:(?!&&|\|\|)[^\n]){{0,100}}\b{send}\b[^\n]{{0,300}}"
        rf"|\b(?:env|printenv)\s{{0,4}}\|\s{{0,9}}[^\n]{{0,100}}\b{send}\b[^\n]{{0,300}}"
        rf"|\b{send}\b[^\n]{{0,300}}(?:\s-d\b|--data\S{{0,12}}|\s-F\b|--form\b|\s-T\b|--upload-file|--post-file|--post-data|-body\b|-infile\b|[?&]\w{{1,20}}=|\s<)"
        rf"[^\n]{{0,200}}{private}[^\n]{{0,100}}"
        r"|/dev/(?:tcp|udp)/[\w.${}-]{1,80}/\S{1,8}"
        r"|\b(?:nc|ncat|netcat)\s(?:[^\n|;]{0,80}\s)?-\w{0,4}[ec]\s+\S{0,20}sh\b"
        rf"|(?:{call})[^\n]{{0,200}}{whole}|{whole}[^\n]{{0,200}}(?:{call})",
        re.IGNORECASE,
    )


def runs_what_it_fetches(text: str) -> Deed | None:
    """The first place where something downloaded is handed to an interpreter or made executable and run."""
    return _first(text, _fetching()) or _saved_and_run(text)


def runs_what_it_decodes(text: str) -> Deed | None:
    """The first place where a text is decoded and run."""
    return _first(text, _decoding())


def sends_away(text: str) -> Deed | None:
    """The first place where private files or the environment are sent, or a shell is opened, to another host."""
    return _first(text, _sending())


def _first(text: str, pattern: re.Pattern[str]) -> Deed | None:
    found = pattern.search(text, 0, _MOST)
    if found is None or _is_local(found[0]):
        return None
    return Deed(found.start(), found.end(), bool(re.search(r"\|\s*(?:sudo|doas)\b", found[0])))


def _is_local(text: str) -> bool:
    """Whether every address in it is this machine's."""
    hosts = re.findall(r"https?://([\w.\[\]:-]+)", text)
    return bool(hosts) and all(re.match(r"(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal)", host) for host in hosts)
