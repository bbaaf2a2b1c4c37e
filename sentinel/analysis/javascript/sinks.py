"""Where data does harm: calls by the name they go by, methods by the library or the look of the object they are called on."""

from __future__ import annotations

import re
from typing import NamedTuple

from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

ALL = -1
"""Every argument counts."""


class SinkRow(NamedTuple):
    """One argument of a call, and what happens to it."""

    kind: SinkKind
    argument: int = 0
    details: tuple[str, ...] = ()
    shape: str = ""
    """How the argument is looked at: see `sinking`. Empty: any data in it."""


def _rows(names: str, *rows: SinkRow) -> dict[str, tuple[SinkRow, ...]]:
    return dict.fromkeys(names.split(), rows)


_SHELL = SinkRow(SinkKind.SHELL, 0, ("shell-string",), "shell")
_READ = ("operation:read",)
_WRITE = ("operation:write",)
_READ_PATH = SinkRow(SinkKind.PATH_READ, 0, _READ, "path")
_WRITE_PATH = SinkRow(SinkKind.PATH_WRITE, 0, _WRITE, "path")
_URL = SinkRow(SinkKind.URL, 0, (), "url")
_CODE = SinkRow(SinkKind.CODE, 0, ("evaluates",), "code")
_QUERY = SinkRow(SinkKind.SQL, 0, (), "sql")
_WHOLE_REQUEST = SinkRow(SinkKind.NOSQL, 0, ("operator-object",), "object")
"""A request to a database that the caller writes as a whole, its table and its expressions included."""
_MERGE = SinkRow(SinkKind.PROTOTYPE, ALL, ("merge",), "merge")


_OPTIONS = SinkRow(SinkKind.TEMPLATE, 1, ("options",), "options")
"""What a template is filled with, out of which its engine takes its own settings, too."""


def _template(engine: str, at: int = 0) -> SinkRow:
    return SinkRow(SinkKind.TEMPLATE, at, (f"engine:{engine}",))


def _at(row: SinkRow, count: int) -> tuple[SinkRow, ...]:
    """The same for each of the first arguments, of which options may be one."""
    return tuple(row._replace(argument=at) for at in range(count))


