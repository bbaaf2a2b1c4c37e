"""Where data comes in: frameworks, servers, brokers, models."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "websocket source": (
        "http-request>shell",
        "from fastapi import FastAPI, WebSocket\n"
        "import os\n"
        "app = FastAPI()\n"
        '@app.websocket("/ws")\n'
        "async def h(websocket: WebSocket):\n"
        "    await websocket.accept()\n"
        "    data = await websocket.receive_text()\n"
        "    os.system(data)\n",
    ),
    "websocket iter": (
        "http-request>shell",
        "from fastapi import FastAPI, WebSocket\n"
        "import os\n"
        "app = FastAPI()\n"
        '@app.websocket("/ws")\n'
        "async def h(ws: WebSocket):\n"
        "    async for data in ws.iter_text():\n"
        "        os.system(data)\n",
    ),
    "websockets lib": (
        "http-request>shell",
        "import websockets, os, asyncio\n"
        "async def handler(websocket):\n"
        "    async for message in websocket:\n"
        "        os.system(message)\n"
        "async def main():\n"
        '    async with websockets.serve(handler, "localhost", 8765):\n'
        "        await asyncio.Future()\n",
    ),
    "websockets recv": (
        "http-request>shell",
        "import websockets, os, json\n"
        "async def handler(websocket, path):\n"
        "    m = json.loads(await websocket.recv())\n"
        '    os.system(m["cmd"])\n'
        'start = websockets.serve(handler, "localhost", 8765)\n',
    ),
    "aiohttp ws": (
        "http-request>shell",
        "from aiohttp import web\n"
        "import os\n"
        "async def h(request):\n"
        "    ws = web.WebSocketResponse()\n"
        "    await ws.prepare(request)\n"
        "    async for msg in ws:\n"
        "        os.system(msg.data)\n",
    ),
    "tornado ws": (
        "http-request>shell",
        "import tornado.websocket, os\n"
        "class H(tornado.websocket.WebSocketHandler):\n"
        "    def on_message(self, message):\n"
        "        os.system(message)\n",
    ),
    "channels": (
        "http-request>shell",
        "from channels.generic.websocket import AsyncWebsocketConsumer\n"
        "import os, json\n"
        "class C(AsyncWebsocketConsumer):\n"
        "    async def receive(self, text_data):\n"
        '        os.system(json.loads(text_data)["x"])\n',
    ),
    "socketio": (
        "http-request>shell",
        "from flask_socketio import SocketIO\n"
        "import os\n"
        "socketio = SocketIO()\n"
        '@socketio.on("run")\n'
        "def run(data):\n"
        '    os.system(data["x"])\n',
    ),
    "sio": (
        "http-request>shell",
        "import socketio, os\nsio = socketio.AsyncServer()\n@sio.event\nasync def run(sid, data):\n    os.system(data)\n",
    ),
    "aiohttp query": (
        "http-request>shell",
        'from aiohttp import web\nimport os\nasync def h(request):\n    os.system(request.query["x"])\n',
    ),
    "aiohttp json": (
        "http-request>shell",
        "from aiohttp import web\n"
        "import os\n"
        "routes = web.RouteTableDef()\n"
        '@routes.post("/x")\n'
        "async def h(request: web.Request):\n"
        "    d = await request.json()\n"
        '    os.system(d["cmd"])\n',
    ),
    "aiohttp post": (
        "http-request>shell",
        "from aiohttp import web\n"
        "import os\n"
        "async def h(request):\n"
        "    data = await request.post()\n"
        '    os.system(data["cmd"])\n'
        "app = web.Application()\n"
        'app.router.add_post("/x", h)\n',
    ),
    "aiohttp view class": (
        "http-request>shell",
        "from aiohttp import web\n"
        "import os\n"
        "class V(web.View):\n"
        "    async def get(self):\n"
        '        os.system(self.request.query["x"])\n',
    ),
    "asgi path": (
        "http-request>path-read",
        "from pathlib import Path\n"
        "async def app(scope, receive, send):\n"
        '    p = Path("/srv") / scope["path"]\n'
        '    await send({"body": p.read_bytes()})\n',
    ),
    "asgi qs": (
        "http-request>shell",
        "import os\n"
        "from urllib.parse import parse_qs\n"
        "async def app(scope, receive, send):\n"
        '    os.system(parse_qs(scope["query_string"].decode())["c"][0])\n',
    ),
    "asgi nested url route": (
        "http-request>path-read",
        "from pathlib import Path\n"
        "def make(root):\n"
        "    async def inner(scope, receive, send):\n"
        '        path = scope["url_route"]["kwargs"]["path"]\n'
        "        return (Path(root) / path).read_bytes()\n"
        "    return inner\n",
    ),
    "asgi body": (
        "http-request>shell",
        'import os\nasync def app(scope, receive, send):\n    event = await receive()\n    os.system(event["body"].decode())\n',
    ),
    "asgi class": (
        "http-request>shell",
        "import os\n"
        "class A:\n"
        "    async def __call__(self, scope, receive, send):\n"
        '        os.system(scope["headers"][0][1].decode())\n',
    ),
    "wsgi": ("http-request>shell", 'import os\ndef app(environ, start_response):\n    os.system(environ["PATH_INFO"])\n'),
    "wsgi get": ("http-request>shell", 'import os\ndef app(environ, start_response):\n    os.system(environ.get("HTTP_X_CMD"))\n'),
    "drf data": (
        "http-request>shell",
        "from rest_framework.views import APIView\n"
        "import os\n"
        "class V(APIView):\n"
        "    def post(self, request):\n"
        '        os.system(request.data["cmd"])\n',
    ),
    "drf query params": (
        "http-request>shell",
        "from rest_framework.decorators import api_view\n"
        "import os\n"
        '@api_view(["GET"])\n'
        "def f(request):\n"
        '    os.system(request.query_params.get("x"))\n',
    ),
    "drf viewset action": (
        "http-request>shell",
        "from rest_framework import viewsets\n"
        "from rest_framework.decorators import action\n"
        "import os\n"
        "class V(viewsets.ModelViewSet):\n"
        "    @action(detail=True)\n"
        "    def go(self, request, pk=None):\n"
        '        os.system(self.request.query_params.get("x"))\n',
    ),
    "drf viewset pk": (
        "http-request>shell",
        "from rest_framework import viewsets\n"
        "import os\n"
        "class V(viewsets.ViewSet):\n"
        "    def retrieve(self, request, pk=None):\n"
        '        os.system("ls " + pk)\n',
    ),
    "django body": (
        "http-request>shell",
        "from django.http import JsonResponse\n"
        "import os, json\n"
        "def v(request):\n"
        '    os.system(json.loads(request.body)["x"])\n'
        "    return JsonResponse({})\n",
    ),
    "flask get json": (
        "http-request>shell",
        "from flask import Flask, request\n"
        "import os\n"
        "app = Flask(__name__)\n"
        '@app.post("/x")\n'
        "def f():\n"
        '    os.system(request.get_json(force=True)["x"])\n',
    ),
    "flask webhook header": (
        "http-request>shell",
        "from flask import Flask, request\n"
        "import os\n"
        "app = Flask(__name__)\n"
        '@app.route("/hook", methods=["POST"])\n'
        "def f():\n"
        "    payload = request.json\n"
        '    os.system("git checkout " + payload["ref"])\n',
    ),
    "fastapi model": (
        "http-request>shell",
        "from fastapi import FastAPI\n"
        "from pydantic import BaseModel\n"
        "import os\n"
        "app = FastAPI()\n"
        "class B(BaseModel):\n"
        "    cmd: str\n"
        '@app.post("/x")\n'
        "async def f(b: B):\n"
        "    os.system(b.cmd)\n",
    ),
    "fastapi body": (
        "http-request>shell",
        "from fastapi import FastAPI, Body, Form, Header\n"
        "import os\n"
        "app = FastAPI()\n"
        '@app.post("/x")\n'
        "async def f(cmd: str = Body(...)):\n"
        "    os.system(cmd)\n",
    ),
    "fastapi upload filename": (
        "http-request>path-write",
        "from fastapi import FastAPI, UploadFile, File\n"
        "app = FastAPI()\n"
        '@app.post("/x")\n'
        "async def f(file: UploadFile = File(...)):\n"
        '    open("/srv/" + file.filename, "wb").write(await file.read())\n',
    ),
    "fastapi raw request": (
        "http-request>shell",
        "from fastapi import FastAPI, Request\n"
        "import os\n"
        "app = FastAPI()\n"
        '@app.post("/x")\n'
        "async def f(request: Request):\n"
        "    d = await request.json()\n"
        '    os.system(d["x"])\n',
    ),
    "falcon": (
        "http-request>shell",
        'import falcon, os\nclass R:\n    def on_post(self, req, resp):\n        os.system(req.media["d"])\n',
    ),
    "falcon param": (
        "http-request>shell",
        "import falcon, os\nclass R:\n    def on_get(self, req, resp, name):\n        os.system(name)\n",
    ),
    "litestar": (
        "http-request>shell",
        'from litestar import get\nimport os\n@get("/f")\nasync def f(d: str) -> str:\n    os.system(d)\n',
    ),
    "sanic json": (
        "http-request>shell",
        "from sanic import Sanic\n"
        "import os\n"
        'app = Sanic("x")\n'
        '@app.post("/")\n'
        "async def f(request):\n"
        '    os.system(request.json["x"])\n',
    ),
    "robyn": (
        "http-request>shell",
        "from robyn import Robyn\n"
        "import os\n"
        "app = Robyn(__file__)\n"
        '@app.get("/x")\n'
        "def f(request):\n"
        '    os.system(request.query_params["x"])\n',
    ),
    "ninja": (
        "http-request>shell",
        'from ninja import NinjaAPI\nimport os\napi = NinjaAPI()\n@api.get("/x")\ndef f(request, cmd: str):\n    os.system(cmd)\n',
    ),
    "lambda": (
        "http-request>shell",
        'import os\ndef lambda_handler(event, context):\n    os.system(event["queryStringParameters"]["c"])\n',
    ),
    "lambda name": ("http-request>shell", 'import os\ndef handler(event, _context):\n    os.system(event["body"])\n'),
    "gcf": (
        "http-request>shell",
        'import functions_framework, os\n@functions_framework.http\ndef f(request):\n    os.system(request.args["x"])\n',
    ),
    "azure func": (
        "http-request>shell",
        "import azure.functions as func\n"
        "import os\n"
        "def main(req: func.HttpRequest) -> func.HttpResponse:\n"
        '    os.system(req.params.get("name"))\n',
    ),
    "click": (
        "command-line>shell",
        'import click, os\n@click.command()\n@click.argument("name")\ndef f(name):\n    os.system("ls " + name)\n',
    ),
    "typer": (
        "command-line>shell",
        'import typer, os\napp = typer.Typer()\n@app.command()\ndef f(name: str):\n    os.system("ls " + name)\n',
    ),
    "argparse": (
        "command-line>shell",
        'import argparse, os\np = argparse.ArgumentParser()\np.add_argument("x")\nargs = p.parse_args()\nos.system(args.x)\n',
    ),
    "env": ("environment>shell", 'import os\nos.system(os.environ["X"])\n'),
    "env get": ("environment>shell", 'import os\nos.system(os.environ.get("X", ""))\n'),
    "fire": ("command-line>shell", "import fire, os\ndef main(name):\n    os.system(name)\nfire.Fire(main)\n"),
    "redis pubsub": (
        "message>shell",
        'import redis, os\np = redis.Redis().pubsub()\nfor m in p.listen():\n    os.system(m["data"])\n',
    ),
    "kafka": (
        "message>shell",
        'from kafka import KafkaConsumer\nimport os\nfor m in KafkaConsumer("t"):\n    os.system(m.value.decode())\n',
    ),
    "pika": (
        "message>deserialize",
        "import pika, pickle\n"
        "def callback(ch, method, properties, body):\n"
        "    pickle.loads(body)\n"
        'channel.basic_consume(queue="q", on_message_callback=callback)\n',
    ),
    "sqs": (
        "message>shell",
        "import boto3, os, json\n"
        'sqs = boto3.client("sqs")\n'
        'for m in sqs.receive_message(QueueUrl="x")["Messages"]:\n'
        '    os.system(json.loads(m["Body"])["c"])\n',
    ),
    "zmq": ("message>deserialize", "import zmq, pickle\ns = zmq.Context().socket(zmq.REP)\npickle.loads(s.recv())\n"),
    "socket": (
        "http-request>deserialize",
        "import socket, pickle\ns = socket.socket()\nconn, addr = s.accept()\npickle.loads(conn.recv(1024))\n",
    ),
    "mqtt": (
        "message>shell",
        "import paho.mqtt.client as mqtt, os\n"
        "def on_message(client, userdata, msg):\n"
        "    os.system(msg.payload.decode())\n"
        "c = mqtt.Client()\n"
        "c.on_message = on_message\n",
    ),
    "multiprocessing": (
        "message>shell",
        'import os\nfrom multiprocessing.connection import Listener\nc = Listener(("", 1)).accept()\nos.system(c.recv())\n',
    ),
    "openai": (
        "llm-output>code",
        "from openai import OpenAI\n"
        "c = OpenAI()\n"
        'r = c.chat.completions.create(model="x", messages=[])\n'
        "exec(r.choices[0].message.content)\n",
    ),
    "openai regex": (
        "llm-output>code",
        "from openai import OpenAI\n"
        "import re\n"
        "c = OpenAI()\n"
        'r = c.chat.completions.create(model="x", messages=[])\n'
        'code = re.search(r"```python(.*?)```", r.choices[0].message.content, re.S).group(1)\n'
        "exec(code)\n",
    ),
    "openai findall": (
        "llm-output>code",
        "from openai import OpenAI\n"
        "import re\n"
        'r = OpenAI().chat.completions.create(model="x", messages=[])\n'
        'for code in re.findall(r"```python(.*?)```", r.choices[0].message.content, re.S):\n'
        "    exec(code)\n",
    ),
    "openai tool call": (
        "llm-output>shell",
        "from openai import OpenAI\n"
        "import json, os\n"
        'r = OpenAI().chat.completions.create(model="x", messages=[])\n'
        "for call in r.choices[0].message.tool_calls:\n"
        "    a = json.loads(call.function.arguments)\n"
        '    os.system(a["cmd"])\n',
    ),
    "openai stream": (
        "llm-output>code",
        "from openai import OpenAI\n"
        'text = ""\n'
        'for chunk in OpenAI().chat.completions.create(model="x", messages=[], stream=True):\n'
        '    text += chunk.choices[0].delta.content or ""\n'
        "exec(text)\n",
    ),
    "openai responses": (
        "llm-output>code",
        'from openai import OpenAI\nr = OpenAI().responses.create(model="x", input="y")\nexec(r.output_text)\n',
    ),
    "openai legacy": (
        "llm-output>code",
        'import openai\nr = openai.ChatCompletion.create(model="x", messages=[])\nexec(r["choices"][0]["message"]["content"])\n',
    ),
    "async openai": (
        "llm-output>code",
        "from openai import AsyncOpenAI\n"
        "c = AsyncOpenAI()\n"
        "async def f():\n"
        '    r = await c.chat.completions.create(model="x", messages=[])\n'
        "    exec(r.choices[0].message.content)\n",
    ),
    "anthropic": (
        "llm-output>code",
        "import anthropic\n"
        "c = anthropic.Anthropic()\n"
        'm = c.messages.create(model="x", max_tokens=1, messages=[])\n'
        "exec(m.content[0].text)\n",
    ),
    "anthropic tool": (
        "llm-output>shell",
        "import anthropic, os\n"
        'm = anthropic.Anthropic().messages.create(model="x", max_tokens=1, messages=[])\n'
        "for b in m.content:\n"
        '    if b.type == "tool_use":\n'
        '        os.system(b.input["command"])\n',
    ),
    "langchain": (
        "llm-output>code",
        'from langchain_openai import ChatOpenAI\nllm = ChatOpenAI()\nexec(llm.invoke("x").content)\n',
    ),
    "langchain chain": (
        "llm-output>code",
        "from langchain_core.prompts import ChatPromptTemplate\n"
        'chain = ChatPromptTemplate.from_template("x") | llm\n'
        'exec(chain.invoke({"a": 1}).content)\n',
    ),
    "langchain named model": (
        "llm-output>code",
        'from langchain_anthropic import ChatAnthropic\nm = ChatAnthropic()\nexec(m.invoke("x").content)\n',
    ),
    "litellm": (
        "llm-output>code",
        'import litellm\nr = litellm.completion(model="x", messages=[])\nexec(r.choices[0].message.content)\n',
    ),
    "litellm from": (
        "llm-output>code",
        'from litellm import completion\nr = completion(model="x", messages=[])\nexec(r["choices"][0]["message"]["content"])\n',
    ),
    "genai": (
        "llm-output>code",
        'import google.generativeai as genai\nm = genai.GenerativeModel("x")\nexec(m.generate_content("x").text)\n',
    ),
    "genai new": (
        "llm-output>code",
        'from google import genai\nc = genai.Client()\nexec(c.models.generate_content(model="x", contents="y").text)\n',
    ),
    "genai chat": (
        "llm-output>code",
        'import google.generativeai as genai\nchat = genai.GenerativeModel("x").start_chat()\nexec(chat.send_message("x").text)\n',
    ),
    "ollama": ("llm-output>code", 'import ollama\nexec(ollama.chat(model="x", messages=[])["message"]["content"])\n'),
    "ollama client": (
        "llm-output>code",
        'from ollama import Client\nc = Client()\nexec(c.chat(model="x", messages=[]).message.content)\n',
    ),
    "mistral": (
        "llm-output>code",
        'from mistralai import Mistral\nr = Mistral().chat.complete(model="x", messages=[])\nexec(r.choices[0].message.content)\n',
    ),
    "hf": ("llm-output>code", 'from huggingface_hub import InferenceClient\nexec(InferenceClient().text_generation("x"))\n'),
    "hf chat": (
        "llm-output>code",
        "from huggingface_hub import InferenceClient\n"
        "exec(InferenceClient().chat_completion(messages=[]).choices[0].message.content)\n",
    ),
    "transformers": (
        "llm-output>code",
        'from transformers import pipeline\ng = pipeline("text-generation")\nexec(g("x")[0]["generated_text"])\n',
    ),
    "bedrock": (
        "llm-output>code",
        "import boto3, json\n"
        'c = boto3.client("bedrock-runtime")\n'
        'r = c.invoke_model(modelId="x", body="")\n'
        'exec(json.loads(r["body"].read())["completion"])\n',
    ),
    "groq": (
        "llm-output>sql",
        "from groq import Groq\n"
        "import sqlite3\n"
        'q = Groq().chat.completions.create(model="x", messages=[]).choices[0].message.content\n'
        'sqlite3.connect("x").execute(q)\n',
    ),
    "oauth discovery": (
        "server-metadata>opener",
        "import requests, webbrowser\n"
        'meta = requests.get("https://x/.well-known/oauth-authorization-server").json()\n'
        'webbrowser.open(meta["authorization_endpoint"])\n',
    ),
    "oauth discovery httpx": (
        "server-metadata>opener",
        "import httpx, webbrowser\n"
        "async def f(base):\n"
        "    async with httpx.AsyncClient() as c:\n"
        '        r = await c.get(base + "/.well-known/openid-configuration")\n'
        '        webbrowser.open(r.json()["authorization_endpoint"])\n',
    ),
    "mcp tools or list": (
        "server-metadata>shell",
        "from mcp import ClientSession\n"
        "import os\n"
        "async def f(session: ClientSession):\n"
        "    tools = await session.list_tools()\n"
        "    for t in tools.tools:\n"
        '        os.system("echo " + t.description)\n',
    ),
    "mcp resource names": (
        "server-metadata>path-write",
        "from mcp import ClientSession\n"
        "from pathlib import Path\n"
        "async def f(session: ClientSession, folder: Path):\n"
        "    listed = await session.list_tools()\n"
        "    for tool in listed.tools:\n"
        "        (folder / tool.name).write_text(tool.description)\n",
    ),
    "many sources in one line": (
        "tool-argument>shell",
        "from mcp.server.fastmcp import FastMCP\n"
        "import os\n"
        'mcp = FastMCP("x")\n'
        "@mcp.tool()\n"
        "def run(name: str) -> str:\n"
        "    own = [os.environ[key] for key in 'abc']\n"
        "    line = os.environ['A'] + os.environ['B'] + os.environ['C'] + os.environ['D'] + os.environ['E'] + os.environ['F']\n"
        "    os.system(line + os.environ['G'] + name)\n"
        "    return own[0]\n",
    ),
    "mcp call tool": (
        "tool-output>code",
        "from mcp import ClientSession\n"
        "async def f(session: ClientSession):\n"
        '    r = await session.call_tool("x", {})\n'
        "    exec(r.content[0].text)\n",
    ),
    "fastmcp http": (
        "http-request>url",
        "from fastmcp import FastMCP\n"
        "from fastmcp.server.dependencies import get_http_request\n"
        "import requests\n"
        'mcp = FastMCP("x")\n'
        "@mcp.tool\n"
        "async def me() -> str:\n"
        "    request = get_http_request()\n"
        '    return requests.get(request.headers.get("X-Url")).text\n',
    ),
    "fastmcp headers": (
        "http-request>url",
        "from fastmcp import FastMCP\n"
        "from fastmcp.server.dependencies import get_http_headers\n"
        "import requests\n"
        'mcp = FastMCP("x")\n'
        "@mcp.tool\n"
        "async def me() -> str:\n"
        '    return requests.get(get_http_headers()["x-url"]).text\n',
    ),
    "fastmcp sample": (
        "llm-output>code",
        "from fastmcp import FastMCP, Context\n"
        'mcp = FastMCP("x")\n'
        "@mcp.tool\n"
        "async def me(ctx: Context) -> str:\n"
        '    r = await ctx.sample("write code")\n'
        "    exec(r.text)\n",
    ),
    "lowlevel": (
        "tool-argument>shell",
        "from mcp.server import Server\n"
        "import os\n"
        'server = Server("x")\n'
        "@server.call_tool()\n"
        "async def h(name: str, arguments: dict):\n"
        '    os.system(arguments["cmd"])\n',
    ),
    "fastapi mcp": (
        "http-request>shell",
        "from fastapi import FastAPI\n"
        "from fastapi_mcp import FastApiMCP\n"
        "import os\n"
        "app = FastAPI()\n"
        "mcp = FastApiMCP(app)\n"
        '@app.get("/x")\n'
        "def f(cmd: str):\n"
        "    os.system(cmd)\n",
    ),
    "mcp use or llamaindex": (
        "tool-argument>shell",
        "from llama_index.core.tools import FunctionTool\n"
        "import os\n"
        "def f(cmd: str):\n"
        "    os.system(cmd)\n"
        "t = FunctionTool.from_defaults(fn=f)\n",
    ),
    "crewai": (
        "tool-argument>shell",
        "from crewai.tools import BaseTool\n"
        "import os\n"
        "class T(BaseTool):\n"
        '    name: str = "x"\n'
        "    def _run(self, cmd: str) -> str:\n"
        "        os.system(cmd)\n",
    ),
    "crewai dec": (
        "tool-argument>shell",
        'from crewai.tools import tool\nimport os\n@tool("Run")\ndef f(cmd: str) -> str:\n    os.system(cmd)\n',
    ),
    "smolagents": (
        "tool-argument>shell",
        "from smolagents import tool\nimport os\n@tool\ndef f(cmd: str) -> str:\n    os.system(cmd)\n",
    ),
    "smol class": (
        "tool-argument>shell",
        "from smolagents import Tool\nimport os\nclass T(Tool):\n    def forward(self, cmd: str) -> str:\n        os.system(cmd)\n",
    ),
    "autogen": (
        "tool-argument>shell",
        "import autogen, os\n"
        "def run(cmd: str) -> str:\n"
        "    os.system(cmd)\n"
        'autogen.register_function(run, caller=a, executor=b, name="run", description="x")\n',
    ),
    "autogen dec": (
        "tool-argument>shell",
        "import autogen, os\n"
        "@user_proxy.register_for_execution()\n"
        '@assistant.register_for_llm(description="x")\n'
        "def run(cmd: str) -> str:\n"
        "    os.system(cmd)\n",
    ),
    "openai agents": (
        "tool-argument>shell",
        "from agents import function_tool\nimport os\n@function_tool\ndef f(cmd: str) -> str:\n    os.system(cmd)\n",
    ),
    "pydantic ai": (
        "tool-argument>shell",
        "from pydantic_ai import Agent, RunContext\n"
        "import os\n"
        'agent = Agent("x")\n'
        "@agent.tool\n"
        "def f(ctx: RunContext[str], cmd: str) -> str:\n"
        "    os.system(cmd)\n",
    ),
    "adk": (
        "tool-argument>shell",
        "from google.adk.agents import Agent\n"
        "import os\n"
        "def f(cmd: str) -> str:\n"
        "    os.system(cmd)\n"
        'root_agent = Agent(name="x", tools=[f])\n',
    ),
    "strands": ("tool-argument>shell", "from strands import tool\nimport os\n@tool\ndef f(cmd: str) -> str:\n    os.system(cmd)\n"),
    "agno toolkit": (
        "tool-argument>shell",
        "from agno.tools import Toolkit\n"
        "import os\n"
        "class T(Toolkit):\n"
        "    def __init__(self):\n"
        '        super().__init__(name="x")\n'
        "        self.register(self.run)\n"
        "    def run(self, cmd: str) -> str:\n"
        "        os.system(cmd)\n",
    ),
    "qwen": (
        "tool-argument>shell",
        "from qwen_agent.tools.base import BaseTool, register_tool\n"
        "import os, json\n"
        '@register_tool("x")\n'
        "class T(BaseTool):\n"
        "    def call(self, params: str, **kwargs) -> str:\n"
        '        os.system(json.loads(params)["cmd"])\n',
    ),
    "dspy": (
        "tool-argument>shell",
        'import dspy, os\ndef f(cmd: str) -> str:\n    os.system(cmd)\nr = dspy.ReAct("q -> a", tools=[f])\n',
    ),
    "langgraph": (
        "tool-argument>shell",
        "from langchain_core.tools import tool\nimport os\n@tool\ndef f(cmd: str) -> str:\n    os.system(cmd)\n",
    ),
    "haystack": (
        "tool-argument>shell",
        "from haystack.tools import Tool\n"
        "import os\n"
        "def f(cmd: str) -> str:\n"
        "    os.system(cmd)\n"
        't = Tool(name="x", description="y", parameters={}, function=f)\n',
    ),
    "chainlit": (
        "http-request>shell",
        "import chainlit as cl\nimport os\n@cl.on_message\nasync def main(message: cl.Message):\n    os.system(message.content)\n",
    ),
    "streamlit": ("http-request>shell", 'import streamlit as st\nimport os\nx = st.text_input("x")\nos.system(x)\n'),
    "streamlit chat": ("http-request>code", 'import streamlit as st\nif p := st.chat_input("x"):\n    exec(p)\n'),
    "telegram": (
        "message>shell",
        "from telegram import Update\nimport os\nasync def run(update: Update, context):\n    os.system(update.message.text)\n",
    ),
    "discord": (
        "message>shell",
        "import discord, os\n"
        "client = discord.Client()\n"
        "@client.event\n"
        "async def on_message(message):\n"
        "    os.system(message.content)\n",
    ),
    "discord cmd": (
        "message>shell",
        "from discord.ext import commands\n"
        "import os\n"
        'bot = commands.Bot("!")\n'
        "@bot.command()\n"
        "async def run(ctx, *, cmd):\n"
        "    os.system(cmd)\n",
    ),
    "slack": (
        "message>shell",
        "from slack_bolt import App\n"
        "import os\n"
        "app = App()\n"
        '@app.command("/run")\n'
        "def f(ack, command):\n"
        '    os.system(command["text"])\n',
    ),
    "grpc": (
        "http-request>shell",
        "import grpc, os\nclass S(pb2_grpc.XServicer):\n    def Run(self, request, context):\n        os.system(request.cmd)\n",
    ),
    "xmlrpc": (
        "http-request>shell",
        "from xmlrpc.server import SimpleXMLRPCServer\n"
        "import os\n"
        "def run(cmd):\n"
        "    os.system(cmd)\n"
        's = SimpleXMLRPCServer(("", 1))\n'
        's.register_function(run, "run")\n',
    ),
    "dash": (
        "http-request>shell",
        "from dash import Dash, Input, Output, callback\n"
        "import os\n"
        '@callback(Output("a", "x"), Input("b", "value"))\n'
        "def f(v):\n"
        "    os.system(v)\n",
    ),
    "graphene": (
        "http-request>shell",
        "import graphene, os\n"
        "class Query(graphene.ObjectType):\n"
        "    x = graphene.String(cmd=graphene.String())\n"
        "    def resolve_x(self, info, cmd):\n"
        "        os.system(cmd)\n",
    ),
    "strawberry": (
        "http-request>shell",
        "import strawberry, os\n"
        "@strawberry.type\n"
        "class Q:\n"
        "    @strawberry.field\n"
        "    def x(self, cmd: str) -> str:\n"
        "        os.system(cmd)\n",
    ),
    "words of a command for a bot": (
        "message>shell",
        "import os\nfrom telegram import Update\nfrom telegram.ext import ContextTypes\n"
        "async def run(update: Update, context: ContextTypes.DEFAULT_TYPE):\n"
        '    os.system("ls " + " ".join(context.args))\n',
    ),
    "an event of a namespace": (
        "http-request>shell",
        "import os\nfrom flask_socketio import Namespace\nclass N(Namespace):\n"
        '    def on_run(self, data):\n        os.system("ls " + data["x"])\n',
    ),
    "a part of an address of web.py": (
        "http-request>shell",
        'import os\nimport web\nclass Index:\n    def GET(self, name):\n        os.system("ls " + name)\n',
    ),
    "a part of the address of a view, by name": (
        "http-request>shell",
        "import os\nfrom django.views import View\nclass V(View):\n"
        '    def get(self, request, *args, **kwargs):\n        os.system("ls " + kwargs["name"])\n',
    ),
    "a field that a serializer checks": (
        "http-request>url",
        "import requests\nfrom rest_framework import serializers\nclass S(serializers.Serializer):\n"
        "    url = serializers.CharField()\n    def validate_url(self, value):\n        requests.get(value)\n"
        "        return value\n",
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_source_is_known(expected: str, text: str) -> None:
    """Data that comes in this way is followed to its end."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "parts of an address that are handed on": (
        "import os\nfrom django.views.generic import DetailView\nclass V(DetailView):\n"
        "    def get(self, request, *args, **kwargs):\n        found = super().get(request, *args, **kwargs)\n"
        '        os.system("ls " + str(found) + kwargs["pk"])\n'
    ),
    "a number that a serializer checks": (
        "from rest_framework import serializers\nclass S(serializers.ModelSerializer):\n    n = serializers.IntegerField()\n"
        "    def validate_n(self, value):\n        open(value)\n    def validate_other(self, value):\n        open(value)\n"
    ),
    "own host of a page": (
        "from starlette.requests import Request\nfrom starlette.responses import HTMLResponse\n"
        "async def f(request: Request):\n"
        '    return HTMLResponse(f"<a href={request.url.netloc}>x</a>")\n'
    ),
    "own host": (
        "from starlette.requests import Request\nfrom starlette.responses import RedirectResponse\n"
        "async def f(request: Request):\n"
        '    return RedirectResponse(f"{request.url.scheme}://{request.url.netloc}/x")\n'
    ),
    "outgoing request": (
        "import aiohttp\nimport httpx2 as httpx\nclass Transport:\n"
        "    async def handle_async_request(self, request: httpx.Request):\n"
        "        async with aiohttp.ClientSession() as session:\n"
        '            await session.request("GET", str(request.url))\n'
    ),
    "asgi type": ('import os\nasync def app(scope, receive, send):\n    os.system(scope["type"])\n'),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_value_is_nobodys(text: str) -> None:
    """What only looks like data from outside is not told of."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown")]


_VIEW = "from django.http import HttpResponse\n\ndef show(request, name):\n    return HttpResponse('<p>' + name)\n"
_TABLE = "from django.urls import path\nfrom server import show, other\n"


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (_TABLE + "urlpatterns = [path('<str:name>/', show, name='x')]\n", ["http-request"]),
        (_TABLE + "urlpatterns = [path('<str:name>/', login_required(show))]\n", ["http-request"]),
        (_TABLE + "urlpatterns = [path('<str:name>/', other, name='show')]\n", []),
        (_TABLE + "urlpatterns = [path('show/', Other.as_view(backend=show))]\n", []),
    ],
    ids=["a view", "a view behind a decorator", "another view", "something else of that name"],
)
def test_table_of_addresses_says_what_a_view_is(urls: str, expected: list[str]) -> None:
    """Where a workspace has a table of addresses, a function is a view when the table names it as one."""
    assert expected == [source for source, sink, _ in told(_VIEW, urls=urls) if sink == "html" and source != "parameter"]


def test_enumeration_of_another_module_is_narrow() -> None:
    """A parameter of an enumeration that another module defines is one of its values."""
    server = (
        "import os\nfrom typing import Optional\nfrom fastapi import FastAPI, Query\nfrom kinds import Kind, Other\n"
        "app = FastAPI()\n"
        '@app.get("/")\ndef f(kind: Optional[Kind] = Query(Kind.a), other: Other = Query(None)):\n'
        '    os.system("ls " + kind)\n    os.system("ls " + other)\n'
    )
    kinds = 'from enum import Enum\n\nclass Kind(str, Enum):\n    a = "a"\n\nclass Other(str):\n    pass\n'
    assert [9] == [line for source, _, line in told(server, kinds=kinds) if source == "http-request"]
