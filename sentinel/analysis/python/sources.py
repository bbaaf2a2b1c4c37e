"""Where somebody else's data comes into a Python program."""

from __future__ import annotations

import re

from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind as S

REFERENCES: dict[str, S] = {
    **dict.fromkeys(
        (
            f"{module}.request.{name}"
            for module in ("flask", "quart", "bottle", "flask.globals", "connexion")
            for name in (
                "args form values json data cookies headers files view_args path url full_path query_string stream query"
                " params forms"
                " body GET POST base_url url_root host referrer user_agent authorization remote_user"
            ).split()
        ),
        S.HTTP_REQUEST,
    ),
    **dict.fromkeys(("sys.argv", "sys.stdin", "sys.orig_argv"), S.COMMAND_LINE),
    **dict.fromkeys(("os.environ", "os.environb"), S.ENVIRONMENT),
    **dict.fromkeys((f"cherrypy.request.{name}" for name in ("params", "headers", "json", "body", "cookie")), S.HTTP_REQUEST),
    **dict.fromkeys(
        (
            f"aws_lambda_powertools.event_handler.{name}().current_event"
            for name in ("APIGatewayRestResolver", "APIGatewayHttpResolver", "ALBResolver", "LambdaFunctionUrlResolver")
        ),
        S.HTTP_REQUEST,
    ),
    "chalice.Chalice().current_request": S.HTTP_REQUEST,
    "flask_restx.Api().payload": S.HTTP_REQUEST,
    "flask_restx.Namespace().payload": S.HTTP_REQUEST,
    "streamlit.query_params": S.HTTP_REQUEST,
    **dict.fromkeys((f"nicegui.ui.{name}().value" for name in ("input", "textarea", "editor", "codemirror")), S.HTTP_REQUEST),
}
"""Attributes by dotted name: whatever is read from them is somebody's data."""

CALLS: dict[str, S] = {
    **dict.fromkeys(("os.getenv", "os.environ.get", "os.getenvb", "environ.get", "decouple.config"), S.ENVIRONMENT),
    **dict.fromkeys(
        ("input", "raw_input", "click.prompt", "typer.prompt", "getopt.getopt", "getopt.gnu_getopt", "prompt_toolkit.prompt"),
        S.COMMAND_LINE,
    ),
    **dict.fromkeys(
        (
            f"{module}.request.{name}"
            for module in ("flask", "quart", "bottle", "connexion")
            for name in ("get_json", "get_data", "get_header", "get_cookie")
        ),
        S.HTTP_REQUEST,
    ),
    **dict.fromkeys((f"quart.websocket.{name}" for name in ("receive", "receive_json")), S.HTTP_REQUEST),
    **dict.fromkeys(
        (
            f"{module}.{name}"
            for module in ("streamlit", "streamlit.sidebar")
            for name in ("text_input", "text_area", "chat_input", "data_editor", "experimental_get_query_params")
        ),
        S.HTTP_REQUEST,
    ),
    "fastmcp.server.dependencies.get_http_headers": S.HTTP_REQUEST,
    **dict.fromkeys(
        (f"{module}.reqparse.RequestParser().parse_args" for module in ("flask_restful", "flask_restx", "flask_restplus")),
        S.HTTP_REQUEST,
    ),
    "chainlit.AskUserMessage().send": S.HTTP_REQUEST,
    "web.input": S.HTTP_REQUEST,
    "web.data": S.HTTP_REQUEST,
    "aiohttp.web.WebSocketResponse": S.HTTP_REQUEST,
    "kafka.KafkaConsumer": S.MESSAGE,
    "confluent_kafka.Consumer": S.MESSAGE,
    "~receive": S.HTTP_REQUEST,
}
"""Callables by dotted name whose result is somebody's data."""