CALLS: dict[str, tuple[SinkRow, ...]] = {
    **_rows(
        "child_process.exec child_process.execSync shelljs.exec execa.command execa.commandSync execa.execaCommand "
        "execa.execaCommandSync execa.shell execa.shellSync "
        "execa.default.command exec-sh.exec exec-sh child_process.default.exec node-cmd.run node-cmd.runSync node-cmd.get "
        "await-exec "
        "node-exec-promise.exec exec-async promisify-child-process.exec nodejs-shell-exec just-exec sudo-prompt.exec",
        _SHELL,
    ),
    **_rows(
        "child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync child_process.fork "
        "child_process.spawn.spawn execa "
        "execa.execa execa.execaSync execa.sync tinyexec.x tinyexec.exec nano-spawn promisify-child-process.spawn "
        "promisify-child-process.execFile spawn-rx.spawn spawn-rx.spawnPromise spawn-rx.spawnDetached "
        "spawn-rx.spawnDetachedPromise Bun.spawn Bun.spawnSync Deno.Command() node-pty.spawn",
        SinkRow(SinkKind.PROGRAM, 0, (), "argv"),
    ),
    **_rows("Deno.Command", SinkRow(SinkKind.PROGRAM, 0, (), "argv")),
    **_rows("multer.callback", SinkRow(SinkKind.PATH_WRITE, 1, _WRITE, "path")),
    **_rows("@actions/exec.exec @actions/exec.getExecOutput", SinkRow(SinkKind.PROGRAM, 0, (), "argv")),
    **_rows(
        "eval vm.runInThisContext vm.runInNewContext vm.runInContext vm.compileFunction vm.Script execScript "
        "safe-eval static-eval notevil vm.VM().run vm.NodeVM().run expression-eval.compile require-from-string "
        "eval-sanitized node-eval isolated-vm.Isolate().compileScript globalEval",
        _CODE,
    ),
    **_rows("Function", SinkRow(SinkKind.CODE, ALL, ("evaluates",), "code")),
    **_rows("Object.getPrototypeOf().constructor", SinkRow(SinkKind.CODE, ALL, ("evaluates",), "code")),
    **_rows("Function.apply Function.call", SinkRow(SinkKind.CODE, ALL, ("evaluates",))),
    **_rows("setTimeout setInterval setImmediate", SinkRow(SinkKind.CODE, 0, ("evaluates",), "timer")),
    **_rows("require import require.resolve", SinkRow(SinkKind.CODE, 0, ("import",), "module")),
    **_rows(
        "fs.readFile fs.readFileSync fs.createReadStream fs.open fs.openSync fs.readlink fs.readlinkSync "
        "fs.readJson fs.readJsonSync fs.readJSON fs.readJSONSync fs.statfs Bun.file Deno.readTextFile Deno.readFile Deno.open "
        "Deno.readTextFileSync Deno.readFileSync load-json-file pug.renderFile pug.compileFile twig.renderFile",
        _READ_PATH,
    ),
    **_rows(
        "fs.readdir fs.readdirSync fs.opendir fs.opendirSync Deno.readDir Deno.readDirSync",
        SinkRow(SinkKind.PATH_READ, 0, ("operation:list",), "path"),
    ),
    **_rows(
        "fs.writeFile fs.writeFileSync fs.appendFile fs.appendFileSync fs.createWriteStream fs.mkdir fs.mkdirSync fs.truncate "
        "fs.truncateSync fs.utimes fs.utimesSync fs.mkdtemp fs.mkdtempSync "
        "fs.outputFile fs.outputFileSync fs.outputJson fs.outputJsonSync fs.writeJson fs.writeJsonSync fs.ensureDir "
        "fs.ensureFile Bun.write "
        "Deno.writeTextFile Deno.writeFile Deno.writeTextFileSync Deno.mkdir write-file-atomic",
        _WRITE_PATH,
    ),
    **_rows(
        "fs.unlink fs.unlinkSync fs.rm fs.rmSync fs.rmdir fs.rmdirSync fs.remove fs.removeSync fs.emptyDir rimraf rimraf.sync del "
        "rimraf.rimraf Deno.remove",
        SinkRow(SinkKind.PATH_WRITE, 0, ("operation:delete",), "path"),
    ),
    **_rows("shelljs.cat", *_at(_READ_PATH, 2)),
    **_rows("shelljs.ls", *_at(SinkRow(SinkKind.PATH_READ, 0, ("operation:list",), "path"), 2)),
    **_rows("shelljs.mkdir shelljs.touch", *_at(_WRITE_PATH, 2)),
    **_rows("shelljs.rm", *_at(SinkRow(SinkKind.PATH_WRITE, 0, ("operation:delete",), "path"), 3)),
    **_rows("shelljs.cp shelljs.mv", *_at(SinkRow(SinkKind.PATH_WRITE, 0, ("operation:move",), "path"), 3)),
    **_rows(
        "fs.chmod fs.chmodSync fs.chown fs.chownSync fs.lchown fs.lchownSync Deno.chmod Deno.chown",
        SinkRow(SinkKind.PATH_WRITE, 0, ("operation:permission",), "path"),
    ),
    **_rows(
        "fs.copyFile fs.copyFileSync fs.cp fs.cpSync fs.copy fs.copySync fs.symlink fs.link fs.symlinkSync fs.linkSync "
        "Deno.copyFile",
        SinkRow(SinkKind.PATH_READ, 0, _READ, "path"),
        SinkRow(SinkKind.PATH_WRITE, 1, _WRITE, "path"),
    ),
    **_rows(
        "fs.rename fs.renameSync fs.move fs.moveSync Deno.rename",
        SinkRow(SinkKind.PATH_READ, 0, ("operation:move",), "path"),
        SinkRow(SinkKind.PATH_WRITE, 1, ("operation:move",), "path"),
    ),
    **_rows(
        "fetch axios axios.get axios.post axios.put axios.delete axios.patch axios.head axios.request axios.options got got.get "
        "got.post got.put "
        "got.delete got.patch got.head got.stream got.got superagent superagent.get superagent.post superagent.put "
        "superagent.delete "
        "superagent.head needle needle.get needle.post needle.put needle.request request request.get request.post request.put "
        "request.delete "
        "request.head request-promise request-promise.get request-promise.post request-promise-native http.get http.request "
        "https.get "
        "https.request ky ky.get ky.post ky.put ky.patch ky.delete ky.head undici.request undici.stream bent phin wretch "
        "ofetch ofetch.ofetch ofetch.$fetch "
        "$fetch "
        "axios.create().get axios.create().post axios.create().put axios.create().delete axios.create().request "
        "axios.create().patch "
        "axios.create() axios.getUri node-libcurl.curly node-libcurl.curly.get download image-downloader.image "
        "EventSource WebSocket ws ws.WebSocket",
        _URL,
    ),
    **_rows("express-http-proxy http-proxy-middleware.createProxyMiddleware http-proxy.createProxyServer http-proxy.createProxy "
            "@fastify/http-proxy @fastify/reply-from", _URL),
    **_rows("net.connect net.createConnection tls.connect", SinkRow(SinkKind.URL, 1, (), "socket")),
    **_rows("net.Socket().connect", SinkRow(SinkKind.URL, 1, (), "socket")),
    **_rows("Response next/server.NextResponse NextResponse", SinkRow(SinkKind.HTML, 0, ("response-body",), "response")),
    **_rows("openai openai.OpenAI openai.AzureOpenAI @anthropic-ai/sdk @anthropic-ai/sdk.Anthropic", _URL),
    **_rows("rss-parser().parseURL open-graph-scraper @postlight/parser.parse @extractus/article-extractor.extract "
            "link-preview-js.getLinkPreview unfurl.js.unfurl", _URL),
    **dict.fromkeys(
        (f"{package}/document_loaders/web/{module}.{name}" for package in ("langchain", "@langchain/community")
         for module, name in (("cheerio", "CheerioWebBaseLoader"), ("puppeteer", "PuppeteerWebBaseLoader"),
                              ("playwright", "PlaywrightWebBaseLoader"), ("recursive_url", "RecursiveUrlLoader"),
                              ("sitemap", "SitemapLoader"))), (_URL,)),
    **_rows("axios.create got.extend ky.create ky.extend ofetch.create ofetch.ofetch.create ofetch.$fetch.create $fetch.create",
            SinkRow(SinkKind.URL, 0, (), "base")),
    **_rows("proxyRequest h3.proxyRequest sendProxy h3.sendProxy fetchWithEvent h3.fetchWithEvent",
            SinkRow(SinkKind.URL, 1, (), "url")),
    **_rows("needle", SinkRow(SinkKind.URL, 1, (), "url"), _URL),
    **_rows("needle.request", SinkRow(SinkKind.URL, 1, (), "url")),
    **_rows("wkhtmltopdf wkhtmltoimage.generate html-pdf.create html-pdf-node.generatePdf phantom-html-to-pdf",
            SinkRow(SinkKind.URL, 0, ("markup",), "page")),
    **_rows("$ jQuery jquery", SinkRow(SinkKind.HTML, 0, ("dom",), "jquery")),
    **_rows("sandbox().run", _CODE),
    **_rows("run-applescript run-applescript.runAppleScript run-applescript.runAppleScriptSync applescript.execString run-jxa "
            "run-jxa.runJxa node-osascript.execute", _CODE),
    **_rows("react.createElement React.createElement react.cloneElement preact.h", SinkRow(SinkKind.HTML, 1, ("dom",), "element")),
    **_rows("vm.VMScript VMScript vm.SourceTextModule Function.prototype.constructor", _CODE),
    **_rows("worker_threads.Worker", SinkRow(SinkKind.CODE, 0, ("evaluates",), "worker")),
    **_rows(
        "@modelcontextprotocol/sdk/client/stdio.js.StdioClientTransport "
        "@modelcontextprotocol/sdk/client/stdio.StdioClientTransport "
        "@modelcontextprotocol/client.StdioClientTransport StdioClientTransport",
        SinkRow(SinkKind.PROGRAM, 0, (), "transport"),
    ),
    **_rows("Deno.run", SinkRow(SinkKind.PROGRAM, 0, (), "command")),
    **_rows("$.globalEval jQuery.globalEval", _CODE),
    **_rows("open opn opener electron.shell.openExternal shell.openExternal better-opn openurl.open react-dev-utils/openBrowser",
            SinkRow(SinkKind.OPENER, 0, ("program:open-package",), "url")),
    **_rows("electron.shell.openPath", SinkRow(SinkKind.OPENER, 0, ("program:open-package",))),
    **_rows("window.open", SinkRow(SinkKind.REDIRECT, 0, (), "url")),
    **_rows("location.assign location.replace", SinkRow(SinkKind.REDIRECT, 0, (), "url")),
    **_rows("next/navigation.redirect next/navigation.permanentRedirect next/server.NextResponse.redirect NextResponse.redirect "
            "Response.redirect "
            "@remix-run/node.redirect @remix-run/router.redirect @remix-run/cloudflare.redirect react-router.redirect",
            SinkRow(SinkKind.REDIRECT, 0, (), "url")),
    **_rows("http.request.redirect", SinkRow(SinkKind.REDIRECT, ALL, (), "url")),
    **_rows("child_process.shell().stdin.write child_process.shell().stdin.end",
            SinkRow(SinkKind.SHELL, 0, ("shell-string",), "shell")),
    **_rows("node-pty.shell().write", SinkRow(SinkKind.SHELL, 0, ("shell-string",), "typed")),
    **_rows("sendRedirect h3.sendRedirect @sveltejs/kit.redirect", SinkRow(SinkKind.REDIRECT, 1, (), "url")),
    **_rows("hono/html.raw", SinkRow(SinkKind.HTML, 0, ("marked-safe",), "html")),
    **_rows("ejs.renderFile", _READ_PATH, _OPTIONS),
    **_rows("document.write document.writeln", SinkRow(SinkKind.HTML, ALL, ("dom", "markup-only"), "html")),
    **_rows("$.html jQuery.html", SinkRow(SinkKind.HTML, 0, ("dom", "markup-only"), "html")),
    **_rows("node-serialize.unserialize serialize-to-js.deserialize funcster.deepDeserialize cryo.parse "
            "serialize-javascript.deserialize",
            SinkRow(SinkKind.DESERIALIZE, 0, ("format:node-serialize",))),
    **_rows("v8.deserialize", SinkRow(SinkKind.DESERIALIZE, 0, ("format:v8",))),
    **_rows("bun.sql.unsafe Bun.sql.unsafe sequelize.literal", SinkRow(SinkKind.SQL, 0, ("orm-raw",), "sql")),
    **_rows("js-yaml.load js-yaml.loadAll js-yaml", SinkRow(SinkKind.DESERIALIZE, 0, ("format:yaml",), "yaml")),
    **_rows("lodash.merge lodash.mergeWith lodash.defaultsDeep merge-deep deepmerge merge.recursive deep-extend just-extend "
            "lodash.set lodash.setWith set-value dot-prop.set object-path.set lodash.merge.recursive hoek.merge @hapi/hoek.merge "
            "defaults-deep mixin-deep assign-deep extend jquery.extend $.extend jQuery.extend", _MERGE),
    **_rows("@aws-sdk/lib-dynamodb.QueryCommand @aws-sdk/lib-dynamodb.ScanCommand @aws-sdk/client-dynamodb.QueryCommand "
            "@aws-sdk/client-dynamodb.ScanCommand QueryCommand ScanCommand", _WHOLE_REQUEST),
    **_rows("RegExp", SinkRow(SinkKind.REGEX, 0)),
    **_rows("ejs.render ejs.compile", _template("ejs")),
    **_rows("handlebars.compile handlebars.precompile Handlebars.compile Handlebars.precompile", _template("handlebars")),
    **_rows("pug.render pug.compile jade.render jade.compile", _template("pug")),
    **_rows("nunjucks.renderString nunjucks.Environment().renderString nunjucks.configure().renderString nunjucks.compile "
            "nunjucks.Template",
            _template("nunjucks")),
    **_rows("mustache.render hogan.js.compile", _template("mustache")),
    **_rows("lodash.template dot.template doT.template dot.compile", _template("lodash")),
    **_rows("eta.render eta.renderString eta.Eta().renderString squirrelly.render twig.twig "
            "swig.render liquidjs.Liquid().parseAndRender velocityjs.render art-template.render template7.compile eta.compile "
            "swig.compile",
            _template("other")),
    **_rows("libxml.parseXml libxml.parseXmlString libxmljs.parseXml libxmljs.parseXmlString libxmljs2.parseXml "
            "libxmljs2.parseXmlString libxmljs.parseXmlAsync",
            SinkRow(SinkKind.XML, 0, ("entities-on",), "xml")),
    **_rows("expat-node.Parser().parse node-expat.Parser().parse node-expat.Parser().write xml2json.toJson",
            SinkRow(SinkKind.XML, 0, ("default-unsafe",))),
    **_rows("console.log console.info console.warn console.error console.debug", SinkRow(SinkKind.LOG, ALL, (), "log")),
    **_rows("xpath.select xpath.select1 xpath.evaluate xpath.parse", SinkRow(SinkKind.XPATH, 0)),
}  # fmt: skip
"""By reference; the first rows that stand for a name hold."""


