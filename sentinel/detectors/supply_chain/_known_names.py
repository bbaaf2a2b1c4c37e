"""Well-known package names of MCP servers, agents and what they are built with, and how near another name is to one of them.

Source of the names: the reference servers and SDKs under https://github.com/modelcontextprotocol, the SDKs of the model
providers, and the most downloaded packages that such projects depend on (https://hugovk.github.io/top-pypi-packages/ and npm's
own counts). The kinds of likeness are those that told squats from honest neighbours when measured on lists of removed packages:
swapped and doubled letters at any length, a missing or added letter and a neighbouring key only in long names.
"""

from __future__ import annotations

from functools import lru_cache

_NPM = [
    "@modelcontextprotocol/sdk",
    "@modelcontextprotocol/inspector",
    "@modelcontextprotocol/server-filesystem",
    "@modelcontextprotocol/server-memory",
    "@modelcontextprotocol/server-everything",
    "@modelcontextprotocol/server-github",
    "@modelcontextprotocol/server-postgres",
    "@modelcontextprotocol/server-sequential-thinking",
    "@modelcontextprotocol/server-puppeteer",
    "@modelcontextprotocol/server-slack",
    "@modelcontextprotocol/server-brave-search",
    "@modelcontextprotocol/server-gitlab",
    "@modelcontextprotocol/server-google-maps",
    "@modelcontextprotocol/server-gdrive",
    "@modelcontextprotocol/create-server",
    "@anthropic-ai/sdk",
    "@anthropic-ai/claude-code",
    "@anthropic-ai/claude-agent-sdk",
    "@openai/codex",
    "@openai/agents",
    "@google/gemini-cli",
    "@google/generative-ai",
    "@google/genai",
    "@langchain/core",
    "@langchain/openai",
    "@langchain/anthropic",
    "@langchain/langgraph",
    "@langchain/community",
    "@playwright/mcp",
    "@playwright/test",
    "@upstash/context7-mcp",
    "@cloudflare/workers-types",
    "@supabase/supabase-js",
    "@supabase/mcp-server-supabase",
    "@notionhq/notion-mcp-server",
    "@sentry/mcp-server",
    "@stripe/mcp",
    "@browserbasehq/mcp",
    "@browserbasehq/stagehand",
    "@huggingface/inference",
    "@mistralai/mistralai",
    "@vercel/sdk",
    "@octokit/rest",
    "@octokit/core",
    "@aws-sdk/client-s3",
    "@azure/identity",
    "@azure/msal-node",
    "@types/node",
    "@types/react",
    "@typescript-eslint/parser",
    "@typescript-eslint/eslint-plugin",
    "@babel/core",
    "@nestjs/core",
    "@nestjs/common",
    "mcp-remote",
    "mcp-proxy",
    "fastmcp",
    "mcp-framework",
    "openai",
    "langchain",
    "llamaindex",
    "ollama",
    "claude-code-router",
    "chromadb",
    "puppeteer",
    "playwright",
    "playwright-core",
    "express",
    "fastify",
    "koa",
    "hono",
    "axios",
    "node-fetch",
    "cross-fetch",
    "undici",
    "request",
    "lodash",
    "underscore",
    "commander",
    "yargs",
    "inquirer",
    "chalk",
    "ora",
    "dotenv",
    "cross-env",
    "cross-spawn",
    "execa",
    "shelljs",
    "rimraf",
    "mkdirp",
    "glob",
    "minimatch",
    "semver",
    "uuid",
    "nanoid",
    "moment",
    "dayjs",
    "date-fns",
    "winston",
    "pino",
    "debug",
    "typescript",
    "ts-node",
    "esbuild",
    "webpack",
    "rollup",
    "vite",
    "vitest",
    "jest",
    "mocha",
    "eslint",
    "prettier",
    "nodemon",
    "pm2",
    "react",
    "react-dom",
    "next",
    "nuxt",
    "svelte",
    "angular",
    "jquery",
    "bootstrap",
    "tailwindcss",
    "postcss",
    "autoprefixer",
    "mongoose",
    "mongodb",
    "mysql",
    "mysql2",
    "postgres",
    "sequelize",
    "typeorm",
    "prisma",
    "knex",
    "redis",
    "ioredis",
    "socket.io",
    "websocket",
    "graphql",
    "apollo-server",
    "body-parser",
    "cookie-parser",
    "jsonwebtoken",
    "bcrypt",
    "bcryptjs",
    "passport",
    "helmet",
    "multer",
    "nodemailer",
    "discord.js",
    "telegraf",
    "ethers",
    "web3",
    "colors",
    "cheerio",
    "form-data",
    "async",
    "bluebird",
    "rxjs",
    "ramda",
    "immer",
    "zod",
    "joi",
    "ajv",
    "yaml",
    "js-yaml",
    "fs-extra",
    "chokidar",
    "concurrently",
    "husky",
    "lint-staged",
    "electron",
    "styled-components",
    "storybook",
    "firebase",
    "firebase-admin",
    "crypto-js",
    "node-gyp",
    "serverless",
    "browserify",
    "gulp",
    "grunt",
    "event-stream",
    "ua-parser-js",
]
_PYPI = [
    "mcp",
    "fastmcp",
    "mcp-server-git",
    "mcp-server-fetch",
    "mcp-server-time",
    "mcp-server-sqlite",
    "openai",
    "anthropic",
    "claude-agent-sdk",
    "google-generativeai",
    "google-genai",
    "langchain",
    "langchain-core",
    "langchain-openai",
    "langchain-anthropic",
    "langchain-community",
    "langgraph",
    "langsmith",
    "llama-index",
    "llama-index-core",
    "litellm",
    "ollama",
    "cohere",
    "mistralai",
    "groq",
    "transformers",
    "tokenizers",
    "huggingface-hub",
    "sentence-transformers",
    "datasets",
    "accelerate",
    "safetensors",
    "diffusers",
    "tiktoken",
    "chromadb",
    "pinecone-client",
    "qdrant-client",
    "weaviate-client",
    "faiss-cpu",
    "instructor",
    "pydantic-ai",
    "crewai",
    "autogen",
    "smolagents",
    "openai-agents",
    "pydantic",
    "pydantic-core",
    "pydantic-settings",
    "fastapi",
    "starlette",
    "uvicorn",
    "gunicorn",
    "httpx",
    "requests",
    "requests-oauthlib",
    "urllib3",
    "aiohttp",
    "websockets",
    "flask",
    "django",
    "djangorestframework",
    "jinja2",
    "markupsafe",
    "werkzeug",
    "click",
    "typer",
    "rich",
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "scikit-learn",
    "tensorflow",
    "keras",
    "torch",
    "torchvision",
    "torchaudio",
    "pytorch-lightning",
    "opencv-python",
    "pillow",
    "seaborn",
    "plotly",
    "streamlit",
    "gradio",
    "beautifulsoup4",
    "lxml",
    "selenium",
    "playwright",
    "scrapy",
    "boto3",
    "botocore",
    "awscli",
    "s3fs",
    "google-cloud-storage",
    "google-api-python-client",
    "azure-identity",
    "azure-storage-blob",
    "paramiko",
    "cryptography",
    "pyopenssl",
    "pycryptodome",
    "bcrypt",
    "passlib",
    "python-jose",
    "pyjwt",
    "python-dotenv",
    "pyyaml",
    "tomli",
    "toml",
    "simplejson",
    "orjson",
    "msgpack",
    "protobuf",
    "grpcio",
    "sqlalchemy",
    "alembic",
    "psycopg2",
    "psycopg2-binary",
    "asyncpg",
    "pymysql",
    "mysqlclient",
    "pymongo",
    "redis",
    "celery",
    "kombu",
    "elasticsearch",
    "pytest",
    "pytest-cov",
    "pytest-asyncio",
    "coverage",
    "hypothesis",
    "mypy",
    "pylint",
    "flake8",
    "black",
    "isort",
    "ruff",
    "setuptools",
    "wheel",
    "virtualenv",
    "poetry",
    "pipenv",
    "packaging",
    "colorama",
    "tqdm",
    "termcolor",
    "tabulate",
    "python-dateutil",
    "pytz",
    "attrs",
    "six",
    "certifi",
    "idna",
    "charset-normalizer",
    "chardet",
    "psutil",
    "pyautogui",
    "pywin32",
    "discord.py",
    "python-telegram-bot",
    "tweepy",
    "web3",
    "eth-account",
    "solana",
    "jupyter",
    "notebook",
    "ipython",
    "networkx",
    "sympy",
    "nltk",
    "spacy",
    "gensim",
    "xgboost",
    "lightgbm",
    "catboost",
    "mlflow",
    "wandb",
    "openpyxl",
    "xlrd",
    "reportlab",
    "pyinstaller",
    "cython",
    "numba",
    "dask",
    "apache-airflow",
    "jsonschema",
    "marshmallow",
]
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LOOK = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("1", "i"), ("l", "i"), ("cl", "d"))
_SHORT, _LONG, _LONGER = 5, 7, 9


