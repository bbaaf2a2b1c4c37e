"""Credential written as a constant.

## Why it matters
A password, key or token that stands in the source is known to everybody who can read the repository, its forks, its images and
its packages, and it cannot be changed without a release.

## What to do
1. Change the credential where it is used; the history keeps the old value.
2. Read it at run time from an environment variable or a secret store.
3. Fail with a clear message when it is missing instead of falling back to a constant.
4. If the value is not secret, say so in its name, or suppress the finding with a reason.

## Known limits
Formats are not known here, so a value counts by its name and by how random it looks. Passwords made of plain words are notes, but
for that of an administrator whom a call in the program creates.
In tests, examples, comments, documentation and copies of published code nothing is more than a note. Values of fewer than six
characters, keys made to be public (`pk_live_`) and the texts of translations are not looked at.

## References
- https://cwe.mitre.org/data/definitions/798.html
- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from sentinel.analysis.credentials import (
    entropy,
    is_code,
    is_commented,
    is_placeholder,
    is_random,
    is_reference,
    is_slug,
    is_words,
)
from sentinel.detectors.code_injection._calls import is_comment
from sentinel.detectors.secrets._token import is_said_to_be_none, is_tried
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_NAME = (
    rb"(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z0-9_.-]{0,60}(?:passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|"
    rb"private[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?key|(?:admin|account|master|service(?:[_-]role)?|subscription|openai)[_-]?key|credential|webhook)s?[A-Za-z0-9_.-]{0,20})"
)
_ASSIGN = (
    rb"[\"'\]]{0,3}[ \t]{0,8}(?::[ \t]?(?:str|string|String|&str|&'static str)[ \t]?)?"
    rb"(?:(?:=>|:=|[:=,])[ \t]{0,8}|=[ \t]?\(?\r?\n[ \t]{1,40})"
)
_VARIABLE = rb"\bvariable[ \t]{1,4}\"" + _NAME + rb"\"[ \t]{0,4}\{[^{}]{0,300}\bdefault[ \t]{0,4}=[ \t]{0,4}"
"""A variable of Terraform, up to its default."""
_MADE_OF = (
    rb"(?:(?:\[\]byte|(?:base64\.)?(?:urlsafe_)?b64decode|base64_decode|bytes\.fromhex|unhexlify|Buffer\.from|Base64\.(?:strict_|urlsafe_)?decode64|"
    rb"FromBase64String|(?:UTF8|ASCII)\.GetBytes|getDecoder\(\)\.decode|SecretStr)\(\s{0,40})?"
)
"""What turns a constant text into the bytes of a key."""
_VALUE = rb"(?P<quote>[rbu@]?[\"'`]{1,3}|)(?P<value>[^\s\"'`,;<>(){}\[\]\\]{6,200})(?P<after>[\"'`\s,;)}\]]|$)"
_LABEL = (
    rb"^[ \t]*(?:[-*][ \t]{1,4})?(?P<name>(?:[A-Za-z]{2,20} ){0,3}"
    rb"(?:password|passphrase|api key|access key|secret key|secret|token))"
    rb"[ \t]{0,4}[:=][ \t]{1,4}(?P<value>[^\s\"'`,;<>(){}\[\]\\]{10,120})[ \t]*\r?$"
)
"""A line of a text for people, such as a message or a report inside a string: `API Key: ...`."""
_LABELLED, _DEFAULT = 1, 2
_LEAST_DIGITS = 3
_NOT_SECRET = expression(
    rb"(?i)(?:id|ids|name|names|file|path|dir|url|uri|endpoint|type|types|length|len|size|field|header|env|var|prefix|suffix|regex|pattern|"
    rb"expires?|expiry|expiration|ttl|count|limit|label|title|text|message|hint|placeholder|ref|arn|version|format|algorithm|alg|method|"
    rb"policy|strength|reset|manager|store|storage|provider|service|class|input|param|parameter|attribute|column|selector|icon|color|scope|"
    rb"scopes|index|hash|digest|checksum|fingerprint|public|tokens|tokenizer|tokenize|budget|usage|required|enabled|disabled|valid|"
    rb"validator|generator|handler|helper|error|page|view|form|schema|mode|status|state|date|time|rotated|used|changed|created|updated|at|by|for|map|list|set|group|role|"
    rb"sha(?:1|224|256|384|512)|md5|crc32|"
    rb"audience|issuer|symbol|address|mint|kind|separator|source|location|keyref|keyname|secretname|csrf|xsrf|example|sample|mask|masked)$"
)
_DERIVED = expression(rb"(?i)hash|digest|checksum|fingerprint|encrypted|public|masked|redacted")
"""A value under such a name is made of a secret, or none."""
_NOT_SECRET_HEAD = expression(
    rb"(?i)^(?:max|min|num|total|n|pad|eos|bos|unk|sep|cls|mask|next|prev|previous|page|continuation|cursor|sort|is|has|"
    rb"no|public|csrf|xsrf|access_token_url|token_url|special|stop|reset|forgot|change|confirm|invalid|wrong|missing)[_.-]?(?:token|password|key|secret)"
)
_PASSWORD = expression(rb"(?i)passw|passphrase|pwd|passwd")
_CONFIG = frozenset(
    {Language.YAML, Language.INI, Language.DOTENV, Language.TOML, Language.DOCKERFILE, Language.TEXT, Language.SHELL}
)
_DATA = frozenset({Language.JSON, Language.YAML, Language.INI, Language.TOML, Language.TEXT, Language.HTML})
_UNQUOTED = frozenset({Language.YAML, Language.INI, Language.DOTENV, Language.DOCKERFILE, Language.TEXT})
_DEFAULTS = expression(
    rb"(?i)^(?:pass(?:word|wd|phrase)?\d{0,4}|admin\d{0,4}|root|guest|postgres|mysql|secret|default|none|null|true|false|undefined|required|optional|string|bearer|basic)$"
)
_LEAST_TOKEN = 16
_API_DESCRIPTION = expression(r"(?i)(?:openapi|swagger|asyncapi)[^/]*\.(?:json|ya?ml)$")
"""Descriptions of an interface, whose values are examples."""
_DOTTED = expression(rb"[A-Za-z_]{2,}(?:\.[A-Za-z_]{2,})+|[a-z]{3,}(?:\.[A-Za-z][A-Za-z0-9_-]{0,15}){2,8}")
"""A path of names, as settings, telemetry and the rules of highlighters have them."""
_PUBLISHABLE = expression(rb"phc_|pk_(?:live|test)_|pk\.eyJ|sb_publishable_")
"""How keys begin that are made to be handed to every visitor of a page (PostHog, Stripe, Clerk, Mapbox, Supabase)."""
_HANDED_OUT = expression(
    rb"(?i)(?:mixpanel|posthog|amplitude|segment|analytics|telemetry|heap|rudder)\w*(?:token|key)|project_?token|write_?key"
)
"""Names of keys that a program carries so that it may report how it is used."""
_REPORTER = expression(rb"(?i)\b(?:bugsnag|rollbar|raygun|logrocket|hotjar|airbrake|honeybadger|mixpanel|posthog|amplitude)\b")
"""Services that programs report their failures and their use to."""
_SEARCH_ONLY = expression(rb"(?i)\bapp(?:lication)?_?id['\"]?\s*[:=]")
_SEARCHED = expression(rb"(?i)\bindex_?name['\"]?\s*[:=]")
"""Beside a key for searching in documentation stand the application and the index it is for."""
_BESIDE = 200
_TRANSLATION = expression(
    r"(?i)(?:^|/)(?:locales?|lang(?:uage)?s?|i18n|l10n|translations?|nls|messages)/|"
    r"(?:^|[/._-])(?:locale|messages|strings|translations?)[._-][a-z]{2}(?:[._-][a-z]{2,4})?\.[a-z]+$|(?:^|/)strings\.xml$"
)
"""Where the words of a user interface stand, in one language after the other."""
_HUMPS = expression(
    rb"[A-Za-z]?[a-z]{2,}(?:\d{0,2}[A-Z]{1,4}[a-z]{2,}|\d{1,2}[a-z]{2,}|[A-Z][a-z](?=[A-Z][a-z]{2,}))+[A-Z]{0,4}\d{0,2}"
)
"""Words in one another's neck, as names in code have them: `SsoEmail2faSessionToken`."""
_PART = expression(rb"[A-Za-z][a-z]+|[A-Z]+(?![a-z])")
_ALGORITHM = expression(
    rb"(?i)(?=.*[a-z])(?:(?:md[245]|ssha|smd5|sha|hmac|hs|rs|es|ps|aes|des|3des|rsa|dsa|ecdsa|ed25519|crypt|bcrypt|scrypt|argon2(?:id?|d)?|pbkdf2|"
    rb"blowfish|cbc|gcm|ctr|ecb|oaep|pkcs\d{0,2}|with|clear|plain|base64|hex|utf8?|\d{1,3})(?:[-_/+]|$)"
    rb"|(?:sha|hs|rs|es|ps|aes)\d{1,3}(?:[-_/+]|$))+"
)
"""How something is encrypted or hashed."""
_FILLED_IN = expression(
    rb"(?i)(?:^|[-_])here(?:$|[-_\d])|fill[-_ ]?in|(?:^|[-_])set[-_](?:a|an|the|your|me|this)[-_]"
    rb"|to[-_]?be[-_]?(?:set|changed|replaced)"
)
"""A value that asks to be written."""
_IN_PATH = expression(rb"[\w.]/$")
"""What stands before the name where it is the last part of a path: `/etc/passwd`."""
_RATE = expression(rb"(?i)\d{1,6}/\d{0,4}(?:s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|weeks?|months?|years?)")
"""How often something is allowed."""
_OF_TRANSLATION = expression(rb"[A-Za-z][\w-]{2,30}:[a-z][A-Za-z]{2,40}")
"""A name of a text of a user interface, with its space of names."""
_ENTRY_POINT = expression(
    rb"[a-z]+\d{0,3}(?:_[a-z0-9]+)*(?:\._{0,2}[a-z]+\d{0,3}(?:_[a-z0-9]+)*)+:_{0,2}[A-Za-z]+(?:[._][A-Za-z]+)*"
)
"""A name in a module, as entry points have it: `package.module:NAME`."""
_CREATES = expression(rb"(?i)(?:create|insert|add|register)(?!_?(?:mock|test|fake|dummy|demo))\w{0,30}\s{0,4}$")
_OF_ADMINISTRATOR = expression(
    rb"(?i)\bis_?(?:admin|super_?user)[\"']?\s{0,4}[:=]\s{0,4}true\b|\brole[\"']?\s{0,4}[:=]\s{0,4}[\"'](?:super_?)?admin[\"']"
)
_OF_USER = expression(rb"(?i)\b(?:user_?name|login|e?mail)[\"']?\s{0,4}[:=]\s{0,4}[\"'][^\"'\n]{1,60}[\"']")
_SEEDED = expression(r"(?i)seed|demo|fixture|sample|mock|stories|playground|(?:^|/)(?:scripts?|tools?|migrations?|dev)/")
"""Where accounts are made for whoever tries the program out."""
_PROGRAMS = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_OF_DIGEST = expression(rb"(?i)(?:[\w.-]{0,20}[-_.:])?(?:md5|sha-?(?:1|224|256|384|512))[:=-][0-9a-f]{32,128}")
"""A digest with the name of its function in front."""
_ADDRESS = expression(rb"(?i)[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}@\S*")
"""An address with the name of a user and no password."""
_DATE = expression(rb"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?")
_UUID = expression(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRIAL = expression(
    r"(?i)(?:^|/)(?:tox\.ini|noxfile\.py|\.travis\.yml|appveyor\.yml|phpunit\.xml(?:\.dist)?|\.env\.(?:test|testing|ci|e2e))$|"
    r"(?:^|/)(?:settings|config)/(?:ci|tests?|testing)\.py$|(?:^|/)settings_(?:ci|tests?|testing)\.py$|"
    r"\.(?:bru|http|rest)$|postman_collection[^/]*\.json$|(?:^|/)insomnia[^/]*\.(?:json|ya?ml)$"
)
"""Settings of test runs, whose data bases live for a minute, and collections of requests to try an interface with."""
_TEST_RUN = expression(
    rb"(?i)_ENV['\"]?[ \t]*[:=][ \t]*['\"]?test\b|://[\w.-]{1,40}:[\w.-]{1,40}@(?:localhost|127\.0\.0\.1)\b|"
    rb"^[ \t]+services:[ \t]*\r?$",
    re.MULTILINE,
)
_TRIED_OUT = expression(
    r"(?i)(?:^|/)(?:scripts?|[\w-]*test[\w-]*|dev|e2e|ci|\.ci)/(?:[^/]+/)*(?:docker-)?compose[\w.-]*\.ya?ml$|(?:^|/)test[-_]environments?/|"
    r"(?:^|/)(?:evals?|benchmarks?)/(?:[^/]+/)*(?:artifacts|fixtures|manifests|data)/"
)
_SETS = expression(
    rb"(?i)\b(?:set|put|add|append|insert|define|env|config|property|header|with|setdefault|assign|store|save|register|option)\w{0,24}\s*\(\s*['\"`]$"
)
"""What stands before a name that a function sets."""
_IDENTIFIER = expression(
    rb"(?i)\d{4}_\w+|(?:uniq|idx|fk|pk|uq|ix|uk)_\w+|[a-z]+(?:[_-][a-z0-9]+){2,}|[a-z]+(?:[_-][a-z]+)+\d{0,2}|"
    rb"[a-z]\d{1,2}(?:[_-][a-z]+){2,}"
)
_VALIDATORS = expression(rb"(?:required|nullable|sometimes|string|confirmed|bail|present|filled|min:\d+|max:\d+)\|")
"""What a form asks of a field, as Laravel writes it."""
_OF_FILE = expression(rb"(?i)\.(?:[cm]?[jt]sx?|json|map|css|html?|svelte|vue|py|md|ya?ml)$")
"""A name of a file, as tools list them."""
_KIND_SECRET = expression(rb"(?m)^kind:[ \t]*Secret[ \t]*\r?$")
_SHOWABLE = expression(rb"[\x20-\x7e\r\n]+")
_SCRIPT_TAG = expression(rb"(?i)<script\b[^<>]*\bsrc\s*=[^<>]*$")
_MOST_OF_TAG = 400
_DIGESTS = frozenset({32, 40, 64})
_HEX = expression(rb"[0-9a-f]+")
_USUAL = frozenset(
    {
        b"password",
        b"passwd",
        b"pass",
        b"pwd",
        b"secret",
        b"secure",
        b"token",
        b"key",
        b"api",
        b"user",
        b"admin",
        b"root",
        b"email",
        b"mail",
        b"db",
    }
    | {b"my", b"your", b"the", b"database", b"test", b"dev", b"demo"}
)
"""Words of which passwords are made that stand for one."""
_HERE = expression(rb"(?i)(?:@|//)(?:localhost|127\.0\.0\.1|\[::1\])[:/][^\s\"']{0,120}$")
"""An address of this machine, in whose query a value may stand."""
_LIST = 2_000
_LEAST_DIGESTS = 8
_LEET = bytes.maketrans(b"4@30$5", b"aaeoss")
"""Digits and signs that stand for letters in `P4ssw0rd`."""
_TRIED_NAME = expression(rb"(?i)(?:^|[_.-])(?:tests?|testing|fake|dummy|mock|sample|selenium)(?=[_.-])")
"""A name that says that the value is for tests."""
_FEW = 3
_MOST_WORDS = 40
_SHOWN = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.INSTRUCTION)
_NOT_OURS = (Role.VENDORED, Role.MINIFIED)


