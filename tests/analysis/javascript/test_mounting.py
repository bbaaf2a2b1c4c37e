"""What routes of other files demand of a request before a handler gets it, and what an application makes of all of them."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in, lines_of

_HANDLER = """\
const mongoose = require('mongoose');
const Ticket = mongoose.model('Ticket', new mongoose.Schema({ code: String }));
const redeem = async (req, res) => { res.json(await Ticket.findOne({ code: req.body.code })); };
module.exports = { redeem };
"""
_CHECKED = """\
const Joi = require('joi');
module.exports = (shape) => (req, res, next) => {
  const { error } = Joi.compile(shape).validate({ body: req.body });
  return error ? next(error) : next();
};
"""
_ROUTES = """\
const Joi = require('joi');
const router = require('express').Router();
const checked = require('./checked');
const tickets = require('./tickets');
"""
_APPLICATION = "const express = require('express');\nconst app = express();\n"
_USE = "app.use(require('express-mongo-sanitize')());\n"
_MANIFEST = '{"dependencies": {"express-mongo-sanitize": "2.2.0"}}'


def _filters_told(others: dict[str, str]) -> list[int]:
    flows = flows_in({"src/tickets.js": _HANDLER, "src/checked.js": _CHECKED, **others}, "src/tickets.js")
    return [flow.sink.span.start_line for flow in flows if flow.sink.kind is SinkKind.NOSQL]


@pytest.mark.parametrize(
    ("shape", "more", "expected"),
    [
        pytest.param("Joi.object({ code: Joi.string() })", "", [], id="a text"),
        pytest.param("Joi.object({ code: Joi.any() })", "", [3], id="anything"),
        pytest.param("Joi.object({ id: Joi.string() }).unknown()", "", [3], id="another field"),
        pytest.param(
            "Joi.object({ code: Joi.string() })", "router.post('/y', tickets.redeem);\n", [3], id="a text on one of two routes"
        ),
    ],
)
def test_a_handler_gets_what_all_its_routes_let_through(shape: str, more: str, expected: list[int]) -> None:
    """A filter holds no operators where every route that another file mounts the handler on demands a text."""
    routes = f"{_ROUTES}router.post('/x', checked({{ body: {shape} }}), tickets.redeem);\n{more}"
    assert expected == _filters_told({"src/routes.js": routes})


def test_a_handler_that_nobody_mounts() -> None:
    """Nothing is demanded where there is no route."""
    assert [3] == _filters_told({})


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param(
            {"src/app.js": _APPLICATION + "app.use(require('express-mongo-sanitize')());\n", "package.json": _MANIFEST},
            [],
            id="used",
        ),
        pytest.param({"src/app.js": _APPLICATION, "package.json": _MANIFEST}, [3], id="listed and not used"),
        pytest.param(
            {
                "other/app.js": _APPLICATION + _USE,
                "other/package.json": _MANIFEST,
                "src/package.json": "{}",
            },
            [3],
            id="used by another package",
        ),
    ],
)
def test_an_application_that_takes_operators_out(others: dict[str, str], expected: list[int]) -> None:
    """Whatever `app.use` takes out of all requests reaches no handler of the same package."""
    assert expected == _filters_told(others)


@pytest.mark.parametrize(
    ("path", "handler", "expected"),
    [
        pytest.param("route.ts", "async ({ params }) => fetch(`https://${params.site}`)", [2], id="a field of an object"),
        pytest.param("route.ts", "async (req, { params }) => fetch(`https://${params.site}`)", [2], id="the second argument"),
        pytest.param("route.ts", "withLog(async ({ searchParams }) => fetch(searchParams.u))", [2], id="two wrappers"),
        pytest.param("route.ts", "async ({ team }) => fetch(`https://${team.site}`)", [], id="what the wrapper looked up"),
        pytest.param("client.ts", "async ({ params }) => fetch(`https://${params.site}`)", [], id="no file of a route"),
    ],
)
def test_a_route_in_a_wrapper_gets_requests(path: str, handler: str, expected: list[int]) -> None:
    """What a file of Next's router exports under the name of a verb answers requests, whatever it is wrapped into."""
    text = f"import {{ withTeam, withLog }} from '@acme/auth';\nexport const GET = withTeam({handler});\n"
    assert expected == [flow.sink.span.start_line for flow in flows_in({f"app/x/{path}": text}) if flow.sink.kind is SinkKind.URL]


_PING = "const { exec } = require('child_process');\nconst router = require('express').Router();\n"
_PING += "router.get('/ping', (req, res) => { exec('ping ' + req.query.host); });\nmodule.exports = router;\n"
_CHECK = "exports.check = (req, res, next) => (['a', 'b'].includes(req.query.host) ? next() : res.sendStatus(400));\n"
_NAMES = "const { check } = require('./check');\nconst ping = require('./ping');\n"


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        pytest.param("app.use('/a', check, ping);\n", [], id="beside it"),
        pytest.param("app.use(check);\napp.use('/a', ping);\n", [], id="before it"),
        pytest.param("app.use('/b', check);\napp.use('/a', ping);\n", [3], id="for other routes"),
        pytest.param("app.use('/a', ping);\napp.use(check);\n", [3], id="after it"),
        pytest.param("app.use('/b', ping);\napp.use('/a', check, ping);\n", [3], id="on one of two ways"),
    ],
)
def test_a_router_gets_what_its_application_lets_through(uses: str, expected: list[int]) -> None:
    """A flow in the router of another file is told unless wherever it is used something before it has checked the data."""
    texts = {"src/ping.js": _PING, "src/check.js": _CHECK, "src/app.js": f"{_APPLICATION}{_NAMES}{uses}"}
    flows = flows_in(texts, "src/ping.js")
    assert expected == [flow.sink.span.start_line for flow in flows if flow.sink.kind is SinkKind.SHELL]


_AUTH = "const router = require('express').Router();\n"
_AUTH += "router.use((req, res, next) => (['a', 'b'].includes(req.query.host) ? next() : res.sendStatus(400)));\n"
_AUTH += "module.exports = router;\n"


def test_routers_of_one_name_in_two_files() -> None:
    """What the router of an imported file uses is not used by the one of the same name that imports it."""
    texts = {"src/ping.js": _PING.replace("router.get", "require('./auth').stack;\nrouter.get"), "src/auth.js": _AUTH}
    assert [4] == lines_of(texts, SinkKind.SHELL, "src/ping.js")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param("app.use('/b', require('./ping'));\n", [3], id="used"),
        pytest.param("console.log(require('./ping'));\n", [], id="imported alone"),
    ],
)
def test_a_router_that_another_application_uses_as_it_is(other: str, expected: list[int]) -> None:
    """A flow is told where one application has checked the data, and another one uses the router and checks nothing."""
    texts = {"src/ping.js": _PING, "src/check.js": _CHECK, "src/app.js": f"{_APPLICATION}{_NAMES}app.use('/a', check, ping);\n"}
    assert expected == lines_of({**texts, "src/admin.js": f"{_APPLICATION}{other}"}, SinkKind.SHELL, "src/ping.js")
