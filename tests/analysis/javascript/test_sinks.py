"""Forms of sinks, each beside what looks like it and does no harm."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import lines_of

_HEAD = """\
import express from 'express'; import axios from 'axios'; import net from 'net'; import OpenAI from 'openai';
import { marked } from 'marked';
import { $ } from 'execa'; import { Worker } from 'worker_threads'; import { ofetch } from 'ofetch';
import AdmZip from 'adm-zip'; import ejs from 'ejs';
import vm from 'vm'; import path from 'path'; import fs from 'fs'; import { drizzle } from 'drizzle-orm/node-postgres';
const app = express(); const form = require('formidable')({}); const db = drizzle(''); const qb = repo.createQueryBuilder('u');
"""


def _lines(body: str, kind: SinkKind) -> list[int]:
    """The lines below the head on which data of a request ends in a sink of the kind."""
    text = _HEAD + f"app.get('/', async (req, res) => {{ const d = req.query.d; {body} }});\n"
    return [line - _HEAD.count("\n") for line in lines_of(text, kind)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("await $({ shell: true })`ls ${d}`;", SinkKind.SHELL),
        ("await Bun.$`${{ raw: 'ls ' + d }}`;", SinkKind.SHELL),
        ("new Worker(d, { eval: true });", SinkKind.CODE),
        ("new vm.SourceTextModule(d);", SinkKind.CODE),
        ("await fetch(new Request(d));", SinkKind.URL),
        ("await ofetch(d);", SinkKind.URL),
        ("await axios.get('/x', { baseURL: d });", SinkKind.URL),
        ("await fetch(new URL('/x', d));", SinkKind.URL),
        ("net.connect(80, d);", SinkKind.URL),
        ("net.createConnection({ host: d, port: 80 });", SinkKind.URL),
        ("new OpenAI({ baseURL: d });", SinkKind.URL),
        ("res.location(d);", SinkKind.REDIRECT),
        ("res.set({ Location: d });", SinkKind.REDIRECT),
        ("return new Response(null, { status: 302, headers: { Location: d } });", SinkKind.REDIRECT),
        ("return new Response(`<p>${d}</p>`, { headers: { 'Content-Type': 'text/html' } });", SinkKind.HTML),
        ("res.type('html').send('x' + d);", SinkKind.HTML),
        ("res.send(`<p>${req.headers.referer}</p>`);", SinkKind.HTML),
        ("res.write(`<p>${d}</p>`);", SinkKind.HTML),
        ("res.setHeader('Content-Type', 'text/html'); res.end('x' + d);", SinkKind.HTML),
        ("el.innerHTML = marked(d);", SinkKind.HTML),
        ("el.setAttribute('onclick', d);", SinkKind.HTML),
        ("await repo.createQueryBuilder('u').where(`u.name = '${d}'`).getMany();", SinkKind.SQL),
        ("qb.andWhere('u.name = ' + d);", SinkKind.SQL),
        ("await db.execute(`SELECT * FROM t WHERE a = '${d}'`);", SinkKind.SQL),
        ("await getDb().query(`SELECT * FROM t WHERE a = '${d}'`);", SinkKind.SQL),
        ("await base.executeSql('p', { query: `SELECT * FROM t WHERE a = '${d}'` });", SinkKind.SQL),
        ("await this.it.runQuery(`DELETE FROM ${d}`);", SinkKind.SQL),
        ("await snow.execute({ sqlText: `DROP TABLE ${d}` });", SinkKind.SQL),
        ("this.db.get(`SELECT * FROM t WHERE a = '${d}'`);", SinkKind.SQL),
        ("this.db.prepare(`SELECT * FROM t WHERE a = '${d}'`).get(1);", SinkKind.SQL),
        ("fs.truncateSync('/srv/' + d);", SinkKind.PATH_WRITE),
        ("new AdmZip(file).extractAllTo('/srv/' + d);", SinkKind.PATH_WRITE),
        ("res.render('pages/' + d);", SinkKind.PATH_READ),
        ("res.send(`<p>${decodeURIComponent(new URL(req.url, 'http://a').pathname)}</p>`);", SinkKind.HTML),
        ("res.send(`<p>${new URL(d).searchParams.get('q')}</p>`);", SinkKind.HTML),
        ("res.redirect(new URL(`${d}/c`).href);", SinkKind.REDIRECT),
        ("let p = '/srv' + d; fs.exists(p, (is) => { if (is) fs.readFile(p, () => {}); });", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv' + require('parseurl')(req).pathname);", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv' + require('fast-url-parser').parse(req.url).pathname);", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv/' + Buffer.from(d, 'hex').toString());", SinkKind.PATH_READ),
        ("res.send(`<p>${Buffer.from(d, 'base64').toString()}</p>`);", SinkKind.HTML),
        ("res.send(`<p>${atob(btoa(d))}</p>`);", SinkKind.HTML),
        ("fs.stat('/srv/' + d, (e, s) => { if (s.isFile()) fs.createReadStream('/srv/' + d); });", SinkKind.PATH_READ),
        ("fs.realpath('/srv/' + d, (e, real) => { fs.readFile(real, () => {}); });", SinkKind.PATH_READ),
        ("ejs.renderFile(path.join('/srv', d), {});", SinkKind.PATH_READ),
        ("Function.apply(null, ['x', d])(1);", SinkKind.CODE),
        ("const Made = Object.getPrototypeOf(async () => {}).constructor; new Made('x', d);", SinkKind.CODE),
        ("require('http-proxy').createProxyServer({}).web(req, res, { target: d });", SinkKind.URL),
        ("require('http-proxy-middleware').createProxyMiddleware({ target: d });", SinkKind.URL),
        ("const { sql } = require('bun'); await sql.unsafe(`select * from t where a = '${d}'`);", SinkKind.SQL),
        ("const { Client } = require('ssh2'); new Client().exec('ls ' + d, done);", SinkKind.SHELL),
        ("const cp = require('child_process'); cp.execFile('docker', ['exec', 'c', 'sh', '-c', `ls ${d}`]);", SinkKind.SHELL),
        ("const cp = require('child_process'); cp.spawn('sudo', ['-u', 'a', '/bin/bash', '-c', d]);", SinkKind.SHELL),
        ("const cp = require('child_process'); cp.spawn('ssh', ['me@host', `ls ${d}`]);", SinkKind.SHELL),
        ("await require('simple-git')('/srv').checkout(d);", SinkKind.ARGUMENT),
        ("const { spawn } = require('cross-spawn'); spawn('sh', ['-c', 'ls ' + d]);", SinkKind.SHELL),
        ("const run = require('exec-sh'); run('ls ' + d);", SinkKind.SHELL),
        ("sendRedirect(event, d);", SinkKind.REDIRECT),
        ("window.open(d);", SinkKind.REDIRECT),
        ("res.redirect(build_url(d, {}));", SinkKind.REDIRECT),
        ('await db.execute(`SELECT * FROM "${d.replace(/"/g, \'\')}"`);', SinkKind.SQL),
        ("require('open')(d);", SinkKind.OPENER),
        ("fs.unlinkSync(req.body.filepath);", SinkKind.PATH_WRITE),
        ("fs.writeFileSync('/srv/' + Buffer.from(req.file.originalname, 'latin1').toString('utf8'), '');", SinkKind.PATH_WRITE),
        ("fs.readFileSync('/srv/' + Buffer.from(path.basename(d), 'binary'));", SinkKind.PATH_READ),
        ("require('shelljs').rm('-rf', path.join('/srv', d));", SinkKind.PATH_WRITE),
        ("require('shelljs').cp('-R', '/srv/a', `/srv/${d}`);", SinkKind.PATH_WRITE),
        ("res.send(require('shelljs').cat(d));", SinkKind.PATH_READ),
        ("const read = fs.readFile.bind(fs, d); read(() => {});", SinkKind.PATH_READ),
        ("form.parse(req, (e, fields, files) => fs.writeFileSync('/srv/' + files.f.originalFilename, ''));", SinkKind.PATH_WRITE),
        ("res.redirect('https://' + req.get('X-Forwarded-Host') + '/a');", SinkKind.REDIRECT),
        ("fs.readFileSync(d.split('.')[0] + '.txt');", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv/' + d.split('-').pop());", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv/' + d.slice(d.indexOf('.') + 1));", SinkKind.PATH_READ),
        ("fs.readFileSync(path.join('/srv', d.split('.').join('.')));", SinkKind.PATH_READ),
        ("await User.findOne({ name: d });", SinkKind.NOSQL),
        ("await this.userModel.findOne({ name: d });", SinkKind.NOSQL),
        ("const { redirect } = require('@sveltejs/kit'); redirect(302, d);", SinkKind.REDIRECT),
    ],
)
def test_a_sink(body: str, kind: SinkKind) -> None:
    """Data of a request ends there."""
    assert _lines(body, kind) == [1]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("await $`ls ${d}`;", SinkKind.SHELL),
        ("await $({ shell: false })`ls ${d}`;", SinkKind.SHELL),
        ("await Bun.$`ls ${d}`;", SinkKind.SHELL),
        ("new Worker('./a.js', { workerData: d });", SinkKind.CODE),
        ("await axios.get('https://a.b/x', { baseURL: d });", SinkKind.URL),
        ("await fetch(new URL('https://a.b/x', d));", SinkKind.URL),
        ("net.connect(Number(d), 'localhost');", SinkKind.URL),
        ("net.connect(80, () => {});", SinkKind.URL),
        ("new OpenAI({ baseURL: 'https://a.b', apiKey: d });", SinkKind.URL),
        ("res.location('/a/' + d);", SinkKind.REDIRECT),
        ("res.redirect(build_url('/login', { next: d }));", SinkKind.REDIRECT),
        ('await db.execute(`SELECT * FROM "${d.replace(/"/g, \'""\')}"`);', SinkKind.SQL),
        ("window.open(d);", SinkKind.OPENER),
        ("open(d);", SinkKind.OPENER),
        ("window.open(d2.replace('{url}', window.location.href));", SinkKind.REDIRECT),
        ("await User.findOne({ token: req.get('Authorization') });", SinkKind.NOSQL),
        ("fs.unlinkSync(req.file.path);", SinkKind.PATH_WRITE),
        ("for (const f of req.files) fs.unlinkSync(f.path);", SinkKind.PATH_WRITE),
        ("fs.unlinkSync(req.files.f.tempFilePath);", SinkKind.PATH_WRITE),
        ("fs.writeFileSync('/srv/' + req.file.originalname, '');", SinkKind.PATH_WRITE),
        ("fs.writeFileSync('/srv/' + Buffer.from(req.file.originalname, 'utf8').toString(), '');", SinkKind.PATH_WRITE),
        (
            "const n = Buffer.from(req.file.originalname, 'latin1').toString(); fs.writeFileSync('/srv/' + path.basename(n), '');",
            SinkKind.PATH_WRITE,
        ),
        ("require('shelljs').rm('-rf', '/srv/' + path.basename(d));", SinkKind.PATH_WRITE),
        ("require('shelljs').mkdir('-p', '/srv/a');", SinkKind.PATH_WRITE),
        ("res.download(require('resolve-path')('/srv', d));", SinkKind.PATH_READ),
        ("form.parse(req, (e, fields, files) => fs.unlinkSync(files.f[0].filepath));", SinkKind.PATH_WRITE),
        (
            "const { decode } = require('next-auth/jwt'); fs.unlinkSync('/srv/' + (await decode({ token: d })).f);",
            SinkKind.PATH_WRITE,
        ),
        ("res.redirect('https://' + req.get('Host') + req.url);", SinkKind.REDIRECT),
        ("res.redirect(`https://${req.header('host')}/a`);", SinkKind.REDIRECT),
        ("res.redirect(req.get('Referrer') || '/');", SinkKind.REDIRECT),
        ("fs.readFileSync(`/srv/a.${d.split('.').pop()}`);", SinkKind.PATH_READ),
        ("const e = d.split('.').at(-1); fs.readFileSync(path.join('/srv', 'a.' + e.toLowerCase()));", SinkKind.PATH_READ),
        ("const e = d.slice(d.lastIndexOf('.') + 1); fs.readFileSync(path.join('/srv', `a.${e}`));", SinkKind.PATH_READ),
        ("fs.readFileSync('/srv/a' + d.substring(d.lastIndexOf('.')));", SinkKind.PATH_READ),
        ("res.set({ 'X-A': d });", SinkKind.REDIRECT),
        ("return new Response(d, { headers: { 'Content-Type': 'text/plain' } });", SinkKind.HTML),
        ("return new Response(JSON.stringify({ d }));", SinkKind.HTML),
        ("res.setHeader('Content-Type', 'application/json'); res.end('x' + d);", SinkKind.HTML),
        ("res.writeHead(200, { 'Content-Type': 'text/plain' }); res.end('<b>' + d);", SinkKind.HTML),
        ("res.set('Content-Type', 'text/plain; charset=utf-8'); res.send(d);", SinkKind.HTML),
        ("res.type('json'); res.send(d);", SinkKind.HTML),
        ("res.send(`<p>${req.headers.host}</p>`);", SinkKind.HTML),
        ("res.write(`data: ${JSON.stringify(d)}\\n\\n`);", SinkKind.HTML),
        ("res.write(`event: message\\ndata: ${d}\\n\\n`);", SinkKind.HTML),
        ("res.send(`<p>${req.hostname}${req.get('Host')}</p>`);", SinkKind.HTML),
        ("el.setAttribute('title', d);", SinkKind.HTML),
        ("await repo.createQueryBuilder('u').where('u.name = :name', { name: d }).getMany();", SinkKind.SQL),
        ("list.where(`a = ${d}`);", SinkKind.SQL),
        ("await executeQuery('SELECT * FROM t WHERE a = $1', [d]);", SinkKind.SQL),
        ('await gql.query({ query: `query { user(id: "${d}") }` });', SinkKind.SQL),
        ("await board.runQuery(`update my name to ${d}`);", SinkKind.SQL),
        ("await runSql(`SELECT * FROM t WHERE a = '${d.replace(/'/g, \"''\")}'`);", SinkKind.SQL),
        ("this.db.prepare('SELECT * FROM t WHERE a = ?').get(d);", SinkKind.SQL),
        ("const stmt = db2.prepare('SELECT * FROM t WHERE a = ?'); stmt.all(d);", SinkKind.SQL),
        ("this.stmt.run(...d);", SinkKind.SQL),
        ("qb.orderBy('u.name', d === 'asc' ? 'ASC' : 'DESC');", SinkKind.SQL),
        ("new AdmZip(d).extractAllTo('/srv');", SinkKind.PATH_WRITE),
        ("res.render('page', { d });", SinkKind.PATH_READ),
        ("res.send(`<p>${btoa(d)}</p>`);", SinkKind.HTML),
        ("res.send(`<p>${Buffer.from(d).toString('base64')}</p>`);", SinkKind.HTML),
        ("fs.readFileSync('/srv/' + Buffer.from(d).toString('hex'));", SinkKind.PATH_READ),
        ("res.send(`<form action=\"${new URL(req.url, 'http://a').pathname}\">`);", SinkKind.HTML),
        ("res.send(`<p>${new URL(d).hostname}</p>`);", SinkKind.HTML),
        ("res.redirect(new URL(`https://a.b/c?d=${d}`).href);", SinkKind.REDIRECT),
        ("require('http-proxy').createProxyServer({}).web(req, res, { target: 'http://a' });", SinkKind.URL),
        ("const { Client } = require('ssh2'); new Client().exec('ls', { env: d });", SinkKind.SHELL),
        ("await this.userService.findOne(d);", SinkKind.NOSQL),
        ("const { Like } = require('typeorm'); await User.findOne({ name: d });", SinkKind.NOSQL),
        ("const cp = require('child_process'); cp.execFile('docker', ['exec', 'c', 'ls', '--', d]);", SinkKind.SHELL),
        ("const cp = require('child_process'); cp.spawn('docker', ['run', '-e', `A=${d}`, 'bash', '-c', 'ls']);", SinkKind.SHELL),
        ("const cp = require('child_process'); cp.spawn('ssh', ['-p', '22', `me@${d}`]);", SinkKind.SHELL),
    ],
)
def test_no_sink(body: str, kind: SinkKind) -> None:
    """It looks like one, and does no harm."""
    assert _lines(body, kind) == []


@pytest.mark.parametrize(
    "parameters",
    ["request, response", "request, response, config = {}, methods = {}", "error, request, response, next"],
    ids=["two", "options after them", "an error before them"],
)
def test_a_handler_has_its_request_wherever_it_stands(parameters: str) -> None:
    """What comes before and after request and response does not hide them."""
    text = (
        "const fs = require('fs');\nconst url = require('url');\n"
        f"module.exports = async ({parameters}) => {{\n"
        "  fs.createReadStream('/srv' + decodeURIComponent(url.parse(request.url).pathname)).pipe(response);\n};\n"
    )
    assert lines_of({"index.js": text}, SinkKind.PATH_READ) == [4]
