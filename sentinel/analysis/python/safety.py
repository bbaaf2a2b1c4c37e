"""What makes data harmless in Python, and what hands it on."""

from __future__ import annotations

import re

from sentinel.analysis.flow import EVERYTHING, PATHS, safe_kinds
from sentinel.model.flow import SinkKind as K

_HTML = frozenset({K.HTML})
_SHELL = frozenset({K.SHELL, K.ARGUMENT})
_SQL = frozenset({K.SQL})


_ESCAPING_FILTERS = "linebreaks_filter linebreaks linebreaksbr urlize urlizetrunc escape_filter escape force_escape escapejs_filter"


def _each(refs: str, kinds: frozenset[K]) -> dict[str, frozenset[K]]:
    return dict.fromkeys(refs.split(), kinds)


SANITISERS: dict[str, frozenset[K]] = {
    **_each(
        "int float bool len range complex ord hash id abs round sum divmod isinstance issubclass callable hasattr type hex oct bin"
        " uuid.UUID uuid.uuid4 uuid.uuid5 decimal.Decimal fractions.Fraction ipaddress.ip_address"
        " ipaddress.ip_network ipaddress.IPv4Address ipaddress.IPv6Address datetime.datetime.strptime"
        " datetime.datetime.fromisoformat"
        " datetime.date.fromisoformat"
        " datetime.datetime.fromtimestamp"
        " dateutil.parser.parse hashlib.md5 hashlib.sha1 hashlib.sha256 hashlib.sha512 hashlib.new hashlib.blake2b hmac.new"
        " hmac.digest secrets.token_hex"
        " os.path.exists os.path.isfile os.path.isdir os.path.getsize os.stat time.time time.strptime random.choice"
        " uuid.uuid1 zlib.crc32"
        " binascii.hexlify hmac.compare_digest enumerate_int math.floor math.ceil math.sqrt bson.ObjectId bson.objectid.ObjectId"
        " datetime.datetime.now datetime.datetime.utcnow datetime.date.today os.getpid os.getcwd tempfile.mkdtemp"
        " tempfile.mkstemp tempfile.gettempdir"
        " tempfile.NamedTemporaryFile tempfile.TemporaryDirectory shutil.which os.cpu_count socket.gethostname"
        " platform.system secrets.token_urlsafe"
        " mimetypes.guess_type os.path.islink os.access any all base64.b16encode"
        " pickle.dumps cPickle.dumps _pickle.dumps cloudpickle.dumps dill.dumps marshal.dumps jsonpickle.encode",
        EVERYTHING,
    ),
    **_each("shlex.quote pipes.quote shlex.join subprocess.list2cmdline shellescape.quote", frozenset({K.SHELL})),
    **_each(
        "html.escape cgi.escape markupsafe.escape flask.escape jinja2.escape django.utils.html.escape"
        " django.utils.html.conditional_escape"
        " bleach.clean bleach.linkify nh3.clean xml.sax.saxutils.escape xml.sax.saxutils.quoteattr werkzeug.utils.escape"
        " tornado.escape.xhtml_escape"
        " django.utils.html.strip_tags lxml.html.clean.clean_html django.utils.html.escapejs django.utils.html.json_script"
        " markdown_it",
        _HTML | {K.XML},
    ),
    **_each(
        " ".join(f"django.template.defaultfilters.{name}" for name in _ESCAPING_FILTERS.split()),
        _HTML,
    ),
    **_each("django.utils.html.format_html markupsafe.Markup flask.Markup jinja2.Markup django.utils.safestring.mark_safe", _HTML),
    **_each("django.template.loader.render_to_string flask.render_template django.shortcuts.render", _HTML),
    **_each(
        "json.dumps flask.jsonify orjson.dumps ujson.dumps simplejson.dumps flask.json.dumps",
        frozenset({K.HTML, K.REDIRECT, K.LOG}),
    ),
    **_each(
        "os.path.basename ntpath.basename posixpath.basename pathvalidate.sanitize_filename"
        " werkzeug.utils.safe_join werkzeug.security.safe_join flask.safe_join flask.send_from_directory"
        " django.utils._os.safe_join",
        PATHS,
    ),
    **_each(
        "werkzeug.utils.secure_filename werkzeug.secure_filename django.utils.text.get_valid_filename slugify.slugify"
        " django.utils.text.slugify",
        PATHS | safe_kinds(frozenset("aA0_.-")),
    ),
    **_each(
        "urllib.parse.quote urllib.parse.quote_plus urllib.quote urllib.quote_plus urllib.parse.urlencode"
        " requests.utils.quote yarl.quote",
        frozenset(
            {K.SHELL, K.SQL, K.HTML, K.URL, K.CREDENTIALED_URL, K.REDIRECT, K.LOG, K.LDAP, K.XPATH, K.CODE, K.TEMPLATE, K.XML}
        ),
    ),
    **_each(
        "flask.url_for quart.url_for django.urls.reverse django.core.urlresolvers.reverse", frozenset({K.REDIRECT, K.URL, K.HTML})
    ),
    **_each("re.escape regex.escape", frozenset({K.REGEX})),
    **_each(
        "ldap.filter.escape_filter_chars ldap.dn.escape_dn_chars ldap3.utils.conv.escape_filter_chars ldap.filter.filter_format"
        " ldap3.utils.dn.escape_rdn",
        frozenset({K.LDAP}),
    ),
    **_each(
        "sqlalchemy.text sqlalchemy.sql.text sqlalchemy.sql.expression.text sqlmodel.text django.db.models.expressions.RawSQL"
        " psycopg2.sql.SQL psycopg.sql.SQL psycopg2.sql.Identifier psycopg2.sql.Literal psycopg.sql.Identifier"
        " psycopg.sql.Literal psycopg2.extensions.quote_ident clickhouse_connect.driver.binding.format_query_value"
        " clickhouse_connect.driver.binding.quote_identifier"
        " pymysql.converters.escape_string MySQLdb.escape_string asyncpg.utils._quote_ident sqlalchemy.bindparam"
        " sqlalchemy.quoted_name sqlalchemy.column sqlalchemy.table sqlalchemy.sql.column sqlalchemy.sql.table",
        _SQL,
    ),
    **_each("ast.literal_eval json.loads orjson.loads ujson.loads simplejson.loads", frozenset({K.DESERIALIZE})),
    **_each("yaml.safe_load yaml.safe_load_all yaml.safe_dump yaml.dump", frozenset({K.DESERIALIZE})),
    **_each(
        "base64.b64encode base64.urlsafe_b64encode base64.b32encode",
        frozenset({K.SHELL, K.CODE, K.SQL, K.HTML, K.TEMPLATE, K.LDAP, K.XPATH, K.XML, K.LOG, K.DESERIALIZE, K.REDIRECT, K.URL}),
    ),
}
"""By dotted name: what the result can no longer harm."""