REQUEST_ATTRIBUTES = frozenset(
    "GET POST REQUEST args form values json data body cookies COOKIES headers META FILES files query query_params"
    " path_params match_info"
    " view_args query_string params matchdict rel_url forms query_arguments body_arguments arguments raw_args json_body".split()
)
"""What of an object known to be a request holds the client's data."""
TELLING_ATTRIBUTES = frozenset(
    "GET POST COOKIES META FILES REQUEST query_params get_json args form cookies data headers params path get".split()
)
"""Attributes that make an object named `request` one of a web framework."""
OWN_ADDRESS = frozenset(
    "url base_url host_url url_root root_url host path full_path script_root root_path rel_url get_full_path"
    " build_absolute_uri".split()
)
"""What of a request names the address that was asked for."""
ENCODED_ADDRESS = frozenset({"get_full_path", "build_absolute_uri"})
"""The same where markup in it is encoded."""
OWN_HEADERS = frozenset({"headers", "META", "referrer", "user_agent", "get_header"})
"""What of a request a browser says by itself: no link brings it."""
REQUEST_METHODS = frozenset(
    "get get_json get_data json form body post text read get_argument get_arguments get_query_argument get_query_arguments"
    " get_body_argument"
    " get_body_arguments get_cookie get_full_path build_absolute_uri getlist stream multipart get_param get_param_as_list"
    " get_header get_media media receive receive_text receive_json receive_bytes iter_text iter_json iter_bytes".split()
)
REQUEST_NAMES = frozenset({"request", "req", "http_request", "flask_request"})
"""Names of parameters that hold a request when the module knows a web framework."""
REQUEST_TYPES = expression(
    r"(^|\.)(Request|HttpRequest|HTTPConnection|WebSocket|WSGIRequest|ASGIRequest|HTTPServerRequest|web\.Request"
    r"|HttpRequestType)$"
)
TORNADO_METHODS = frozenset(
    "get_argument get_arguments get_query_argument get_query_arguments get_body_argument get_body_arguments get_cookie"
    " get_json_body".split()
)

WEB_MODULES = frozenset(
    "flask quart django fastapi starlette aiohttp bottle tornado pyramid sanic rest_framework falcon cherrypy webob werkzeug"
    " connexion"
    " ninja ninja_extra litestar starlite robyn blacksheep webapp2 flask_restful flask_restx flask_restplus apiflask"
    " flask_smorest functions_framework aws_lambda_powertools chalice mcp fastmcp ray jupyter_server".split()
)
ERROR_DECORATORS = frozenset({"errorhandler", "app_errorhandler", "register_error_handler"})
"""Names of decorator methods that register what answers when something failed; nobody hands it anything."""
SOCKET_SERVERS = frozenset(
    "asyncio.start_server asyncio.start_unix_server"
    " websockets.serve websockets.server.serve websockets.asyncio.server.serve websockets.sync.server.serve"
    " websockets.legacy.server.serve websockets.unix_serve".split()
)
"""Callables whose first argument is called with each connection."""
ROUTE_DECORATORS = frozenset(
    "route get post put delete patch head options websocket api_route api_view view_config expose blueprint_route"
    " before_request endpoint custom_route http_get http_post http_put http_delete http_patch".split()
)
"""Names of decorator methods that register a handler for a path."""
BARE_ROUTE_MODULES = frozenset("litestar starlite blacksheep bottle ninja_extra".split())
"""Packages whose route decorators are imported by their own names."""