@lru_cache(maxsize=2)
def _targets(ecosystem: str) -> frozenset[str]:
    return frozenset(_NPM if ecosystem == "npm" else _PYPI)


@lru_cache(maxsize=2)
def _without_a_letter(ecosystem: str) -> dict[str, tuple[str, ...]]:
    """The known names by every form that lacks one character, and by themselves."""
    found: dict[str, list[str]] = {}
    for name in sorted(_targets(ecosystem)):
        for form in _forms(name):
            found.setdefault(form, []).append(name)
    return {form: tuple(names) for form, names in found.items()}


def _forms(name: str) -> set[str]:
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def mistaken_for(ecosystem: str, name: str) -> str:
    """The known name that this one can be taken for; empty when there is none, or when it is itself known."""
    name = name.lower()
    if ecosystem not in ("npm", "pypi") or len(name) > 100 or name in _targets(ecosystem):
        return ""
    index = _without_a_letter(ecosystem)
    near = {known for form in _forms(name) for known in index.get(form, ())}
    for first, second in _LOOK:
        near |= {
            known
            for form in (name.replace(first, second), name.replace(second, first))
            for known in index.get(form, ())
            if known == form
        }
    return next((known for known in sorted(near) if _is_alike(name, known)), "")


def _is_alike(name: str, known: str) -> bool:
    """Whether the difference is one of the kinds; scopes of npm differ in their own part or in the name, by the same kinds."""
    if "/" in known:
        scope, _, inner = known.partition("/")
        own, _, rest = name.partition("/")
        if own == scope:
            return _differs(rest, inner)
        return rest == inner and _differs(own, scope)
    return "/" not in name and _differs(name, known)