SANITISING_METHODS: dict[str, frozenset[K]] = {
    **_each(
        "isdigit isalnum isalpha isnumeric isdecimal isidentifier startswith endswith count find index rfind rindex exists"
        " is_file is_dir"
        " is_absolute is_relative_to stat hexdigest digest __len__ bit_length timestamp total_seconds isoformat fileno keys_count"
        " unsign unsign_object best_match",
        EVERYTHING,
    ),
    **_each("get_absolute_url get_admin_url", EVERYTHING),
    **_each("translate_path", PATHS),
    **_each("url_for url_path_for route_url", frozenset({K.REDIRECT, K.URL, K.HTML})),
    **_each("urlencode", frozenset({K.HTML, K.URL, K.CREDENTIALED_URL, K.REDIRECT, K.SHELL, K.SQL})),
    **_each("quote_ident escape_string mogrify escape_identifier escape_literal quote_name literal", _SQL),
}
"""By name of a method, whatever its receiver."""

SANITISER_NAMES = re.compile(
    r"(?i)(^|_|\.)(sanit[iy][sz]e|escape|quote|clean|validate|validated|whitelist|allowlist|safe|secure"
    r"|normali[sz]e_and_check|ensure_(safe|valid|within|allowed|inside)"
    r"|check_(path|url|command|safe)|require_(safe|valid)|verify_(path|url)|assert_(safe|valid|within)|resolve_(safe|within"
    r"|inside)\w*|strip_tags|slugify|hash|encrypt"
    r"|to_int|parse_int|get_safe|make_safe|restrict)\w*$"
)
"""Functions that were not resolved and whose name promises cleaning: believed, a wrong warning costs more than a missed one."""