@rule(
    "secrets/hardcoded-credential",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    patterns=(
        Pattern(_NAME + _ASSIGN + _MADE_OF + _VALUE, ignore_case=True),
        Pattern(_LABEL, ignore_case=True, multiline=True, most=300),
        Pattern(_VARIABLE + _VALUE, ignore_case=True),
    ),
    bad=(
        Example("DATABASES = {\n    'default': {\n        'PASSWORD': 'x7Kp<+>2mQz9LwR',\n    }\n}\n", (3,), "settings.py"),
        Example('API_KEY = "k7Rw2Xq9Lm4T<+>z8Vb<+>3Nc6Hd5Jf1Gs"\n', (1,)),
        Example(
            'variable "corp_api_token" {\n  type = string\n  default = "k7Rw2Xq9Lm4T<+>z8Vb<+>3Nc6Hd5Jf1Gs"\n}\n', (3,), "a.tf"
        ),
        Example('const clientSecret = "Qk2Wx9Zr4<+>Tl8B<+>v3Cn6Md5Fj";\n', (1,), "a.ts"),
        Example('db_password = "tR4-un<+>fall-8x<+>"\n', (1,)),
        Example("auth:\n  token: 9a1f4c7e<+>2b8d6053<+>1f9a4c7e2b8d6053\n", (2,), "config.yaml"),
        Example('var cfg = Config{Secret: "k7Rw2Xq9<+>Lm4T<+>z8Vb3Nc6"}\n', (1,), "a.go"),
        Example(
            "if (empty)\n  await createUser({\n    username: 'admin',\n    password: 'admin<+>123',\n    isAdmin: true,\n  });\n",
            (4,),
            "src/users.ts",
        ),
        Example('User.objects.create_user(username="root", password="root<+>1234", is_superuser=True)\n', (1,), "app/start.py"),
        Example('api_token = "hauler.core:k7Rw2Xq9<+>Lm4T<+>z8Vb3Nc6"\n', (1,), "pyproject.toml"),
        Example('SET.setdefault("api_token", "k7Rw2Xq9<+>Lm4T<+>z8Vb3Nc6")\n', (1,)),
        Example("SIGNING_KEY=Hd5Jf1Gs0PaE<+>u6Yi<+>3Oo7Qk2W\n", (1,), ".env"),
        Example("SIGNING_KEY=bd5Jf1Gs0PaE<+>u6Yi<+>3Oo7Qk2W\n", (1,), ".env"),
        Example('signing_key = b"Hd5Jf1Gs0PaE<+>u6Yi<+>3Oo7Qk2W"\n', (1,)),
        Example('ENCRYPTION_KEY = base64.b64decode("azdSdzJYcTlM<+>bTRUejhWYjNOYzZIZDVKZjFHczBQYUU=")\n', (1,)),
        Example('package a\n\nvar signingKey = []byte("k7Rw2Xq9Lm4T<+>z8Vb<+>3Nc6Hd5Jf1Gs")\n', (3,), "a.go"),
        Example("export SERVICE_TOKEN=k7Rw2Xq9Lm4T<+>z8Vb<+>3Nc6Hd5Jf1Gs\n", (1,), "run.sh"),
        Example('HELP = """\n  Admin Password: tR4-un<+>fall-83\n  API Key: k7Rw2Xq9Lm4T<+>z8Vb3Nc6\n"""\n', (2, 3)),
    ),
    good=(
        Example('{"files": ["../src/webhook.d.ts","../src/a1b2c3d4e5f6g7h8.d.ts"]}\n', path="a.tsbuildinfo"),
        Example(
            "kind: Secret\ndata:\n  APP_API_KEY: eW91ci1hcGkta2V5LWhlcmU=\n  REDIS_PASSWORD: Y2hhbmdlbWU=\n", path="secret.yaml"
        ),
        Example(
            "<script src='https://s.example.org/b.js' data-b='{\"token\": \"5f1c0a7be29d43c8a6b0d97e4412f3ab\"}'></script>\n",
            path="a.html",
        ),
        Example('API_KEY = os.environ["API_KEY"]\n'),
        Example('password = "password"\n'),
        Example('token_type = "Bearer"\nmax_tokens = 4096\n'),
        Example('secret_name = "projects/payments/production/api-key"\n'),
        Example("API_KEY=your-api-key-here\n", path=".env.example"),
        Example('PASSWORD_RESET_URL = "https://accounts.firm.de/reset/9a1f4c7e"\n'),
        Example("token = generate_token(user_id)\n"),
        Example("token=read_token-1234-from-file\nTOKEN=$TOKEN_NUMBER_2\n[ $token = k7Rw2Xq9Lm4Tz8Vb3Nc6 ]\n", path="a.sh"),
        Example('secret_key = base64.b64decode("your-base64-key-in-here-0001")\n'),
        Example("rename(attributes, 'usage.outputTokensPerSecond', 'usage.completionTokensPerSecond');\n", path="a.ts"),
        Example("interface Options {\n  token: Base64Str\n  Secret: string1234567\n}\n", path="a.ts"),
        Example("semantic: NotRequired[Union['SemanticTokensOptions', 'SemanticTokensRegistrationOptions']]\n"),
        Example('POSTHOG_API_KEY = "ph<+>c_F8JMNjW1i2KbGUTa<+>W1unnDdLSPCoyc52SGRU0Jec"\n'),
        Example("password=Passwort vergessen?\nnew_password=Wachtwoord\n", path="conf/locale/locale_de-DE.ini"),
        Example('{"Password": "Contraseña", "api_key_permissions": "API-Schlüsselberechtigungen"}\n', path="lang/es.json"),
        Example("token_hint: セキュリティ機器とはFIDO2規格に準じた任意の機器です\n", path="config/locales/ja.yml"),
        Example('TEXT = """\nPassword: as you chose it in 2024\nToken: <your-token-1234>\n"""\n'),
        Example('const csrfToken = "csrf-token-header-name";\n', path="a.ts"),
        Example("await createUser({ username: 'ada', password: 'admin<+>123', isAdmin: false });\n", path="src/users.ts"),
        Example("await createUser({ username, password: 'admin<+>123', isAdmin: true });\n", path="src/users.ts"),
        Example(
            "await createUser({ username: 'admin', passwordHash: 'c2FsdCQkNGI5', isAdmin: true, password: `${given}` });\n",
            path="src/users.ts",
        ),
        Example("createTestUser({ username: 'admin', password: 'admin<+>123', isAdmin: true });\n", path="src/users.ts"),
        Example("show({ username: 'admin', password: 'password', isAdmin: true });\n", path="src/users.ts"),
        Example("await createUser({ username: 'admin', password: 'admin<+>123', isAdmin: true });\n", path="prisma/seed.ts"),
        Example("await createUser({ username: 'admin', password: 'admin<+>123', isAdmin: true });\n", path="tests/users.test.ts"),
        Example("// createUser({ username: 'admin', password: 'admin<+>123', isAdmin: true });\n", path="src/users.ts"),
        Example("api_key: ${{ secrets.API_KEY }}\n", path=".github/workflows/a.yml"),
        Example('next_token = "eyJsYXN0SWQiOjEyMzQ1Njc4OTB9Cg"\n'),
        Example('api_key = "test-key-0123456789abcdef"\n', path="tests/test_a.py"),
        Example("password: str = Field(description='The password')\n"),
        Example('public const string RotateUserApiKey = "pm-37165-rotate-user-api-key";\n', path="Flags.cs"),
        Example("return [\n    'password' => 'required|alpha_dash|string|max:255',\n];\n", path="a.php"),
        Example('public const string TokenIdentifier = "SsoEmail2faSessionToken";\n', path="A.cs"),
        Example("$config['password_ldap_encodage'] = 'md5-crypt';\n", path="config.php"),
        Example("assertParamExists('changeMyToken', 'changeMyTokenRequestForUser', changeMyTokenRequestForUser)\n", path="a.ts"),
        Example("('a.length','8','The least length of all passwords','5ff5841d-fa50-4532-8205-1808927b9259',NULL)\n", path="a.sql"),
        Example(
            'this.rules = [{ token : "support.function.C99.c", regex : words }, { token: "storage.type.method.X11" }];\n',
            path="mode.js",
        ),
        Example("EMAIL_HOST_PASSWORD=emailpassword123\n", path=".env.production"),
        Example('made = bytes(password, "iso-8859-1")\n'),
        Example('const titles = { [Brand.OnePassword]: "1Password" };\n', path="a.ts"),
        Example(
            'enum Key {\n  A = "bada5566-a7aa-401f-bd96-45619a55120d",\n  OnePassword = "bfc748bb-3429-4faa-b9f9-7cfa9f3b76d0",\n'
            '  B = "d548826e-79b4-db40-a3d8-11116f7e8349",\n  C = "531126d6-e717-415c-9320-3d9aa6981239",\n}\n',
            path="a.ts",
        ),
        Example(
            "checksums:\n" + "".join(f"  auth/page_{n}/new_password: {n:x}3e35b0671004c7bbd9fa9b9654744d7\n" for n in range(1, 10)),
            path="i18n.lock.yml",
        ),
        Example(
            "checksums:\n"
            + "".join(f"  page_{n}/delete_api_key_confirmation: b{n}f0342d4e55f0cb244fe121eeeb10a3\n" for n in range(10)),
            path="i18n.lock.yml",
        ),
        Example('RATES = {"password_recovery_request": "12/hour"}\n'),
        Example("options = { placeholder: { password: 'apostrophe:enterPassword' } };\n", path="a.js"),
        Example('fields = ["old_password", "new_password1", "new_password2"]\n'),
        Example('TOPICS = {"b2-accounts", "b2-passwords-and-keys", "b2-copies-on-other-disks"}\n'),
        Example('SENT = ["b2-accounts", "b2-password-hints", "x7-how-to-mend-what-broke"]\n'),
        Example(
            '[project.entry-points."hauler.settings"]\ns3_secret_access_key = "hauler.core.s3.settings:AWS_SECRET_ACCESS_KEY"\n',
            path="pyproject.toml",
        ),
        Example("[options.entry_points]\nhauler =\n    api_token = hauler.kept_2.settings:ServiceToken\n", path="setup.cfg"),
        Example("dependencies = [('authtoken', '0002_auto_20160226_1747')]\n"),
        Example("$t->addUniqueIndex(['token'], 'UNIQ_6FB0DB1E5F37A13B');\n", path="a.php"),
        Example('COMMON = ("letmein", "password123", "Tr0ub4dor&3x", "iloveyou99")\n'),
        Example('variable "api_token" {\n  type = string\n  default = "replace-me-before-use"\n}\n', path="a.tf"),
        Example(
            'TOKEN_TABLE_SHA256 = (\n    "' + "4b319e836d57f52f" * 4 + '"\n)\nAUTH_TOKEN_MD5 = "' + "9e2b41c07d5fa638" * 2 + '"\n',
            path="a.py",
        ),
        Example("{\"try\": \"Read '../../etc/passwd', 'C:/Windows/System32/drivers/x91q'; both are refused\"}\n", path="a.json"),
        Example('{"secret": "rl-sha256:' + "4b319e836d57f52f" * 4 + '"}\n', path="a.json"),
        Example("const user = { access_key_2_last_rotated: '2019-01-25T17:58:41+00:00' };\n", path="a.js"),
        Example('open(credentials="mysql+pymysql://reader@host.firm.de:4497/Db")\n'),
        Example('{"api-token": "API-toegangs<+>token2"}\n', path="i18n/nl.json"),
        Example("MSSQL_PASSWORD=SET_A_PASSWORD_HERE_123\n", path=".env.dist"),
        Example("db_password='FillInCorrectPassword'\n", path="build.sh"),
        Example("{ appId: 'N8EOC', apiKey: 'e97714<+>a64e2b4b8b8fe0<+>b01cd8592870', indexName: 'docs' }\n", path="a.ts"),
        Example('SERVICE_TOKEN_SENT = "prefer-service-1234-over-user"\n'),
        Example('passwordHash: "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"\n', path="a.json"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A value that looks like a credential under a name that says so."""
    if hit.pattern == _LABELLED:
        yield from _labelled(document, hit)
        return
    name, value, quote = hit.group("name"), _of_manifest(document, hit.group("value")), hit.group("quote").lstrip(b"rbuRBU@")
    if not _names_a_secret(name) or not _can_stand(document, hit, quote):
        return
    if quote and _PASSWORD.search(name) and _makes_administrator(document, hit):
        yield _told(document, hit, Severity.MEDIUM, None, "an administrator is created with it")
        return
    if _is_none(name, value) or _is_on_a_page(document, hit):
        return
    if _is_beside_others(document, hit, value) or not _is_credible(value, _PASSWORD.search(name) is not None):
        return
    start, end = hit.span("value")
    if _is_translated(document, value) or (not quote and _is_sentence(document, end)):
        return
    if _PASSWORD.search(name) is None and _is_for_searching(document, start, end):
        return
    yield _told(document, hit, *_weight(document, hit, name, value))


def _told(document: Document, hit: Hit, severity: Severity | None, confidence: Confidence | None, context: str) -> Match:
    start, end = hit.span("value")
    name = hit.group("name").decode("ascii", "replace")
    return Match(
        document.span(start, end),
        f"The value of `{name}` is written as a constant.",
        identity=name,
        secret=Secret(start, end, name=name),
        severity=severity,
        confidence=confidence,
        context=context,
    )


def _makes_administrator(document: Document, hit: Hit) -> bool:
    """Whether a call of the program creates an administrator whose name and password both stand there, however plain they are."""
    (start, _), (_, end) = hit.span("name"), hit.span("value")
    callee, opened, before = document.data[max(0, start - _BESIDE) : start].rpartition(b"(")
    after = document.data[end : end + _BESIDE].partition(b")")[0]
    if document.language not in _PROGRAMS or not opened or not _CREATES.search(callee) or is_reference(hit.group("value")):
        return False
    if not all(sign.search(before) or sign.search(after) for sign in (_OF_USER, _OF_ADMINISTRATOR)):
        return False
    return not (_is_shown(document, hit, hit.group("name")) or document.has_role(*_NOT_OURS) or _SEEDED.search(document.path))


def _names_a_secret(name: bytes) -> bool:
    """Whether a name is that of a secret and not of what belongs to one, such as its length, or is made of it."""
    last = re.split(rb"[_.-]|(?<=[a-z])(?=[A-Z])", name)[-1]
    return not (_NOT_SECRET.match(last) or _NOT_SECRET_HEAD.match(name) or _DERIVED.search(name) or _OF_FILE.search(name))


def _is_none(name: bytes, value: bytes) -> bool:
    """Whether the value by itself is no secret: it stands for one, is code, a rate, a file, a path of names, words of its name."""
    if is_placeholder(value) or is_reference(value) or is_code(value) or _DEFAULTS.match(value) or value.lower() in name.lower():
        return True
    if (
        _OF_DIGEST.fullmatch(value)
        or _DATE.fullmatch(value)
        or _ADDRESS.fullmatch(value)
        or _OF_FILE.search(value)
        or _RATE.fullmatch(value)
        or _OF_TRANSLATION.fullmatch(value)
        or _ENTRY_POINT.fullmatch(value)
        or _DOTTED.fullmatch(value)
    ):
        return True
    if _FILLED_IN.search(value) or _ALGORITHM.fullmatch(value) or _VALIDATORS.match(value) or _PUBLISHABLE.match(value):
        return True
    return _is_made_of_words(value, name) or _is_title(name, value) or (_is_name(name, value) and not _PASSWORD.search(name))


def _is_beside_others(document: Document, hit: Hit, value: bytes) -> bool:
    """Whether what stands around tells that name and value do not belong together, or are one of a list."""
    between = document.data[hit.span("name")[1] : hit.span("value")[0]]
    if hit.pattern != _DEFAULT and b"," in between and not _is_pair(document, hit, value):
        return True
    if _IN_PATH.search(document.data, max(0, hit.span("name")[0] - 2), hit.span("name")[0]):
        return True
    return _ends_a_text(document, hit) or _is_one_of_many(document, hit) or _is_checksum(document, hit)


def _weight(document: Document, hit: Hit, name: bytes, value: bytes) -> tuple[Severity | None, Confidence | None, str]:
    """What the place, the name and the value take from the card's weight, and why."""
    start = hit.span("value")[0]
    is_password = _PASSWORD.search(name) is not None
    if _is_shown(document, hit, name):
        return Severity.MEDIUM, Confidence.LOW, "in a test, an example, a comment or documentation"
    if document.has_role(*_NOT_OURS):
        return Severity.MEDIUM, Confidence.LOW, "in a copy of published code"
    is_handed_out = bool(_HANDED_OUT.search(name) or _REPORTER.search(document.data, max(0, start - _BESIDE), start))
    severity = Severity.MEDIUM if is_password or is_handed_out else None
    if is_password and _is_weak(name, value):
        return severity, Confidence.LOW, "words rather than a random value"
    if is_handed_out:
        return severity, Confidence.LOW, "a key for reports of use, which every copy of the program carries"
    return severity, None, ""


def _is_shown(document: Document, hit: Hit, name: bytes) -> bool:
    """Whether the value is for tests or readers, by its file, its name, a mark on its line or an address of this machine."""
    if document.has_role(*_SHOWN) or is_tried(document) or _is_of_test_run(document) or _TRIED_NAME.search(name):
        return True
    if _API_DESCRIPTION.search(document.path) or _TRIAL.search(document.path):
        return True
    before = document.data[max(0, hit.start - _BESIDE) : hit.start].rpartition(b"\n")[2]
    if is_commented(document, hit.start) or is_comment(document, hit.start):
        return True
    return is_said_to_be_none(document, hit.span("value")[1]) or bool(_HERE.search(before))


def _is_weak(name: bytes, value: bytes) -> bool:
    """Whether a password is made of words, as those are that stand for one."""
    return (
        _is_name(name, value)
        or b"password" in value.lower().translate(_LEET)
        or _is_natural(value)
        or _HUMPS.fullmatch(value) is not None
        or not is_random(value, 2.6)
    )


def _of_manifest(document: Document, value: bytes) -> bytes:
    """What a value of a Kubernetes secret says, which stands there in base64; any other value as it is."""
    if document.language is not Language.YAML or document.first(_KIND_SECRET) is None:
        return value
    try:
        said = base64.b64decode(value, validate=True)
    except ValueError:
        return value
    return said.strip() if said.strip() and said.isascii() and _SHOWABLE.fullmatch(said) else value


def _is_on_a_page(document: Document, hit: Hit) -> bool:
    """Whether it is in the tag of a script that a page loads, which every visitor reads."""
    start = hit.span("name")[0]
    return _SCRIPT_TAG.search(document.data, max(0, start - _MOST_OF_TAG), start) is not None


def _is_pair(document: Document, hit: Hit, value: bytes) -> bool:
    """Whether a name, a comma and a value are what a function sets, or the value looks like a secret by itself."""
    start, end = hit.span("name")
    if document.data[end : end + 1] not in (b"'", b'"', b"`") or _UUID.fullmatch(value) or hit.group("name")[-2:].isdigit():
        return False  # the next argument of a call, the next field of a row, the next of many words
    if _SETS.search(document.data, max(0, start - _BESIDE), start):
        return True
    return is_random(value, 3.0) and any(byte in b"0123456789" for byte in value) and not _IDENTIFIER.fullmatch(value)


def _is_one_of_many(document: Document, hit: Hit) -> bool:
    """Whether it is an identifier in a list of such."""
    start, end = hit.span("value")
    if not _UUID.fullmatch(hit.group("value")):
        return False
    return len(_UUID.findall(document.data, max(0, start - _BESIDE), end + _BESIDE)) > _FEW


def _is_made_of_words(value: bytes, name: bytes) -> bool:
    """Whether it is nothing but words of its own name and the usual ones, with a few digits: `emailpassword123`."""
    return len(value) <= _MOST_WORDS and _made_of_words_of(name).fullmatch(value.lower()) is not None


@lru_cache(maxsize=64)
def _made_of_words_of(name: bytes) -> re.Pattern[bytes]:
    """What is put together from the words of a name and the usual ones."""
    words = sorted({part.lower() for part in _PART.findall(name)} | _USUAL, key=len, reverse=True)
    return re.compile(rb"(?:(?:" + b"|".join(map(re.escape, words)) + rb")[-_.]?)+[\d!]{0,4}")


def _is_checksum(document: Document, hit: Hit) -> bool:
    """Whether it is one of a list of digests of one length, each under a name of its own."""
    start, end = hit.span("value")
    length = end - start
    if length not in _DIGESTS or not _HEX.fullmatch(hit.group("value")):
        return False
    low, high = max(0, start - _LIST), end + _LIST
    alike = re.findall(rb"(?m)[:=][ \t]*['\"]?[0-9a-f]{%d}['\"]?,?[ \t]*\r?$" % length, document.data[low:high])
    return len(alike) >= _LEAST_DIGESTS


def _is_title(name: bytes, value: bytes) -> bool:
    """Whether it is the name again as people write it, with a digit at most."""
    letters = re.sub(rb"[^a-z]", b"", value.lower())
    return (
        len(letters) >= len(value) - 2 and letters != value.lower() and name.lower().endswith(letters) and letters != name.lower()
    )


def _is_of_test_run(document: Document) -> bool:
    """Whether it is a workflow that runs tests with a data base of its own, or a container for trying things."""
    if document.has_role(Role.WORKFLOW):
        known: bool | None = document.cache.get("hardcoded-credential-test-run")
        if known is None:
            known = document.cache["hardcoded-credential-test-run"] = _TEST_RUN.search(document.data) is not None
        return known
    return _TRIED_OUT.search(document.path) is not None


def _is_for_searching(document: Document, start: int, end: int) -> bool:
    """Whether it is the key of a search in documentation, which stands in every page of it."""
    around = document.data[max(0, start - _BESIDE) : end + _BESIDE]
    return _SEARCH_ONLY.search(around) is not None and _SEARCHED.search(around) is not None


def _is_name(name: bytes, value: bytes) -> bool:
    """Whether the value names something: what its own name says already, or words and numbers with signs between."""
    if len(name) >= _LEAST_TOKEN // 2 and value.lower().startswith(name.lower()):
        return True
    said = {part.lower() for part in _PART.findall(name)}
    parts = [part.lower() for part in _PART.findall(value) if len(part) > 1]
    digits = sum(byte in b"0123456789" for byte in value)
    if len(said & set(parts)) >= max(2, len(parts) / 2) and digits <= len(value) / 4:
        return True
    return is_slug(value)


def _ends_a_text(document: Document, hit: Hit) -> bool:
    """Whether the name is the last word of a longer text in quotes, which a list goes on after."""
    start, end = hit.span("name")
    return document.data[end : end + 1] in (b'"', b"'") and document.data[start - 1 : start] == b" "


def _is_natural(value: bytes) -> bool:
    """Whether it is a word of some language as people write it: letters only, capitals only where words begin."""
    text = value.decode("utf-8", "replace")
    words = re.split(r"[-_.'!?:]+", text.strip("-_.'!?:"))
    return all(word.isalpha() and (word.islower() or word.istitle() or word.isupper() or not word.isascii()) for word in words)


def _is_translated(document: Document, value: bytes) -> bool:
    """Whether it is a text for people in the place of such texts; in data nothing else stands there."""
    if _TRANSLATION.search(document.path) is None:
        return False
    return document.language in _DATA or _is_natural(value) or not is_random(value, 3.2) or not value.isascii()


def _is_sentence(document: Document, end: int) -> bool:
    """Whether more words follow a value without quotes, on its line."""
    rest = document.data[end : end + 200].partition(b"\n")[0]
    return document.language is not Language.DOCKERFILE and re.match(rb"[ \t]+[^\s#;/]", rest) is not None


def _labelled(document: Document, hit: Hit) -> Iterator[Match]:
    """A credential in a text for people; a name in code never has a capital letter or a blank before a colon."""
    name, value = hit.group("name"), hit.group("value")
    digits = sum(byte in b"0123456789" for byte in value)
    if not (name[:1].isupper() or b" " in name) or digits < _LEAST_DIGITS or document.has_role(*_SHOWN):
        return
    if is_placeholder(value) or is_reference(value) or is_code(value) or not is_random(value, 2.8):
        return
    start, end = hit.span("value")
    is_password = _PASSWORD.search(name) is not None
    label = " ".join(name.decode("ascii", "replace").split())
    yield Match(
        document.span(start, end),
        f"A text in the file tells the value of `{label}`.",
        identity=label,
        secret=Secret(start, end, name=label),
        severity=Severity.MEDIUM if is_password else None,
        confidence=None if is_password else Confidence.LOW,
        context="" if is_password else "a line of a text",
    )


def _can_stand(document: Document, hit: Hit, quote: bytes) -> bool:
    """Code quotes its constants; configuration need not, nor do shells where nothing but a sign of equality stands between."""
    value, after = hit.group("value"), hit.group("after")
    if quote:
        return after[:1] == quote[:1]
    if b"." in value.strip(b".")[:-1]:
        return False
    if document.language is Language.SHELL:
        between = document.data[hit.span("name")[1] : hit.span("value")[0]]
        return between == b"=" and b"$" not in value and not after.strip()
    return document.language in _UNQUOTED and after.strip() in (b"", b",")


def _is_credible(value: bytes, is_password: bool) -> bool:
    if is_password:
        return len(set(value)) >= 5 and (not is_words(value) or len(value) >= 8)
    if len(value) < _LEAST_TOKEN or not value.isascii() or is_words(value) or _HUMPS.fullmatch(value):
        return False
    return is_random(value) and entropy(value) >= 3.2
