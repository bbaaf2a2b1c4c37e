"""Which calls of popular libraries do harm with an argument of a tool, and which near ones do none."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_TOOL = "from mcp.server.fastmcp import FastMCP\n{uses}\nmcp = FastMCP('x')\n\n@mcp.tool()\nasync def f(text: str):\n"


def _program(uses: str, body: str) -> str:
    return _TOOL.format(uses=uses) + "".join(f"    {line}\n" for line in body.splitlines())


REACHED = {
    "asyncio exec program": ("import asyncio", "await asyncio.create_subprocess_exec(text)", "program"),
    "asyncio exec sh": ("import asyncio", 'await asyncio.create_subprocess_exec("sh","-c",text)', "shell"),
    "plumbum cmd import": ("from plumbum.cmd import bash", 'bash("-c", text)', "shell"),
    "sh bash": ("import sh", 'sh.bash("-c", text)', "shell"),
    "sh Command": ("import sh", "sh.Command(text)()", "program"),
    "sh git": ("import sh", 'sh.git("log", text)', "argument"),
    "invoke ctx": ("from invoke import Context", 'Context().run("ls "+text)', "shell"),
    "fabric conn": ("from fabric import Connection", 'Connection("h").run("ls "+text)', "shell"),
    "fabric sudo": ("from fabric import Connection", 'Connection("h").sudo("ls "+text)', "shell"),
    "fabric local": ("from fabric import Connection", 'Connection("h").local("ls "+text)', "shell"),
    "paramiko": ("import paramiko", 'client = paramiko.SSHClient()\nclient.exec_command("ls "+text)', "shell"),
    "paramiko channel": ("import paramiko", 'chan = paramiko.Transport(("x",1)).open_session()\nchan.exec_command(text)', "shell"),
    "asyncssh": ("import asyncssh", 'async with asyncssh.connect("h") as conn:\n    await conn.run("ls "+text)', "shell"),
    "pexpect": ("import pexpect", 'pexpect.spawn("ls "+text)', "program"),
    "docker exec_run": ("import docker", 'c = docker.from_env().containers.get("x")\nc.exec_run("sh -c "+text)', "shell"),
    "k8s exec": (
        "from kubernetes.stream import stream",
        'stream(api.connect_get_namespaced_pod_exec, "p", "n", command=["sh","-c",text])',
        "shell",
    ),
    "os.spawnlp": ("import os", 'os.spawnlp(os.P_WAIT, "sh", "sh", "-c", text)', "shell"),
    "posix_spawn": ("import os", 'os.posix_spawn("/bin/sh", ["sh","-c",text], {})', "shell"),
    "posix_spawn program": ("import os", "os.posix_spawn(text, [text], {})", "program"),
    "subprocess executable": ("import subprocess", 'subprocess.run(["x"], executable=text)', "program"),
    "pty.spawn": ("import pty", "pty.spawn(text)", "program"),
    "win32": ("import os", "os.startfile(text)", "opener"),
    "psycopg": ("import psycopg2", 'cur = psycopg2.connect("").cursor()\ncur.execute("select "+text)', "sql"),
    "psycopg3 async": (
        "import psycopg",
        'async with await psycopg.AsyncConnection.connect("") as aconn:\n    await aconn.execute(f"select {text}")',
        "sql",
    ),
    "asyncpg": ("import asyncpg", 'conn = await asyncpg.connect("")\nawait conn.fetch("select "+text)', "sql"),
    "asyncpg pool": (
        "import asyncpg",
        'pool = await asyncpg.create_pool("")\nasync with pool.acquire() as c:\n    await c.fetchrow(f"select {text}")',
        "sql",
    ),
    "sqlalchemy text": (
        "from sqlalchemy import text as t, create_engine",
        'create_engine("").connect().execute(t("select "+text))',
        "sql",
    ),
    "sqlalchemy text var": (
        "import sqlalchemy as sa",
        'with engine.begin() as conn:\n    conn.execute(sa.text(f"drop {text}"))',
        "sql",
    ),
    "aiosqlite": ("import aiosqlite", 'async with aiosqlite.connect("x") as db:\n    await db.execute("select "+text)', "sql"),
    "aiosqlite rows": (
        "import aiosqlite",
        'async with aiosqlite.connect("x") as db:\n    await db.execute_fetchall("select "+text)',
        "sql",
    ),
    "duckdb": ("import duckdb", 'duckdb.sql(f"select {text}")', "sql"),
    "duckdb con": ("import duckdb", 'con = duckdb.connect()\ncon.execute(f"select {text}")', "sql"),
    "clickhouse": ("import clickhouse_connect", 'client = clickhouse_connect.get_client()\nclient.query(f"select {text}")', "sql"),
    "clickhouse cmd": (
        "import clickhouse_connect",
        'client = clickhouse_connect.get_client()\nclient.command(f"drop table {text}")',
        "sql",
    ),
    "clickhouse driver": ("from clickhouse_driver import Client", 'Client("h").execute("select "+text)', "sql"),
    "bigquery": ("from google.cloud import bigquery", 'client = bigquery.Client()\nclient.query("select "+text)', "sql"),
    "snowflake": ("import snowflake.connector", 'snowflake.connector.connect().cursor().execute("select "+text)', "sql"),
    "peewee raw": ("import peewee", 'db.execute_sql("select "+text)', "sql"),
    "django raw": ("from django.db import connection", 'with connection.cursor() as c:\n    c.execute("select "+text)', "sql"),
    "django objects raw": ("from app.models import A", 'A.objects.raw("select "+text)', "sql"),
    "django extra where": ("from app.models import A", 'A.objects.extra(where=["a="+text])', "sql"),
    "django RawSQL": ("from django.db.models.expressions import RawSQL", 'A.objects.annotate(x=RawSQL("select "+text, []))', "sql"),
    "sqlite attach": ("import sqlite3", 'sqlite3.connect("x").execute(f"ATTACH DATABASE \'{text}\' AS y")', "sql"),
    "pandas read_sql": ("import pandas as pd", 'pd.read_sql("select "+text, con)', "sql"),
    "pandasql": ("from pandasql import sqldf", 'sqldf("select "+text)', "sql"),
    "spark sql": (
        "from pyspark.sql import SparkSession",
        'spark = SparkSession.builder.getOrCreate()\nspark.sql("select "+text)',
        "sql",
    ),
    "neo4j": (
        "from neo4j import GraphDatabase",
        'with driver.session() as session:\n    session.run("MATCH (n {name: \'"+text+"\'}) RETURN n")',
        "sql",
    ),
    "neo4j exec": (
        "from neo4j import GraphDatabase",
        'driver = GraphDatabase.driver("")\ndriver.execute_query(f"MATCH (n:{text}) RETURN n")',
        "sql",
    ),
    "cassandra": ("from cassandra.cluster import Cluster", 'session = Cluster().connect()\nsession.execute("select "+text)', "sql"),
    "influx": ("from influxdb_client import InfluxDBClient", 'client.query_api().query(f"from(bucket: {text})")', "sql"),
    "databricks": ("from databricks import sql", 'sql.connect().cursor().execute("select "+text)', "sql"),
    "tortoise": (
        "from tortoise import Tortoise",
        'conn = Tortoise.get_connection("default")\nawait conn.execute_query("select "+text)',
        "sql",
    ),
    "databases": ("from databases import Database", 'database = Database("")\nawait database.fetch_all("select "+text)', "sql"),
    "pymongo where": ("import pymongo", 'pymongo.MongoClient().db.c.find({"$where": text})', "nosql"),
    "pymongo json": ("import pymongo, json", "pymongo.MongoClient().db.c.find(json.loads(text))", "nosql"),
    "motor": (
        "import motor.motor_asyncio, json",
        "db = motor.motor_asyncio.AsyncIOMotorClient().db\nawait db.users.find_one(json.loads(text))",
        "nosql",
    ),
    "ldap3": ("from ldap3 import Connection", 'conn = Connection("x")\nconn.search("dc", "(cn="+text+")")', "ldap"),
    "python-ldap": ("import ldap", 'l = ldap.initialize("x")\nl.search_s("dc", 2, "(cn=%s)" % text)', "ldap"),
    "lxml xpath": ("from lxml import etree", 'etree.parse("x").getroot().xpath("//a[@b=\'"+text+"\']")', "xpath"),
    "et find": ("import xml.etree.ElementTree as ET", 'ET.parse("x").getroot().find(".//a[@b=\'"+text+"\']")', "xpath"),
    "et findall": ("import xml.etree.ElementTree as ET", 'tree = ET.parse("x")\ntree.findall(".//a[@b=\'"+text+"\']")', "xpath"),
    "urllib Request": ("import urllib.request", "urllib.request.urlopen(urllib.request.Request(text))", "url"),
    "httpx async": ("import httpx", "async with httpx.AsyncClient() as client:\n    await client.get(text)", "url"),
    "httpx stream": (
        "import httpx",
        'async with httpx.AsyncClient() as c:\n    async with c.stream("GET", text) as r: pass',
        "url",
    ),
    "aiohttp": (
        "import aiohttp",
        "async with aiohttp.ClientSession() as session:\n    async with session.get(text) as r: pass",
        "url",
    ),
    "aiohttp request": ("import aiohttp", 'async with aiohttp.request("GET", text) as r: pass', "url"),
    "urllib3": ("import urllib3", 'urllib3.PoolManager().request("GET", text)', "url"),
    "pycurl": ("import pycurl", "c = pycurl.Curl()\nc.setopt(pycurl.URL, text)", "url"),
    "pycurl c.URL": ("import pycurl", "c = pycurl.Curl()\nc.setopt(c.URL, text)", "url"),
    "requests session request": ("import requests", 's = requests.Session()\ns.request("GET", text)', "url"),
    "curl_cffi": ("from curl_cffi import requests", "requests.get(text)", "url"),
    "cloudscraper": ("import cloudscraper", "cloudscraper.create_scraper().get(text)", "url"),
    "playwright": (
        "from playwright.async_api import async_playwright",
        "page = await browser.new_page()\nawait page.goto(text)",
        "url",
    ),
    "selenium": ("from selenium import webdriver", "driver = webdriver.Chrome()\ndriver.get(text)", "url"),
    "newspaper": ("from newspaper import Article", "Article(text).download()", "url"),
    "trafilatura": ("import trafilatura", "trafilatura.fetch_url(text)", "url"),
    "httplib2": ("import httplib2", "httplib2.Http().request(text)", "url"),
    "tornado client": ("from tornado.httpclient import AsyncHTTPClient", "await AsyncHTTPClient().fetch(text)", "url"),
    "websockets": ("import websockets", "async with websockets.connect(text) as ws: pass", "url"),
    "tarfile": ("import tarfile", 'tarfile.open("x").extractall("/srv/"+text)', "path-write"),
    "shutil.unpack_archive": ("import shutil", 'shutil.unpack_archive(text, "/x")', "archive"),
    "jinja": ("from jinja2 import Environment", "Environment().from_string(text)", "template"),
    "chameleon": ("from chameleon import PageTemplate", "PageTemplate(text)()", "template"),
    "tornado Template": ("from tornado.template import Template", "Template(text).generate()", "template"),
    "django engines": ("from django.template import engines", 'engines["django"].from_string(text)', "template"),
    "langchain": (
        "from langchain_core.prompts import ChatPromptTemplate",
        'ChatPromptTemplate.from_template(text, template_format="jinja2")',
        "template",
    ),
    "PromptTemplate ctor": (
        "from langchain_core.prompts import PromptTemplate",
        'PromptTemplate(template=text, template_format="jinja2", input_variables=[])',
        "template",
    ),
    "pandas eval": ("import pandas as pd", "pd.eval(text)", "code"),
    "df query": ("import pandas as pd", "df = pd.DataFrame()\ndf.query(text)", "code"),
    "df eval": ("import pandas as pd", 'df = pd.read_csv("x")\ndf.eval(text)', "code"),
    "df.query joined": ("import pandas as pd", 'df = pd.read_csv("x")\ndf.query("a == \'" + text + "\'")', "code"),
    "pandas pickle": ("import pandas as pd", "pd.read_pickle(text)", "deserialize"),
    "pandas hdf": ("import pandas as pd", "pd.read_hdf(text)", "path-read"),
    "numpy load": ("import numpy as np", "np.load(text, allow_pickle=True)", "deserialize"),
    "torch.load": ("import torch", "torch.load(text)", "deserialize"),
    "torch hub": ("import torch", 'torch.hub.load(text, "m")', "code"),
    "joblib": ("import joblib", "joblib.load(text)", "deserialize"),
    "cloudpickle": ("import cloudpickle", "cloudpickle.loads(text)", "deserialize"),
    "jsonpickle": ("import jsonpickle", "jsonpickle.decode(text)", "deserialize"),
    "shelve": ("import shelve", "shelve.open(text)", "deserialize"),
    "yaml full": ("import yaml", "yaml.load(text, Loader=yaml.Loader)", "deserialize"),
    "yaml unsafe": ("import yaml", "yaml.load(text, Loader=yaml.UnsafeLoader)", "deserialize"),
    "ruamel unsafe": ("from ruamel.yaml import YAML", 'YAML(typ="unsafe").load(text)', "deserialize"),
    "ruamel old": ("import ruamel.yaml", "ruamel.yaml.load(text, Loader=ruamel.yaml.UnsafeLoader)", "deserialize"),
    "Unpickler": ("import pickle, io", "pickle.Unpickler(io.BytesIO(text)).load()", "deserialize"),
    "keras": ("import keras", "keras.models.load_model(text, safe_mode=False)", "deserialize"),
    "hf trust": ("from transformers import AutoModel", "AutoModel.from_pretrained(text, trust_remote_code=True)", "code"),
    "InteractiveInterpreter": ("import code", "code.InteractiveInterpreter().runcode(text)", "code"),
    "InteractiveConsole": ("from code import InteractiveConsole", "InteractiveConsole().push(text)", "code"),
    "compile": ("import ast", 'exec(compile(text, "x", "exec"))', "code"),
    "sympy": ("from sympy import sympify", "sympify(text)", "code"),
    "sympy parse": ("from sympy.parsing.sympy_parser import parse_expr", "parse_expr(text)", "code"),
    "ipython": ("from IPython import get_ipython", "get_ipython().run_cell(text)", "code"),
    "ipython system": ("from IPython import get_ipython", "get_ipython().system(text)", "shell"),
    "PythonREPL": ("from langchain_experimental.utilities import PythonREPL", "PythonREPL().run(text)", "code"),
    "shutil.make_archive": ("import shutil", 'shutil.make_archive("/x", "zip", text)', "path-read"),
    "Path.write": ("from pathlib import Path", 'Path("/srv").joinpath(text).write_text("x")', "path-write"),
    "Path.unlink": ("from pathlib import Path", 'Path("/srv", text).unlink()', "path-write"),
    "Path.rename": ("from pathlib import Path", 'Path("/srv/a").rename("/srv/"+text)', "path-write"),
    "Path.glob": ("from pathlib import Path", 'list(Path("/srv").glob(text))', "path-read"),
    "Path.rglob": ("from pathlib import Path", 'list((Path("/srv")/text).rglob("*"))', "path-read"),
    "Path.hardlink": ("from pathlib import Path", 'Path("/srv/a").hardlink_to("/srv/"+text)', "path-write"),
    "Path.open": ("from pathlib import Path", 'with (Path("/srv")/text).open() as f: pass', "path-read"),
    "anyio Path": ("import anyio", 'await (anyio.Path("/srv")/text).read_text()', "path-read"),
    "aiofiles": ("import aiofiles", 'async with aiofiles.open("/srv/"+text) as f: pass', "path-read"),
    "send_from_directory dir": ("from flask import send_from_directory", 'send_from_directory("/srv/"+text, "a")', "path-read"),
    "fsspec": ("import fsspec", "fsspec.open(text)", "path-read"),
    "PIL save": ("from PIL import Image", 'Image.new("RGB",(1,1)).save("/srv/"+text)', "path-write"),
    "cv2 imread": ("import cv2", "cv2.imread(text)", "path-read"),
    "np save": ("import numpy as np", 'np.savetxt("/srv/"+text, [])', "path-write"),
    "df to_csv": ("import pandas as pd", 'df = pd.DataFrame()\ndf.to_csv("/srv/"+text)', "path-write"),
    "git init": ("import git", "git.Repo.init(text)", "path-write"),
    "lxml iterparse": ("from lxml import etree", "etree.iterparse(text)", "xml"),
    "sax": ("import xml.sax", "xml.sax.parseString(text, h)", "xml"),
    "format str": ("import os", "return text.format(os)", "template"),
    "a table of pandas": ("import pandas as pd", "pd.read_csv(text)", "path-read"),
    "a workbook of pandas": ("import pandas as pd", 'pd.ExcelWriter("/srv/" + text)', "path-write"),
    "a table of polars": ("import polars as pl", "pl.scan_parquet(text)", "path-read"),
    "a workbook opened": ("import openpyxl", "openpyxl.load_workbook(text)", "path-read"),
    "a workbook saved": ("from openpyxl import Workbook", "book = Workbook()\nbook.save(text)", "path-write"),
    "a letter opened": ("from docx import Document", 'Document("/srv/" + text)', "path-read"),
    "a letter saved": ("from docx import Document", "letter = Document()\nletter.save(text)", "path-write"),
    "slides saved": ("from pptx import Presentation", "Presentation().save(text)", "path-write"),
    "pages read": ("from pypdf import PdfReader", "PdfReader(text)", "path-read"),
    "a chart saved": ("import matplotlib.pyplot as plt", "plt.savefig(text)", "path-write"),
    "a figure saved": ("import matplotlib.pyplot as plt", "figure, axes = plt.subplots()\nfigure.savefig(text)", "path-write"),
    "a sound read": ("import soundfile as sf", "sf.read(text)", "path-read"),
    "a sound opened": ("import wave", "wave.open(text)", "path-read"),
    "a model saved": ("import torch", 'torch.save({}, "/srv/" + text)', "path-write"),
    "a log opened": ("import logging", 'logging.FileHandler("/srv/" + text)', "path-write"),
    "an archive opened": ("import zipfile", "zipfile.ZipFile(text).namelist()", "path-read"),
    "a folder listed later": ("import aiofiles.os", "await aiofiles.os.listdir(text)", "path-read"),
    "a file moved by its path": ("from pathlib import Path", 'path = Path("/srv") / text\npath.rename("/srv/a")', "path-write"),
    "a file put in the place of another": ("from pathlib import Path", 'Path("/srv/a").replace(Path("/srv") / text)', "path-write"),
    "documents of a folder": ("from llama_index.core import SimpleDirectoryReader", "SimpleDirectoryReader(text)", "path-read"),
    "a film's page": ("import yt_dlp", "with yt_dlp.YoutubeDL({}) as loader:\n    loader.download([text])", "url"),
    "a page printed": ("import pdfkit", 'pdfkit.from_url(text, "a.pdf")', "url"),
    "a description of a service": ("import zeep", "zeep.Client(text)", "url"),
    "a request of tornado": ("from tornado.httpclient import HTTPRequest", "HTTPRequest(text)", "url"),
    "an opener of urllib": ("import urllib.request", "urllib.request.build_opener().open(text)", "url"),
    "addresses of a loader": (
        "from langchain_community.document_loaders import UnstructuredURLLoader",
        "UnstructuredURLLoader(urls=[text]).load()",
        "url",
    ),
    "a server of mail": ("import imaplib", "imaplib.IMAP4_SSL(text)", "url"),
    "a script of Lua": ("from lupa import LuaRuntime", "LuaRuntime().execute(text)", "code"),
    "a process of psutil": ("import psutil", "psutil.Popen(text, shell=True)", "shell"),
    "a process of anyio": ("import anyio", 'await anyio.run_process("ls " + text)', "shell"),
    "a vector of anyio": ("import anyio", 'await anyio.run_process(["sh", "-c", text])', "shell"),
    "a query of Athena": ("import boto3", 'client.start_query_execution(QueryString="select " + text)', "sql"),
    "a packed pickle": ("import compress_pickle", "compress_pickle.loads(text)", "deserialize"),
    "an expression of a template": (
        "from jinja2 import Environment",
        "return Environment().compile_expression(text)()",
        "template",
    ),
    "a table copied": ("import psycopg2", 'cursor.copy_expert(f"COPY {text} FROM STDIN", None)', "sql"),
    "a statement for the driver": ("import sqlalchemy", 'connection.exec_driver_sql("SELECT " + text)', "sql"),
    "rows of aiosqlite": ("import aiosqlite", 'await db.execute_fetchall("SELECT * FROM t WHERE a = \'" + text + "\'")', "sql"),
    "a filter of what is changed": (
        "import json, pymongo",
        'pymongo.MongoClient().shop.users.update_many(json.loads(text), {"$set": {"a": 1}})',
        "nosql",
    ),
    "a folder taken away": ("from pathlib import Path", '(Path("/srv") / text).rmdir()', "path-write"),
    "ssh": ("import subprocess", 'subprocess.run(["ssh", "host", f"ls {text}"])', "shell"),
    "ssh with options": (
        "import subprocess",
        'subprocess.run(["ssh", "-i", "key", "-o", "A=b", "root@host", "ls", text])',
        "shell",
    ),
    "ssh put together": (
        "import subprocess",
        'words = ["sudo", "ssh", "host"]\nwords.append("cat " + text)\nsubprocess.run(words)',
        "shell",
    ),
    "adb": ("import subprocess", 'subprocess.run(["adb", "-s", "a", "shell", "input", "text", text])', "shell"),
    "su": ("import subprocess", 'subprocess.run(["su", "-", "bob", "-c", "ls " + text])', "shell"),
}


@pytest.mark.parametrize(("uses", "body", "expected"), list(REACHED.values()), ids=list(REACHED))
def test_library_does_harm(uses: str, body: str, expected: str) -> None:
    """The call is told of with the kind of harm it does."""
    assert ("tool-argument", expected) in [(source, sink) for source, sink, _ in told(_program(uses, body))]


HARMLESS = {
    "git Repo": ("import git", "git.Repo(text).git.status()"),
    "neo4j param": (
        "from neo4j import GraphDatabase",
        'driver = GraphDatabase.driver("")\ndriver.execute_query("MATCH (n {a: $a}) RETURN n", a=text)',
    ),
    "param ok": ("import pymysql", 'pymysql.connect().cursor().execute("select %s", (text,))'),
    "pymongo plain": ("import pymongo", 'pymongo.MongoClient().db.c.find({"a": text})'),
    "pycurl other": ("import pycurl", "c = pycurl.Curl()\nc.setopt(pycurl.USERAGENT, text)"),
    "zip extract member": ("import zipfile", 'zipfile.ZipFile("x").extract(text, "/srv")'),
    "jinja sandbox": ("from jinja2.sandbox import SandboxedEnvironment", "SandboxedEnvironment().from_string(text)"),
    "render_template name": ("from flask import render_template", "render_template(text)"),
    "PromptTemplate f": ("from langchain_core.prompts import PromptTemplate", "PromptTemplate(template=text, input_variables=[])"),
    "db.query not df": ("import pandas as pd", "client = load()\nclient.query(text)"),
    "yaml full_load": ("import yaml", "yaml.full_load(text)"),
    "yaml safe": ("import yaml", "yaml.load(text, Loader=yaml.SafeLoader)"),
    "ruamel": ("from ruamel.yaml import YAML", 'YAML(typ="safe").load(text)'),
    "hf no trust": ("from transformers import AutoModel", "AutoModel.from_pretrained(text)"),
    "send_from_directory": ("from flask import send_from_directory", 'send_from_directory("/srv", text)'),
    "smtplib": ("import smtplib", 'smtplib.SMTP("x").sendmail("a", text, "b")'),
    "lxml no entities": ("from lxml import etree", "etree.fromstring(text, etree.XMLParser(resolve_entities=False))"),
    "minidom": ("from xml.dom import minidom", "minidom.parseString(text)"),
    "defusedxml": ("import defusedxml.ElementTree as ET", "ET.fromstring(text)"),
    "a table in memory": ("import io\nimport polars as pl", "pl.read_csv(io.BytesIO(text.encode()))"),
    "a workbook in memory": ("import io\nfrom openpyxl import Workbook", "book = Workbook()\nbook.save(io.BytesIO())\nreturn text"),
    "a letter of its own name": (
        "from docx import Document",
        'letter = Document()\nletter.add_paragraph(text)\nletter.save("/srv/a")',
    ),
    "a chart in memory": ("import io\nimport matplotlib.pyplot as plt", "plt.title(text)\nplt.savefig(io.BytesIO())"),
    "letters replaced": ("from pathlib import Path", 'return Path("/srv/a").name.replace("a", text)'),
    "columns renamed": ("import pandas as pd\nfrom pathlib import Path", 'pd.DataFrame().rename(columns={"a": text})'),
    "a host of its own": ("import zeep", 'zeep.Client("https://a.example/service?wsdl=" + text)'),
    "a film of one host": (
        "import yt_dlp",
        'with yt_dlp.YoutubeDL({}) as loader:\n    loader.download(["https://www.youtube.com/watch?v=" + text])',
    ),
    "a query with its values": (
        "import boto3",
        'client.start_query_execution(QueryString="select ?", ExecutionParameters=[text])',
    ),
}


@pytest.mark.parametrize(("uses", "body"), list(HARMLESS.values()), ids=list(HARMLESS))
def test_near_call_does_none(uses: str, body: str) -> None:
    """A call that looks alike and does no harm is not told of."""
    assert [] == told(_program(uses, body))


PARAMETERS = {
    "a template": ("from jinja2 import Template\n\ndef f(text):\n    return Template(text)\n", "template"),
    "a template of an object's environment": (
        "from jinja2 import Environment\n\nclass A:\n    def __init__(self):\n        self.env = Environment()\n\n"
        "    def f(self, text):\n        return self.env.from_string(text)\n",
        "template",
    ),
    "a document with entities": (
        "from lxml import etree\n\ndef f(path):\n    return etree.parse(path, parser=etree.XMLParser(resolve_entities=True))\n",
        "xml",
    ),
}


@pytest.mark.parametrize(("text", "expected"), list(PARAMETERS.values()), ids=list(PARAMETERS))
def test_parameter_is_told_of(text: str, expected: str) -> None:
    """What anybody may hand to a function is told of where it ends in this call."""
    assert [("parameter", expected)] == [(source, sink) for source, sink, _ in told(text)]


def test_document_is_told_of_once_under_one_name() -> None:
    """What is saved under the name that it was opened under is no second matter; another name is."""
    body = 'letter = Document("/srv/" + text)\nletter.save("/srv/" + text)\nletter.save(text)\n'
    assert [("path-read", 7), ("path-write", 9)] == [
        (sink, line) for _, sink, line in told(_program("from docx import Document", body))
    ]


HANDED_TO_NO_SHELL = {
    "ssh quoted": ("import shlex, subprocess", 'subprocess.run(["ssh", "host", f"ls {shlex.quote(text)}"])'),
    "a file for ssh": ("import subprocess", 'subprocess.run(["ssh", "-i", "/keys/" + text, "host", "uptime"])'),
    "a file for adb": ("import subprocess", 'subprocess.run(["adb", "push", "--", text, "/sdcard"])'),
    "a name for su": ("import subprocess", 'subprocess.run(["su", "-c", "ls", "-", "of-" + text])'),
}


@pytest.mark.parametrize(("uses", "body"), list(HANDED_TO_NO_SHELL.values()), ids=list(HANDED_TO_NO_SHELL))
def test_word_that_no_shell_reads(uses: str, body: str) -> None:
    """Of the words of a program that starts a shell only those are lines for one that it hands on, unless they are quoted."""
    assert "shell" not in [sink for _, sink, _ in told(_program(uses, body))]
