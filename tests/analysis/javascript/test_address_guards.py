"""Checks of an address that hold, beside those that only look so."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in

_HEAD = """\
import express from "express";
import axios from "axios";
import dns from "dns/promises";
const app = express();
const ALLOWED = ["a.b", "c.d"];
const SET = new Set(["a.b"]);
const clients = { x: { redirectUris: ["https://a.b"] } };
function isPrivate(ip) { return /^(10|127|192\\.168)\\./.test(ip); }
function isAllowedUrl(u) {
  try {
    const { hostname, protocol } = new URL(u);
    return protocol === "https:" && ALLOWED.includes(hostname);
  } catch { return false; }
}
"""


def _kinds(body: str) -> set[SinkKind]:
    """Where data of a request ends."""
    text = _HEAD + f"app.get('/', async (req, res) => {{ const d = req.query.d; {body} }});\n"
    return {flow.sink.kind for flow in flows_in(text)} & {SinkKind.URL, SinkKind.REDIRECT}


@pytest.mark.parametrize(
    "body",
    [
        "const u = new URL(d); if (!ALLOWED.includes(u.hostname)) return res.end(); await fetch(u);",
        "const u = new URL(d); if (!ALLOWED.includes(u.hostname)) return res.end(); await fetch(d);",
        'const u = new URL(d); if (!SET.has(u.host)) throw new Error("no"); await axios.get(u.toString());',
        'const u = new URL(d); if (u.hostname !== "a.b") throw new Error("no"); await fetch(u.href);',
        'const u = new URL(d); if (u.origin !== "https://a.b") throw new Error("no"); await fetch(d);',
        'if (!isAllowedUrl(d)) throw new Error("no"); await fetch(d);',
        'const u = new URL(d); if (!u.hostname.endsWith(".a.b")) throw new Error("no"); await fetch(u);',
        'if (!d.startsWith("https://a.b/")) throw new Error("no"); await fetch(d);',
        'if (!/^https:\\/\\/a\\.b\\//.test(d)) throw new Error("no"); await fetch(d);',
        'if (!/^https:\\/\\/a\\.b\\/[\\w/]+$/.test(d)) throw new Error("no"); await fetch(d);',
        'const u = new URL("https://a.b"); u.pathname = d; await fetch(u);',
        'const u = new URL("https://a.b"); u.searchParams.set("q", d); await fetch(u);',
        "await fetch(`https://a.b/x?q=${encodeURIComponent(d)}`);",
        (
            "const u = new URL(d); const { address } = await dns.lookup(u.hostname); if (isPrivate(address)) thro"
            'w new Error("no"); await fetch(u);'
        ),
        'const ok = ALLOWED.some((h) => new URL(d).hostname === h); if (!ok) throw new Error("no"); await fetch(d);',
        (
            'const u = new URL(d); switch (u.hostname) { case "a.b": case "c.d": break; default: throw new Error('
            '"no"); } await fetch(u);'
        ),
        'const map = { a: "https://a.b", c: "https://c.d" }; await fetch(map[d]);',
        (
            'const u = new URL(d); if (!ALLOWED.some((h) => u.hostname === h || u.hostname.endsWith("." + h))) th'
            'row new Error("no"); await fetch(u);'
        ),
        "const port = Number(d); await fetch(`http://localhost:${port}/x`);",
        'if (ALLOWED.indexOf(new URL(d).hostname) === -1) throw new Error("no"); await fetch(d);',
        'res.redirect(d.startsWith("/") && !d.startsWith("//") ? d : "/");',
        'if (!d.startsWith("/") || d.startsWith("//")) return res.end(); res.redirect(d);',
        "if (!ALLOWED.includes(d)) return res.end(); res.redirect(d);",
        'const u = new URL(d, "https://a.b"); if (u.origin !== "https://a.b") return res.end(); res.redirect(u.href);',
        'const u = new URL(d, "https://a.b"); res.redirect(u.pathname);',
        "const c = clients[req.query.id]; if (!c.redirectUris.includes(d)) return res.end(); res.redirect(d);",
        "res.redirect(`/login?next=${encodeURIComponent(d)}`);",
        "res.redirect(req.originalUrl);",
        'res.redirect("https://a.b/?x=" + d);',
        "if (/^\\/(?!\\/)/.test(d)) res.redirect(d);",
    ],
)
def test_a_check_that_holds(body: str) -> None:
    """The data chooses no host that the program did not name."""
    assert _kinds(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        "const u = new URL(d); await fetch(u);",
        'if (!d.startsWith("https://")) throw new Error("no"); await fetch(d);',
        'if (!d.startsWith("https://a.b")) throw new Error("no"); await fetch(d);',
        'if (!d.includes("a.b")) throw new Error("no"); await fetch(d);',
        'const u = new URL(d); if (!u.hostname.endsWith("a.b")) throw new Error("no"); await fetch(u);',
        'const u = new URL(d); if (!u.hostname.includes("a.b")) throw new Error("no"); await fetch(u);',
        'if (!/a\\.b/.test(d)) throw new Error("no"); await fetch(d);',
        'if (!/^https?:\\/\\//.test(d)) throw new Error("no"); await fetch(d);',
        'const u = new URL(d); if (u.protocol !== "https:") throw new Error("no"); await fetch(u);',
        'try { new URL(d); } catch { throw new Error("no"); } await fetch(d);',
        'const u = new URL(d); if (u.pathname !== "/x") throw new Error("no"); await fetch(u);',
        "await fetch(`https://${d}.a.b/`);",
        "await fetch(`https://${d}/x`);",
        'if (!d.startsWith("/")) return res.end(); res.redirect(d);',
        'if (d.includes("evil")) return res.end(); res.redirect(d);',
        'if (d.startsWith("http")) return res.end(); res.redirect(d);',
        'res.redirect(new URL(d, "https://a.b").href);',
        'if (d.slice(0, 8) === "https://") await fetch(d);',
        'res.redirect("https://a.b" + d);',
    ],
)
def test_a_check_that_does_not_hold(body: str) -> None:
    """The data still chooses the host."""
    assert _kinds(body) == {SinkKind.REDIRECT if "redirect" in body else SinkKind.URL}


_NETWORKS = """\
import { isIP } from "net";
import { lookup } from "dns/promises";
function refused(ip) { const parts = ip.split(".").map(Number); if (parts[0] === 169) { return true; } return parts[0] === 10; }
function mapped(ip) {
  const tail = ip.match(/^::ffff:(.+)$/);
  if (tail) { return mapped(tail[1]); }
  return ip === "::1" ? true : false;
}
async function vet(target) {
  const host = target.hostname.replace(/^\\[|\\]$/g, "");
  let found;
  if (isIP(host)) { found = [host]; } else { found = (await lookup(host, { all: true })).map((one) => one.address); }
  for (const one of found) { CHECK }
}
async function glance(target) { const { address } = await lookup(target.hostname); console.log(address.length); }
"""


@pytest.mark.parametrize(
    ("check", "body"),
    [
        pytest.param("if (refused(one)) throw new Error();", "await vet(u);", id="each address of a host is asked for"),
        pytest.param("if (mapped(one)) throw new Error();", "await vet(u);", id="by a function that calls itself"),
        pytest.param(
            "const bad = isIP(one) === 6 ? mapped(one) : refused(one); if (bad) throw new Error();",
            "await vet(u);",
            id="by either of two functions",
        ),
        pytest.param(
            "if (refused(one)) throw new Error();",
            'if (u.protocol === "http:" || u.protocol === "https:") { await vet(u); }',
            id="where the scheme is one of the web",
        ),
        pytest.param(
            "if (refused(one)) throw new Error();",
            'if (["http:", "https:"].includes(u.protocol)) { await vet(u); }',
            id="where the scheme is in a list",
        ),
        pytest.param(
            "if (refused(one)) throw new Error();", 'if (d.startsWith("http")) { await vet(u); }', id="where the text begins so"
        ),
    ],
)
def test_an_address_that_was_looked_up_is_asked_for(check: str, body: str) -> None:
    """Who resolves a host and refuses some of its addresses is believed."""
    assert _kinds_after(check, body) == set()


@pytest.mark.parametrize(
    ("check", "body"),
    [
        pytest.param("console.log(one);", "await vet(u);", id="the addresses are only written down"),
        pytest.param("", "await glance(u);", id="the address is looked up and nothing asked of it"),
        pytest.param(
            "if (refused(one)) throw new Error();", 'if (u.protocol === "https:") { await vet(u); }', id="of one scheme of two"
        ),
        pytest.param(
            "if (refused(one)) throw new Error();", 'if (u.pathname === "/a") { await vet(u); }', id="of some paths alone"
        ),
    ],
)
def test_an_address_that_nobody_asked_for(check: str, body: str) -> None:
    """The data still chooses the host."""
    assert _kinds_after(check, body) == {SinkKind.URL}


def _kinds_after(check: str, body: str) -> set[SinkKind]:
    text = _NETWORKS.replace("CHECK", check) + _HEAD
    text += f"app.get('/', async (req, res) => {{ const d = req.query.d; const u = new URL(d); {body} await fetch(u); }});\n"
    return {flow.sink.kind for flow in flows_in(text)} & {SinkKind.URL, SinkKind.REDIRECT}