TOOL_DECORATORS = frozenset(
    "tool tool_plain call_tool register_tool kernel_function function_tool ai_callable mcp_tool async_tool llm_tool action"
    " custom_tool register_for_llm register_for_execution".split()
)
RESOURCE_DECORATORS = frozenset({"resource", "read_resource", "resource_template"})
PROMPT_DECORATORS = frozenset({"prompt", "get_prompt", "completion", "complete"})
TOOL_FACTORIES = frozenset(
    "add_tool register_tool from_function tool StructuredTool FunctionTool Tool function_tool add_function create_tool"
    " from_defaults register_function add_resource_fn add_prompt".split()
)
"""Callables that make a tool of a function handed to them."""
TOOL_LISTS = frozenset("bind_tools create_react_agent ToolNode ReAct create_agent create_tool_calling_agent".split())
"""Callables that are handed a list of functions that a model may call."""
ROUTE_FACTORIES = frozenset(
    "add_url_rule add_api_route add_route add_get add_post add_put add_delete add_patch path re_path url Route WebSocketRoute"
    " add_websocket_route add_resource custom_route".split()
)
EVENT_METHODS = frozenset(
    "click submit change then success upload select load input release blur focus edit clear tick like stream start_recording"
    " stop_recording api Interface ChatInterface".split()
)
"""Of gradio: what they are given as a function is called with what a browser sends."""
MCP_MODULES = frozenset(
    "mcp fastmcp modelcontextprotocol langchain langchain_core llama_index agents smolagents crewai pydantic_ai"
    " semantic_kernel autogen google strands agno haystack livekit dspy mcpy arcade haystack_integrations marvin langgraph"
    " autogen_agentchat autogen_core autogen_ext agent_framework camel qwen_agent phi swarm swarms griptape letta_client"
    " browser_use composio beeai_framework openhands mirascope".split()
)
"""Top packages whose import makes a `.tool` decorator mean a tool of a model."""

COMMAND_DECORATORS = frozenset({"command", "callback", "argument", "option", "group"})

IGNORED_PARAMETERS = frozenset(
    "self cls ctx context mcp_context run_context session db info background_tasks response websocket config settings client"
    " tool_context state deps dependencies runtime tool_runtime tool_call_id _ __".split()
)
IGNORED_TYPES = expression(
    r"(^|[.\[ |])(\w*Context|RunContext\w*|\w*Session|BackgroundTasks|Response|Depends"
    r"|Annotated\[\w+, Depends\w*|ServerSession"
    r"|Injected\w+|ToolRuntime|Database|Engine|Connection|CallbackManager\w*|RunnableConfig|Progress|ExecutionContext"
    r"|Lifespan\w*)\b"
)
"""Annotations of parameters that a framework fills in, not the caller."""
PLAIN_TYPES = expression(
    r"^(Optional\[|Union\[|list\[|List\[|Sequence\[)*(str|bytes|Path|pathlib\.Path)\b(?!.*\b(Depends|Injected\w*)\b)"
)
"""Annotations of what only the caller can give, whatever a parameter is called."""
SAFE_TYPES = expression(
    r"^(Optional\[|Union\[|list\[|List\[|set\[|Sequence\[|tuple\[|Annotated\[)*\s*(typing\.)?"
    r"(int|float|bool|complex|Decimal|decimal\.Decimal|UUID\d?|uuid\.UUID|datetime(\.\w+)?|date|time|timedelta|Literal\[.*"
    r"|PositiveInt|NonNegativeInt"
    r"|conint\(.*|confloat\(.*|PositiveFloat|StrictInt|StrictBool|IPv4Address|IPv6Address|IPvAnyAddress|ipaddress\.\w+|None)\b"
)
"""Annotations that leave nothing to inject, where the framework enforces them."""

MODEL_CALLS = expression(
    r"(\.chat\.completions\.create|\.completions\.create|\.responses\.create|\.messages\.create|\.generate_content(_async)?"
    r"|\.ChatCompletion\.a?create"
    r"|\.Completion\.a?create|litellm\.a?completion|ollama\.(chat|generate)|\.chat\.completions\.parse"
    r"|\.beta\.chat\.completions\.parse"
    r"|\.converse|\.invoke_model|\.invoke_endpoint|\.text_generation|\.messages\.stream|\.completions\.parse|\.responses\.parse"
    r"|cohere\.Client\(\)\.(chat|generate)"
    r"|replicate\.run|\.send_message_async|\.chat\.(complete|stream)(_async)?|\.chat_completion"
    r"|ollama\.(Async)?Client\(\)\.(chat|generate)|(GenerativeModel|start_chat|chats\.create)\(\)\.send_message(_stream)?"
    r"|transformers\.pipeline\(\)|(^|[.?])(ctx|context)\.sample|(Session|session)(\(\))?\.create_message)\(\)$"
)
"""Results of calls that are the output of a language model."""
MODEL_RECEIVERS = expression(
    r"(?i)(^|[._?])(\w*(llm|chat_?model|chain|agent|gpt|claude|gemini|language_model|openai|anthropic)\w*)(\(\))?$"
)
MODEL_METHODS = frozenset(
    "invoke ainvoke predict apredict complete acomplete generate agenerate chat achat run arun __call__ ask prompt generate_text"
    " generate_content query stream_complete call_llm aask acompletion acomplete_chat".split()
)
MODEL_FUNCTIONS = expression(
    r"(?i)^\??(\w*\.)*(self\.)?_?(a?call|ask|query|run|invoke|get|generate|prompt)_?(the_)?(llm|gpt\d?|claude|openai|gemini"
    r"|model_output|language_model|completion|chatgpt|ai_response)(_\w+)?$"
)
"""Functions that were not resolved and are named after asking a language model."""

