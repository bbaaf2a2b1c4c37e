"""Token of an online service in the tree.

## Why it matters
Such a token sends messages, reads customers' data or moves money in the owner's name until somebody revokes it.

## What to do
1. Revoke the token at the service now; the history keeps it even when the line is gone.
2. Make a new one with the least rights.
3. Read it at run time from an environment variable or a secret store.
4. Look at the service's log for use that was not yours.

## Known limits
Tokens that the service itself calls test keys are reported as low. Formats without a prefix are left to the rule on hardcoded
credentials.

## References
- https://api.slack.com/authentication/best-practices
- https://docs.stripe.com/keys-best-practices
- https://cwe.mitre.org/data/definitions/798.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.credentials import is_commented
from sentinel.detectors.secrets._token import Format, patterns, token_matches
from sentinel.model.document import Document, Role
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Severity, rule

_TEST = "a test key by its own prefix"
_JWT = "JSON web token"
_OF_EXAMPLES = ("john doe", "jane doe", "johndoe", "1234567890", "example", "test", "demo", "localhost")
"""Words of the tokens that documentation shows."""
_FOR_EVERYBODY = frozenset({"anon", "authenticated"})
"""Roles whose tokens a page hands to its visitors (Supabase, PostgREST)."""
_SHOWN = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.INSTRUCTION, Role.VENDORED, Role.MINIFIED)
_FORMATS = (
    Format("Slack token", rb"\bxox[abeoprs]-(?:[0-9]{1,14}-){1,4}[A-Za-z0-9-]{12,160}"),
    Format("Slack app token", rb"\bxapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{10,14}-[0-9a-f]{64}\b"),
    Format("Slack configuration token", rb"\bxoxe(?:\.xox[bp])?-[0-9]-[A-Za-z0-9]{140,180}\b"),
    Format(
        "Slack webhook",
        rb"\bhooks\.slack\.com/(?:services|workflows|triggers)/(?P<value>[TE][A-Z0-9]{8,12}/[A-Z0-9]{8,20}/[A-Za-z0-9/]{18,60})",
    ),
    Format("Stripe key", rb"\b[sr]k_live_[A-Za-z0-9]{24,120}\b"),
    Format("Stripe test key", rb"\b[sr]k_test_[A-Za-z0-9]{24,120}\b", Severity.LOW, _TEST),
    Format("Stripe webhook secret", rb"\bwhsec_[A-Za-z0-9+/]{32,64}"),
    Format("SendGrid key", rb"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}"),
    Format("Twilio key", rb"\bSK[0-9a-f]{32}\b", Severity.MEDIUM, "the identifier without its secret"),
    Format("Mailgun key", rb"\bkey-[0-9a-f]{32}\b"),
    Format("Mailchimp key", rb"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    Format("Brevo key", rb"\bxkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}\b"),
    Format("Resend key", rb"\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b"),
    Format("Shopify token", rb"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    Format("Square token", rb"\b(?:EAAA[A-Za-z0-9_-]{60}|sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,43})"),
    Format("Braintree token", rb"\baccess_token\$production\$[a-z0-9]{16}\$[0-9a-f]{32}\b"),
    Format("Telegram bot token", rb"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    Format("Discord bot token", rb"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    Format("Discord webhook", rb"\bdiscord(?:app)?\.com/api/webhooks/[0-9]{17,20}/(?P<value>[A-Za-z0-9_-]{60,72})"),
    Format(
        "Teams webhook",
        rb"(?:\.webhook\.office\.com/webhookb2|\boutlook\.office(?:365)?\.com/webhook)/(?P<value>[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})",
    ),
    Format("Notion token", rb"\bntn_[A-Za-z0-9]{43,50}\b"),
    Format("Linear key", rb"\blin_(?:api|oauth)_[A-Za-z0-9]{40,64}\b"),
    Format("Airtable token", rb"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b"),
    Format("Dropbox token", rb"\bsl\.[A-Za-z0-9_-]{130,160}"),
    Format("Facebook token", rb"\bEAA(?:CEdEose0cBA|[A-Za-z0-9]{5})[A-Za-z0-9]{80,240}\b"),
    Format("Adafruit key", rb"\baio_[A-Za-z0-9]{28}\b"),
    Format("Contentful token", rb"\bCFPAT-[A-Za-z0-9_-]{43}"),
    Format("Duffel token", rb"\bduffel_(?:live|test)_[A-Za-z0-9_=-]{43}"),
    Format("EasyPost key", rb"\bEZAK[A-Za-z0-9]{54}\b"),
    Format("EasyPost test key", rb"\bEZTK[A-Za-z0-9]{54}\b", Severity.LOW, _TEST),
    Format("Flutterwave key", rb"\bFLWSECK-[0-9a-f]{32}-X\b"),
    Format("Frame.io token", rb"\bfio-u-[A-Za-z0-9_=-]{64}"),
    Format("Infracost key", rb"\bico-[A-Za-z0-9]{32}\b"),
    Format("Prefect key", rb"\bpnu_[A-Za-z0-9]{36}\b"),
    Format("E2B key", rb"\be2b_[0-9a-f]{40}\b"),
    Format("Browserbase key", rb"\bbb_live_[A-Za-z0-9_-]{27}"),
    Format("Neon key", rb"\bnapi_[a-z0-9]{64}\b"),
    Format("New Relic key", rb"\bNR(?:II-[A-Za-z0-9_-]{32}|RA-[0-9a-f]{42}|IQ-[A-Za-z0-9_-]{32})"),
    Format("Scrapfly key", rb"\bscp-live-[0-9a-f]{32}\b"),
    Format("ReadMe key", rb"\brdme_[a-z0-9]{70}\b"),
    Format("Shippo token", rb"\bshippo_live_[0-9a-f]{40}\b"),
    Format("Shippo test token", rb"\bshippo_test_[0-9a-f]{40}\b", Severity.LOW, _TEST),
    Format("Typeform token", rb"\btfp_[A-Za-z0-9_.=-]{59}"),
    Format("Apify token", rb"\bapify_api_[A-Za-z0-9-]{36}\b"),
    Format("Plaid token", rb"\baccess-(?:production|development)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    Format("PostHog personal key", rb"\bphx_[A-Za-z0-9]{40,60}\b"),
    Format("Mapbox secret token", rb"\bsk\.eyJ[A-Za-z0-9_-]{60,120}\.[A-Za-z0-9_-]{22}"),
    Format("Lob key", rb"\blive_[0-9a-f]{35}\b"),
    Format("Razorpay key", rb"\brzp_live_[A-Za-z0-9]{14}\b"),
    Format("Cloudinary URL", rb"\bcloudinary://[0-9]{12,18}:(?P<value>[A-Za-z0-9_-]{22,40})@"),
    Format("Salesforce session", rb"\b00D[A-Za-z0-9]{12,15}!(?P<value>[A-Z][A-Za-z0-9._]{80,260})"),
    Format("HubSpot token", rb"\bpat-(?:na|eu)[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    Format("Segment token", rb"\bsgp_[A-Za-z0-9]{64}\b"),
    Format("Zuplo key", rb"\bzpka_[0-9a-f]{32}_[0-9a-f]{8}\b"),
    Format("Scalingo token", rb"\btk-us-[A-Za-z0-9_-]{48}"),
    Format("Vercel Blob token", rb"\bvercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}\b"),
    Format("Jina key", rb"\bjina_[A-Za-z0-9]{32}[A-Za-z0-9_-]{28}\b"),
    Format("Infisical token", rb"\bst\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32}\b"),
    Format("New Relic licence key", rb"\b[0-9a-f]{36}FFFFNRAL\b"),
    Format("LinkedIn secret", rb"\bWPL_AP[01]\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{8}=="),
    Format("X (Twitter) bearer token", rb"\bA{20,24}[A-Za-z0-9]{15,30}%[23][A-F0-9](?:[A-Za-z0-9%]{50,100})"),
    Format(
        "Zapier webhook",
        rb"\bhooks\.zapier\.com/hooks/catch/(?P<value>[0-9]{5,9}/[a-z0-9]{6,8})\b",
        Severity.MEDIUM,
        "whoever knows the address may send to it",
    ),
    Format("Adyen key", rb"\bAQE[A-Za-z0-9+/]{80,220}={0,2}-[A-Za-z0-9+/=]{30,60}-[A-Za-z0-9+/=<>.,{}\[\]()!@#$%^&*~]{8,24}"),
    Format("Honeycomb key", rb"\bhca[ilm]k_01[a-z0-9]{56,60}\b"),
    Format("Render key", rb"\brnd_[A-Za-z0-9]{28,32}\b"),
    Format(
        _JWT,
        rb"\beyJ[A-Za-z0-9_-]{12,400}\.eyJ[A-Za-z0-9_-]{12,3000}\.[A-Za-z0-9_-]{32,700}",
        Severity.MEDIUM,
        "it counts until it ends or its key is changed",
    ),
    Format(
        "WordPress key",
        rb"\bdefine\(\s{0,4}['\"](?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)['\"]\s{0,4},\s{0,4}'(?P<value>[^'\n]{40,90})'",
    ),
    Format(
        "Splunk token",
        rb"\bAuthorization['\"]?[ \t]{0,2}[:,=][ \t]{0,2}['\"]?Splunk[ \t](?P<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b",
    ),
    Format("Asana token", rb"\b[12]/[0-9]{15,17}(?:/[0-9]{15,17})?:[0-9a-f]{32}\b"),
)


def _token(said: dict[str, str]) -> str:
    """An example on the card: a token that says so."""
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, said))
    return (
        ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        + ".k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2"
    )


@rule(
    "secrets/service-token",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    patterns=patterns(_FORMATS),
    bad=(
        Example('client = WebClient(token="xo<+>xb-<+>2837465091-3748596021-k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5J")\n', (1,)),
        Example('const db = createClient(url, "' + _token({"iss": "supabase", "role": "service_role"}) + '");\n', (1,), "a.js"),
        Example('headers = {"X-Auth": "' + _token({"sub": "41", "aud": "billing"}) + '"}\n', (1,)),
        Example('const stripe = new Stripe("sk<+>_live_<+>k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5J");\n', (1,), "a.js"),
        Example("url: https://hooks.slack<+>.com/<+>services/T02KQ7RW9X/B04LM8TZ3VN/k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5J\n", (1,), "a.yaml"),
        Example('sg = "S<+>G.<+>k7Rw2Xq9Lm4Tz8Vb3Nc6Hd.5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3Cn6Md5Fj1H"\n', (1,)),
        Example("\nTELEGRAM_TOKEN=583746<+>2910:AA<+>k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu\n", (2,), ".env"),
        Example('"NOTION_TOKEN": "nt<+>n_<+>583746k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3O"\n', (1,), "a.json"),
    ),
    good=(
        Example('const db = createClient(url, "' + _token({"iss": "supabase", "role": "anon"}) + '");\n', path="a.js"),
        Example('headers = {"X-Auth": "' + _token({"sub": "1234567890", "name": "John Doe"}) + '"}\n'),
        Example('headers = {"X-Auth": "' + _token({"sub": "41", "aud": "billing"}) + '"}\n', path="tests/test_a.py"),
        Example('client = WebClient(token=os.environ["SLACK_BOT_TOKEN"])\n'),
        Example("SLACK_BOT_TOKEN=xoxb-your-token-here\n", path=".env.example"),
        Example('assert redact("xoxb-123456789012-abcdef") == "***"\n', path="tests/test_a.py"),
        Example("const stripe = new Stripe(process.env.STRIPE_KEY);\n", path="a.js"),
        Example("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX\n", path="README.md"),
        Example('PICTURE = "' + "iVBORw0KGgo+Zm9vYmFy/" * 8 + "EA" + "AB1cDeF" * 13 + "Xq/" + "c3RyaW5n" * 12 + '"\n'),
        Example('re.compile(r"sk_live_[A-Za-z0-9]{24}")\n'),
        Example("sk_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", path="docs/a.md"),
        Example("SG.Common.Utilities\n", path="a.cs"),
        Example('key = "key-" + uuid4().hex\n'),
        Example("etag: 0f3a9c1e7b5d2846f0a1b2c3d4e5f607-user\n", path="a.yaml"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A token of a known format that does not say itself that it is none."""
    for match in token_matches(document, hit, _FORMATS):
        if _FORMATS[hit.pattern].name != _JWT:
            yield match
        elif not document.has_role(*_SHOWN) and not is_commented(document, hit.start):
            yield from _statement(document.data[hit.start : hit.end], match)


def _statement(token: bytes, match: Match) -> Iterator[Match]:
    """A JSON web token that is no example: one that opens a whole data base in full weight, one for everybody not at all."""
    said = _decoded(token.split(b".")[1])
    algorithm = _decoded(token.partition(b".")[0]).get("alg")
    if algorithm in (None, "none") or any(word in json.dumps(said).lower() for word in _OF_EXAMPLES):
        return
    if said.get("role") in _FOR_EVERYBODY:
        return
    is_of_service = said.get("role") == "service_role"
    yield replace(match, severity=None, context="it passes over all rules of the data base") if is_of_service else match


def _decoded(part: bytes) -> dict[str, object]:
    """What a part of a token says; empty where it says nothing readable."""
    try:
        said = json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
