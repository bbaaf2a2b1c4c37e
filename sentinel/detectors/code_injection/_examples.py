"""Small servers for the examples on the cards: what differs is the body of one handler, which starts on a known line."""

from __future__ import annotations

from textwrap import indent

from sentinel.model.rule import Example


def tool(body: str, *lines: int, takes: str = "text: str", uses: str = "import os") -> Example:
    """A FastMCP server in Python with one tool; its body starts on line 7, `lines` count from there on (1 is line 7)."""
    head = f'from mcp.server.fastmcp import FastMCP\n{uses}\nmcp = FastMCP("demo")\n\n@mcp.tool()\ndef act({takes}) -> str:\n'
    return Example(head + indent(body.strip("\n"), "    ") + "\n", tuple(line + 6 for line in lines), "server.py")


def route(body: str, *lines: int, uses: str = "import os", rule: str = "/act", takes: str = "") -> Example:
    """A Flask application with one route; its body starts on line 7."""
    head = f'from flask import Flask, request\n{uses}\napp = Flask(__name__)\n\n@app.route("{rule}")\ndef act({takes}):\n'
    return Example(head + indent(body.strip("\n"), "    ") + "\n", tuple(line + 6 for line in lines), "web.py")


def script_tool(body: str, *lines: int, takes: str = "text: z.string()", uses: str = "") -> Example:
    """A TypeScript server with one tool; its body starts on line 6."""
    names = ", ".join(part.split(":")[0].strip() for part in takes.split("; "))
    schema = ", ".join(takes.split("; "))
    head = (
        'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\nimport { z } from "zod";\n' + uses + "\n"
        'const server = new McpServer({ name: "demo", version: "1.0.0" });\n'
        f'server.registerTool("act", {{ inputSchema: {{ {schema} }} }}, async ({{ {names} }}) => {{\n'
    )
    return Example(head + indent(body.strip("\n"), "  ") + "\n});\n", tuple(line + 5 for line in lines), "server.ts")


def express(body: str, *lines: int, uses: str = "") -> Example:
    """An Express application with one route; its body starts on line 5."""
    head = f'import express from "express";\n{uses}\nconst app = express();\napp.get("/act", async (req, res) => {{\n'
    return Example(head + indent(body.strip("\n"), "  ") + "\n});\n", tuple(line + 4 for line in lines), "web.ts")


def python(text: str, lines: tuple[int, ...] = ()) -> Example:
    """A file of Python."""
    return Example(text, lines, "app.py")