ESCAPING_NAMES = re.compile(r"(?i)(^|_)(escape|quote|quoted|esc|html_encode|encode_html)(_|$)")
"""Functions of the workspace that are believed by their name for what quoting can do, whatever their body."""
ESCAPED_KINDS = frozenset({K.SQL, K.HTML, K.LDAP, K.XPATH, K.XML})

LOOKUP_NAMES = re.compile(
    r"(?i)^_?(get|fetch|load|find|query|lookup|look_up|search|create|delete|update|insert|save|send|post|put|run|exec"
    r"|execute|call|is|has|can|count|list"
    r"|check|validate|verify|log|print|write|open|close|start|stop|connect|register|add|set|remove|test|assert|raise|compute"
    r"|calculate|hash|encrypt|render|notify|select|on|perform|dispatch|emit|trigger|publish"
    r"|gather|collect|discover|describe|explain|detect|analy[sz]e|estimate|measure|authenticate|authori[sz]e|enqueue|schedule"
    r"|persist|launch|spawn|attach|acquire|allocate|reserve|retrieve|download|upload|export)(_|$|[A-Z])"
)
"""Functions that were not resolved and whose result is another thing than what they are given."""

PREDICATE_NAMES = re.compile(
    r"(?i)(^|_|\.)(is|has|are|can)?_?(in_)?(valid\w*|safe\w*|allowed\w*|permitted\w*|trusted\w*|authori[sz]ed\w*|whitelisted"
    r"|allowlisted|within\w*|inside\w*|public\w*|sanitized|accepted|acceptable"
    r"|allow_?list\w*|whitelist\w*|check_\w+|verify_\w*|validate\w*)$"
)
REFUSAL_NAMES = re.compile(
    r"(?i)(^|_|\.)(is|has|contains)?_?(blocked|private\w*|internal\w*|dangerous|forbidden|denied|unsafe|malicious|invalid\w*"
    r"|traversal\w*|suspicious|illegal|reserved)\w*$"
)
"""Tests that were not resolved, by what they are named after."""

REFUSING_NAMES = re.compile(
    r"(?i)(^|_|\.)(sanit[iy][sz]e\w*|(ensure|require|assert|enforce|guard)_\w*(safe|valid|within|allowed|inside|local|public|permitted"
    r"|trusted)\w*|(forbid|reject|disallow|abort_if|raise_if|raise_for|raise_unless)_\w+)$"
)
"""Functions that were not resolved and are called for nothing but that they raise."""

KEEPING = frozenset(
    "compile str repr bytes bytearray list tuple set frozenset sorted reversed dict iter next max min filter map zip"
    " enumerate format ascii copy.copy copy.deepcopy"
    " os.fspath os.fsencode os.fsdecode os.path.expandvars os.path.dirname os.path.splitext os.path.split"
    " urllib.parse.unquote urllib.parse.unquote_plus urllib.unquote urllib.parse.urlunparse urllib.parse.urldefrag"
    " urllib.parse.parse_qs urllib.parse.parse_qsl"
    " html.unescape textwrap.dedent textwrap.indent textwrap.fill json.loads json.load json.dumps ast.literal_eval"
    " base64.b64decode base64.urlsafe_b64decode"
    " base64.b32decode base64.standard_b64decode base64.b16decode base64.b85decode base64.a85decode base64.decodebytes"
    " codecs.decode codecs.encode binascii.unhexlify"
    " binascii.a2b_base64 zlib.decompress zlib.compress gzip.decompress bz2.decompress lzma.decompress"
    " io.StringIO io.BytesIO StringIO.StringIO cStringIO.StringIO yaml.safe_load tomllib.loads tomli.loads re.sub re.split"
    " re.findall bytes.fromhex bytearray.fromhex"
    " typing.cast cast unicodedata.normalize itertools.chain itertools.chain.from_iterable functools.reduce"
    " os.path.commonprefix string.capwords"
    " urllib.request.url2pathname urllib.request.pathname2url shlex.split email.message_from_string csv.reader"
    " getpass.getpass toml.loads"
    " socket.gethostbyname socket.gethostbyname_ex socket.getaddrinfo"
    " types.SimpleNamespace collections.OrderedDict collections.defaultdict collections.deque collections.ChainMap"
    " difflib.get_close_matches"
    " asyncio.wait_for asyncio.shield asyncio.create_task asyncio.ensure_future xmltodict.parse django.utils.encoding.force_str"
    " django.utils.encoding.smart_str django.utils.encoding.iri_to_uri six.text_type six.ensure_str unicode basestring".split()
)
"""Callables whose result holds what they are given."""

