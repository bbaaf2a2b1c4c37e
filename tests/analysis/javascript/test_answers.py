"""Who is asked, and whose words the answer is: models, users, servers."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SourceKind

from .tree import flows_in

_HEAD = """\
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText, generateObject, streamText } from "ai";
import { GoogleGenAI } from "@google/genai";
import { ChatOpenAI } from "@langchain/openai";
import { PromptTemplate } from "@langchain/core/prompts";
import { exec, spawn } from "child_process";
import ollama from "ollama";
import formidable from "formidable";
import busboy from "busboy";
import jwt from "jsonwebtoken";
import fs from "fs";
import express from "express";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CompleteRequestSchema } from "@modelcontextprotocol/sdk/types.js";
const client = new OpenAI();
const app = express();
const llm = new ChatOpenAI({});
const mcp = new Client({ name: "a", version: "1" });
const server = new Server({ name: "a", version: "1" }, {});
"""


def _kinds(body: str) -> set[SourceKind]:
    """Whose data reaches a sink."""
    return {flow.source.kind for flow in flows_in(_HEAD + body + "\n")}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("const r = await client.beta.chat.completions.parse({}); exec(r.choices[0].message.parsed.d);", SourceKind.LLM_OUTPUT),
        ("const r = await client.responses.create({}); exec(r.output_text);", SourceKind.LLM_OUTPUT),
        ("const m = await new Anthropic().messages.create({}); exec(m.content[0].text);", SourceKind.LLM_OUTPUT),
        ("const g = await new GoogleGenAI({}).models.generateContentStream({}); exec(g.text);", SourceKind.LLM_OUTPUT),
        ("const r = await llm.invoke('x'); exec(r.content);", SourceKind.LLM_OUTPUT),
        ("const r = await PromptTemplate.fromTemplate('x').pipe(llm).invoke({}); exec(r.content);", SourceKind.LLM_OUTPUT),
        ("const r = await ollama.chat({}); exec(r.message.content);", SourceKind.LLM_OUTPUT),
        ("const r = await mcp.callTool({ name: 'x' }); exec(r.content[0].text);", SourceKind.TOOL_OUTPUT),
        ("const { tools } = await mcp.listTools(); exec('echo ' + tools[0].name);", SourceKind.TOOL_OUTPUT),
        ("const r = await server.elicitInput({ message: 'x' }); exec('ls ' + r.content.name);", SourceKind.TOOL_ARGUMENT),
        (
            "server.setRequestHandler(CompleteRequestSchema, async (r) => { exec('ls ' + r.params.argument.value); });",
            SourceKind.TOOL_ARGUMENT,
        ),
        (
            "app.post('/', (req, res) => { formidable({}).parse(req, (err, fields) => { exec('ls ' + fields.d); }); });",
            SourceKind.HTTP_REQUEST,
        ),
        (
            "app.post('/', async (req) => { const [fields] = await formidable({}).parse(req); exec('ls ' + fields.d); });",
            SourceKind.HTTP_REQUEST,
        ),
        ("busboy({ headers }).on('field', (name, value) => { exec('ls ' + value); });", SourceKind.HTTP_REQUEST),
        ("app.get('/', (req) => { exec('ls ' + jwt.decode(req.headers.authorization).sub); });", SourceKind.HTTP_REQUEST),
        ("const m = await load(); window.location.href = m.authorization_endpoint;", SourceKind.SERVER_METADATA),
        ("const m = await load(); spawn('cmd', ['/c', 'start', m.authorization_endpoint]);", SourceKind.SERVER_METADATA),
    ],
)
def test_an_answer_is_whose_words_it_is(body: str, kind: SourceKind) -> None:
    """What was asked for comes from whoever answers."""
    assert _kinds(body) == {kind}


@pytest.mark.parametrize(
    "body",
    [
        "const r = await queue.invoke('x'); exec(r.content);",
        "const r = await pool.listTools(); exec('echo ' + r.name);",
        "spawn('cmd', ['/c', 'start', 'https://a.b']);",
        "busboy({ headers }).on('file', (name, file, info) => { fs.createWriteStream('/srv/' + info.filename); });",
        "app.get('/', (req) => { exec('ls ' + jwt.verify(req.headers.authorization, key).sub); });",
        "const m = await load(); res.setHeader('Location', m.authorization_endpoint); res.end();",
        "const m = await load(); res.redirect(m.authorization_endpoint);",
        "const t = await llm.invoke('x'); console.log(t.content.length);",
    ],
)
def test_other_answers(body: str) -> None:
    """An object that is no model, user or server, or a constant, brings nobody's words."""
    assert _kinds(body) <= {SourceKind.UNKNOWN}