def _differs(name: str, known: str) -> bool:
    if name == known or len(known) < _SHORT:
        return False
    if any(name.replace(a, b) == known or name == known.replace(b, a) for a, b in _LOOK):
        return True
    at = next((i for i, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), min(len(name), len(known)))
    if len(name) == len(known):
        if (
            name[at + 1 : at + 2]
            and (name[at + 1], name[at]) == (known[at], known[at + 1 : at + 2])
            and name[at + 2 :] == known[at + 2 :]
        ):
            return name[at].isalpha() and name[at + 1].isalpha()
        return name[at + 1 :] == known[at + 1 :] and len(known) >= _LONGER and _is_neighbour(name[at], known[at])
    if len(name) == len(known) + 1 and name[:at] + name[at + 1 :] == known:
        is_doubled = at > 0 and name[at] == name[at - 1]
        return name[at].isalpha() and (is_doubled or (len(known) >= _LONGER and 0 < at < len(known)))
    if len(name) + 1 == len(known) and name == known[:at] + known[at + 1 :]:
        return known[at].isalpha() and len(known) >= _LONG and at > 0 and at < len(known) - 1
    return False


def _is_neighbour(first: str, second: str) -> bool:
    return any(abs(row.index(first) - row.index(second)) == 1 for row in _ROWS if first in row and second in row)