UNDOING = frozenset(
    "base64.b64decode base64.urlsafe_b64decode base64.b32decode base64.standard_b64decode base64.b16decode"
    " base64.decodebytes codecs.decode"
    " urllib.parse.unquote urllib.parse.unquote_plus urllib.unquote urllib.parse.parse_qs urllib.parse.parse_qsl"
    " html.unescape bytes.fromhex binascii.unhexlify".split()
)
"""Callables that undo an encoding."""

QUERY_METHODS = frozenset(
    "with_query update_query extend_query mod_query set_query include_query_params replace_query_params copy_set_param"
    " copy_merge_params copy_add_param".split()
)
"""Methods of an address by which it is given a query, encoded."""

NOT_KEEPING_METHODS = frozenset(
    "append add extend insert remove discard clear sort reverse close write writelines flush execute commit wait kill terminate"
    " is_relative_to relative_to_check match fullmatch search".split()
)
"""Methods of somebody's data whose result does not hold it."""

OWN_REFERENCES = re.compile(
    r"^(sys\.(executable|prefix|platform|path|version\w*|maxsize)|os\.(sep|pathsep|linesep|curdir|pardir|name|devnull)"
    r"|tempfile\.\w+"
    r"|__file__|__name__|__doc__|string\.\w+|settings\.\w+|django\.conf\.settings\.\w+|config\.\w+)"
)
"""What the program itself decides."""

RESOLVING = frozenset({"os.path.realpath", "posixpath.realpath", "ntpath.realpath"})
NORMALISING = frozenset({"os.path.normpath", "os.path.abspath", "posixpath.normpath", "posixpath.abspath"})
PATH_JOINS = frozenset({"os.path.join", "posixpath.join", "ntpath.join"})
PATH_CLASSES = re.compile(
    r"^(pathlib\.(Pure|Posix|Windows)?\w*Path|anyio\.Path|py\.path\.local|upath\.UPath|aiopath\.AsyncPath|trio\.Path)$"
)
URL_PARSERS = frozenset(
    "urllib.parse.urlparse urllib.parse.urlsplit urlparse.urlparse urlparse.urlsplit httpx.URL yarl.URL rfc3986.urlparse"
    " furl.furl"
    " urllib3.util.parse_url pydantic.AnyUrl pydantic.HttpUrl".split()
)
ADDRESS_PARSERS = frozenset({"ipaddress.ip_address", "ipaddress.IPv4Address", "ipaddress.IPv6Address"})
ADDRESSES = frozenset(f"{ref}()" for ref in ADDRESS_PARSERS)
PUBLIC_ADDRESS_FACTS = frozenset({"is_global"})
PRIVATE_ADDRESS_FACTS = frozenset(
    "is_private is_loopback is_link_local is_reserved is_multicast is_unspecified is_site_local".split()
)
"""What an address says of itself: one of the first holds, or none of the others, for one that is fit to be asked."""
REDIRECT_CHECKS = frozenset(
    "django.utils.http.url_has_allowed_host_and_scheme django.utils.http.is_safe_url"
    " django.utils.http.url_has_allowed_host_and_scheme_".split()
)
