"""Checks that whoever runs the program may switch off, or on, beside those that the caller may."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import lines_of

_HEAD = """\
import express from "express";
import net from "net";
import { lookup as find } from "dns/promises";
import { isIP } from "net";
const app = express();
function refused(address) { return address.startsWith("10.") || address === "::1"; }
const standard = async (host) => (await find(host, { all: true })).map((one) => ({ address: one.address, family: one.family }));
async function resolveHost(host, look = standard) {
  const version = isIP(host);
  if (version === 4 || version === 6) {
    if (refused(host)) throw new Error("no");
    return [{ address: host, family: version }];
  }
  let found;
  try { found = await look(host); } catch (error) { throw new Error("no"); }
  const bad = found.find((one) => refused(one.address));
  if (bad) throw new Error("no");
  return found;
}
async function vet(value, options) {
  const url = new URL(value);
  SWITCH
  return url;
}
"""


def _lines(switch: str, body: str = "const u = await vet(req.query.u); await fetch(u.toString());") -> list[int]:
    text = _HEAD.replace("SWITCH", switch) + f"app.get('/', async (req, res) => {{ {body} }});\n"
    return lines_of({"a.js": text}, SinkKind.URL)


@pytest.mark.parametrize(
    "switch",
    [
        pytest.param("await resolveHost(url.hostname);", id="no switch at all"),
        pytest.param('if (process.env.ALLOW_PRIVATE === "true") { return url; } await resolveHost(url.hostname);', id="variable"),
        pytest.param(
            'if (["1", "true"].includes(process.env.PRIVATE)) { return url; } await resolveHost(url.hostname);',
            id="variable in a list",
        ),
        pytest.param("if (process.env.STRICT) { await resolveHost(url.hostname); }", id="variable that switches it on"),
        pytest.param("if (options?.allowPrivate) return url; await resolveHost(url.hostname);", id="option named for it"),
        pytest.param(
            "if (options?.allowPrivate || process.env.PRIVATE) return url; await resolveHost(url.hostname, options?.look);",
            id="option or variable, and a function handed in",
        ),
    ],
)
def test_a_switch_of_whoever_runs_the_program(switch: str) -> None:
    """What it leaves out counts as checked."""
    assert _lines(switch) == []


@pytest.mark.parametrize(
    "switch",
    [
        pytest.param("if (options?.prefix) return url; await resolveHost(url.hostname);", id="an option of another name"),
        pytest.param("if (value.length > 9) return url; await resolveHost(url.hostname);", id="what the caller decides"),
        pytest.param('if (process.env.PRIVATE === "true") { return url; }', id="no way on which it is checked"),
        pytest.param("if (url.skipCheck) return url; await resolveHost(url.hostname);", id="a field of the caller's data"),
        pytest.param("const skip = refused(url.hostname); if (skip) return url;", id="the answer of a check"),
    ],
)
def test_a_switch_of_somebody_else(switch: str) -> None:
    """It leaves the check out."""
    assert _lines(switch) == [25]


def test_an_address_that_passed_is_what_is_connected_to() -> None:
    """The callback of `then` gets what was asked for."""
    body = "resolveHost(req.query.h).then((found) => { net.connect(80, found[0].address); });"
    assert _lines("", body) == []