class MethodRow(NamedTuple):
    """A method that does harm when the object looks right."""

    packages: frozenset[str]
    """Packages whose objects have it: the first part of the object's reference."""
    names: re.Pattern[str] | None
    """What such an object is called where nothing is known of it."""
    rows: tuple[SinkRow, ...]


_DATABASES = frozenset(
    {
        "pg", "mysql", "sqlite3", "sqlite", "better-sqlite3", "postgres", "@vercel/postgres", "mssql", "tedious", "sequelize",
        "knex",
        "typeorm", "@prisma/client", "drizzle-orm", "kysely", "mariadb", "oracledb", "pg-promise", "slonik",
        "@neondatabase/serverless",
        "@libsql/client", "@planetscale/database", "snowflake-sdk", "@clickhouse/client", "@google-cloud/bigquery", "node:sqlite",
        "sql.js",
        "bun:sqlite", "duckdb", "@duckdb/node-api", "@databricks/sql", "@aws-sdk/client-athena", "objection",
        "sql-template-strings", "@mikro-orm/core",
    }
)  # fmt: skip
_DATABASE_NAME = expression(
    r"(?i)^_?(?:my|the|app|read|write|main|test|raw|get|open|create|use)?(?:db|database|conn|connection|client|pool|pg|pgclient|"
    r"pgpool|mysql|sql|"
    r"sqlite|sequelize|knex|session|tx|trx|"
    r"transaction|prisma|mssql|orm|datasource|entitymanager|queryrunner|manager|con|dbclient|dbconnection|dbpool|sqlclient|"
    r"mysqlclient|postgres|database_?\w*)$"
)
_DATABASE_STRICT = expression(
    r"(?i)^_?(?:my)?(?:db|database|conn|connection|pool|pg|mysql|sqlite|sql|sequelize|prisma|tx|trx|knex|con|\w*db|\w+pool|"
    r"\w+connection)$"
)
_COLLECTION = expression(
    r"(?i)(?:^|_)(?:collection|users?|model|db|accounts?|posts?|products?|orders?|items?|customers?|\w*collection|\w*model|"
    r"(?-i:[A-Z]\w+|[a-z]\w*(?:Col|Coll|DB|Db)))$"
)
_MONGO = frozenset(
    {"mongodb", "mongoose", "mongoist", "monk", "mongojs", "marsdb", "nedb", "@seald-io/nedb", "nedb-promises", "tingodb"}
)
_DYNAMO = frozenset({"aws-sdk", "@aws-sdk/lib-dynamodb", "@aws-sdk/client-dynamodb", "dynamodb"})
_RESPONSE_NAME = expression(r"^(?:res|response|reply|resp|_res|h|ctx|context|c)$")
_PAGE_NAME = expression(r"(?i)^(?:page|\w*page|browserpage)$")
_PAGE_CONTEXT = expression(r"(?i)^(?:page|\w*page|context|browsercontext|frame)$")
_PAGE_OR_RUNTIME = expression(r"(?i)^(?:page|\w*page|frame)$|^Runtime$")
_BROWSERS = frozenset(
    {
        "playwright", "puppeteer", "puppeteer-core", "playwright-core", "phantom", "chrome-remote-interface", "@playwright/test",
        "playwright-extra", "puppeteer-extra",
    }
)  # fmt: skip
_REQUESTING = frozenset({"playwright", "playwright-core", "@playwright/test"})
_REQUEST_CONTEXT = expression(r"(?i)^(?:api_?|request_?|api_?request_?)context$")
"""Playwright's client for requests that no page makes."""
_LDAP = frozenset({"ldapjs", "ldapts", "activedirectory"})
_PAGE_PART = expression(r"(?i)^(?:page|\w*page|element|\w*handle|locator|\w*locator|frame|context|browsercontext|\w*chooser)$")
"""What pages, and the parts of them that can be seen or filled, are called."""
_DOWNLOAD = expression(r"(?i)^\w*download$")
_MAILER = expression(r"(?i)^(?:\w*transport(?:er)?|\w*mailer|nodemailer)$")
_HTTP_SERVICE = expression(r"^_?httpService$")
"""The client of NestJS, which is handed in: `this.httpService`."""