MODEL_TEXTS = expression(
    r"(ai|llm|gpt|model|assistant)_(message|output|response|reply|answer|text|completion|generated_\w+)(_(text|content|str))?"
)
"""Names of parameters by which what a language model wrote is handed on."""

METHODS: dict[str, tuple[S, re.Pattern[str], frozenset[str]]] = {
    **dict.fromkeys(
        ("list_tools", "list_prompts", "list_resources", "get_prompt"),
        (S.SERVER_METADATA, expression(r"(?i)(session|client)(\(\))?$"), frozenset({"mcp", "fastmcp"})),
    ),
    **dict.fromkeys(
        ("call_tool", "read_resource"),
        (S.TOOL_OUTPUT, expression(r"(?i)(session|client)(\(\))?$"), frozenset({"mcp", "fastmcp"})),
    ),
    **dict.fromkeys(
        ("recv", "recv_string", "recv_json", "recv_multipart", "recvfrom"),
        (S.MESSAGE, expression(r""), frozenset({"zmq", "socket", "socketserver", "multiprocessing"})),
    ),
    **dict.fromkeys(
        ("text_input", "text_area", "chat_input", "data_editor"), (S.HTTP_REQUEST, expression(r""), frozenset({"streamlit"}))
    ),
    "sample": (S.LLM_OUTPUT, expression(r"(?i)(ctx|context)(\(\))?$"), frozenset({"mcp", "fastmcp"})),
    **dict.fromkeys(
        ("namelist", "infolist", "getnames", "getmembers"),
        (S.FILE, expression(r"(?i)zip|tar|archive|rar|(^|\W)[zt]f?$"), frozenset({"zipfile", "tarfile", "rarfile", "py7zr"})),
    ),
    "get_user_input": (S.HTTP_REQUEST, expression(r"(?i)context"), frozenset({"a2a"})),
    "create_message": (S.LLM_OUTPUT, expression(r"(?i)session(\(\))?$"), frozenset({"mcp"})),
    "listen": (S.MESSAGE, expression(r"(?i)pubsub|^\??p$"), frozenset({"redis"})),
    "receive_message": (S.MESSAGE, expression(r"(?i)sqs|client"), frozenset({"boto3", "aioboto3"})),
    **dict.fromkeys(
        ("invoke", "ainvoke", "stream", "run", "arun"),
        (
            S.LLM_OUTPUT, MODEL_RECEIVERS,
            frozenset({"langchain", "langchain_core", "langchain_openai", "langchain_community", "langchain_anthropic"}),
        ),
    ),
}  # fmt: skip
"""Methods by name whose result is somebody's data: whose, what is found in the name of the receiver, and the packages of which one
is imported."""

METADATA_NAMES = frozenset({"authorization_endpoint", "end_session_endpoint"})
"""What an authorisation server says of itself (RFC 8414) and where a person is sent."""

RESPONSE_CALLS = expression(
    r"^(requests|httpx|niquests|urllib\.request|urllib2|urllib3)\.(\w*Session\(\)\.|\w*Client\(\)\.|PoolManager\(\)\.)?(get"
    r"|post|put|request|urlopen)\(\)$"
)
"""Results of calls that fetch something from outside."""
RESPONSE_ATTRIBUTES = frozenset("text content json body data read iter_lines iter_content raw".split())