def _methods(
    names: str, packages: frozenset[str], pattern: re.Pattern[str] | None, *rows: SinkRow
) -> dict[str, tuple[MethodRow, ...]]:
    return dict.fromkeys(names.split(), (MethodRow(packages, pattern, rows),))


def _merged(*tables: dict[str, tuple[MethodRow, ...]]) -> dict[str, tuple[MethodRow, ...]]:
    """One table in which a name has the rows of all tables, in order."""
    made: dict[str, tuple[MethodRow, ...]] = {}
    for table in tables:
        for name, rows in table.items():
            made[name] = (*made.get(name, ()), *rows)
    return made


FILTERED = frozenset({"find", "findOne", "count", "countDocuments", "update", "remove", "deleteMany", "updateMany"})
DOCUMENT_CODE = (SinkRow(SinkKind.NOSQL, 0, (), "document-code"),)
"""What these methods of any object do with a filter that has a `$where`: document databases run it."""

METHODS: dict[str, tuple[MethodRow, ...]] = _merged(
    _methods("query execute", _DATABASES, _DATABASE_NAME, _QUERY),
    _methods("where andWhere orWhere having andHaving orHaving orderBy addOrderBy addSelect groupBy", frozenset({"typeorm"}),
             expression(""), SinkRow(SinkKind.SQL, 0, (), "clause")),
    _methods("extractAllTo extractAllToAsync", frozenset({"adm-zip"}), expression(r"(?i)^(?:\w*zip|archive)$"), _WRITE_PATH),
    _methods("queryRaw raw literal $queryRawUnsafe $executeRawUnsafe queryUnsafe unsafe whereRaw orderByRaw havingRaw selectRaw "
             "joinRaw "
               "groupByRaw fromRaw rawQuery", _DATABASES, _DATABASE_NAME,
               SinkRow(SinkKind.SQL, 0, ("orm-raw",), "sql")),
    _methods("prepare all get run each exec executeSql any one oneOrNone many manyOrNone none runSync getAllSync getFirstSync "
             "execAsync executeQuery",
               _DATABASES, _DATABASE_STRICT, _QUERY),
    _methods("exec", frozenset({"ssh2", "ssh2-promise"}), None, _SHELL),
    _methods("execCommand", frozenset({"node-ssh"}), None, _SHELL),
    _methods("web ws", frozenset({"http-proxy"}), None, SinkRow(SinkKind.URL, 2, (), "url")),
    _methods("find findOne findOneAndUpdate findOneAndDelete deleteOne deleteMany updateOne updateMany countDocuments distinct "
               "findOneAndReplace replaceOne findOneAndRemove count aggregate remove", _MONGO, _COLLECTION,
               SinkRow(SinkKind.NOSQL, 0, (), "filter")),
    _methods("update", _MONGO, expression(r"(?i)collection$"), SinkRow(SinkKind.NOSQL, 0, (), "filter")),
    _methods("query scan", _DYNAMO, None, _WHOLE_REQUEST),
    _methods("$where mapReduce", _MONGO, None, SinkRow(SinkKind.NOSQL, 0, ("where-code",), "where")),
    _methods("search", _LDAP, None, SinkRow(SinkKind.LDAP, 0), SinkRow(SinkKind.LDAP, 1, (), "ldap")),
    _methods("goto openUrl", _BROWSERS, _PAGE_NAME, SinkRow(SinkKind.URL, 0, (), "goto")),
    _methods("get post put patch delete head fetch", _REQUESTING, _REQUEST_CONTEXT, SinkRow(SinkKind.URL, 0, (), "url")),
    _methods("setContent", _BROWSERS, _PAGE_NAME, SinkRow(SinkKind.URL, 0, ("markup",), "page")),
    _methods("property", _BROWSERS, _PAGE_NAME, SinkRow(SinkKind.URL, 1, ("markup",), "page")),
    _methods("navigate setDocumentContent printToPDF", _BROWSERS, _PAGE_NAME, SinkRow(SinkKind.URL, 0, ("markup",), "page")),
    _methods("compileScript", _BROWSERS, expression(r"^Runtime$"), SinkRow(SinkKind.URL, 0, ("markup", "browser-code"), "page")),
    _methods("evaluateOnNewDocument addInitScript evaluateJavaScript", _BROWSERS, _PAGE_CONTEXT,
               SinkRow(SinkKind.URL, 0, ("markup", "browser-code"), "page")),
    _methods("evaluate evaluateHandle", _BROWSERS, _PAGE_OR_RUNTIME,
               SinkRow(SinkKind.URL, 0, ("markup", "browser-code"), "page")),
    _methods("html append prepend after before wrap wrapAll wrapInner replaceWith insertAfter insertBefore appendTo prependTo "
             "replaceAll",
               frozenset({"$", "jQuery", "jquery", "angular"}), None, SinkRow(SinkKind.HTML, 0, ("dom",), "jquery")),
    _methods("trustAs", frozenset({"$sce"}), expression(r"^\$sce$"), SinkRow(SinkKind.HTML, 1, ("dom", "marked-safe"), "html")),
    _methods("trustAsHtml trustAsJs trustAsUrl trustAsResourceUrl trustAsCss", frozenset({"$sce"}), expression(r"^\$sce$"),
               SinkRow(SinkKind.HTML, 0, ("marked-safe",), "html")),
    _methods("setAttribute", frozenset(), expression(""), SinkRow(SinkKind.HTML, 1, ("dom", "markup-only"), "attribute")),
    _methods("type contentType", frozenset({"http.response"}), _RESPONSE_NAME, SinkRow(SinkKind.HTML, 0, (), "type")),
    _methods("insertAdjacentHTML", frozenset(), expression(""), SinkRow(SinkKind.HTML, 1, ("dom", "markup-only"), "html")),
    _methods("mv", frozenset(), expression(""), SinkRow(SinkKind.PATH_WRITE, 0, _WRITE, "upload-move")),
    _methods("screenshot pdf storageState", _BROWSERS, _PAGE_PART, SinkRow(SinkKind.PATH_WRITE, 0, _WRITE, "path-option")),
    _methods("saveAs", _BROWSERS, _DOWNLOAD, _WRITE_PATH),
    _methods("setInputFiles", _BROWSERS, _PAGE_PART, SinkRow(SinkKind.PATH_READ, ALL, ("operation:send",), "upload")),
    _methods("uploadFile setFiles", _BROWSERS, _PAGE_PART, SinkRow(SinkKind.PATH_READ, ALL, ("operation:send",), "upload")),
    _methods("sendMail", frozenset({"nodemailer"}), _MAILER, SinkRow(SinkKind.PATH_READ, 0, ("operation:send",), "attachments")),
    _methods("get post put patch delete head request", frozenset(), _HTTP_SERVICE, _URL),
    _methods("createContextualFragment", frozenset(), expression(""),
               SinkRow(SinkKind.HTML, 0, ("dom", "markup-only"), "html")),
    _methods("bypassSecurityTrustHtml bypassSecurityTrustScript bypassSecurityTrustUrl bypassSecurityTrustResourceUrl "
               "bypassSecurityTrustStyle", frozenset(), expression(""), SinkRow(SinkKind.HTML, 0, ("marked-safe",), "html")),
    _methods("SafeString", frozenset({"handlebars", "Handlebars"}), None, SinkRow(SinkKind.HTML, 0, ("marked-safe",), "html")),
    _methods("redirect", frozenset({"http"}), _RESPONSE_NAME, SinkRow(SinkKind.REDIRECT, ALL, (), "url")),
    _methods("location", frozenset({"http.response"}), expression(r"^(?:res|response|reply|_res)$"),
             SinkRow(SinkKind.REDIRECT, 0, (), "url")),
    _methods("setHeader set header append", frozenset({"http.response"}), _RESPONSE_NAME,
               SinkRow(SinkKind.REDIRECT, 1, (), "header")),
    _methods("writeHead", frozenset({"http.response"}), _RESPONSE_NAME, SinkRow(SinkKind.REDIRECT, 1, (), "headers")),
    _methods("clone checkout raw fetch pull push log diff show merge rebase reset branch tag checkoutBranch checkoutLocalBranch "
             "addRemote listRemote mirror deleteLocalBranch revparse catFile grep archive submoduleAdd",
               frozenset({"simple-git"}), None, SinkRow(SinkKind.ARGUMENT, ALL, (), "git")),
    _methods("send end write", frozenset({"http.response"}), expression(r"^(?:res|response|reply|_res)$"),
               SinkRow(SinkKind.HTML, 0, ("response-body",), "body")),
    _methods("html", frozenset({"http.request"}), expression(r"^(?:c|ctx)$"), SinkRow(SinkKind.HTML, 0, ("response-body",),
    "html")),
    _methods("sendFile sendfile download", frozenset({"http.response"}), _RESPONSE_NAME,
               SinkRow(SinkKind.PATH_READ, 0, ("operation:send",), "sendfile")),
    _methods("render", frozenset({"http.response"}), expression(r"^(?:res|response|reply|_res)$"),
               SinkRow(SinkKind.PATH_READ, 0, ("operation:read",), "path"), _OPTIONS,
               SinkRow(SinkKind.HTML, 1, ("response-body",), "view")),
    _methods("executeJavaScript executeScript", frozenset(), expression(""), SinkRow(SinkKind.CODE, 0, ("evaluates",), "code")),
)  # fmt: skip
"""By method name."""

MEMBER_WRITES: dict[str, SinkRow] = {
    "innerHTML": SinkRow(SinkKind.HTML, 0, ("dom", "markup-only"), "html"),
    "outerHTML": SinkRow(SinkKind.HTML, 0, ("dom", "markup-only"), "html"),
    "srcdoc": SinkRow(SinkKind.HTML, 0, ("dom", "markup-only"), "html"),
}
"""Writing to a field of this name does harm."""

LOCATION_WRITES = frozenset({"location", "location.href", "document.location", "location.pathname"})
"""Writing to these names sends the browser somewhere."""
