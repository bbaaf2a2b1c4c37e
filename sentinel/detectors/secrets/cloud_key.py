"""Key of a cloud or infrastructure provider in the tree.

## Why it matters
A cloud key opens machines, storage and billing. Leaked ones are found by machines within minutes and used for mining,
data theft or as a way into the rest of the account.

## What to do
1. Deactivate the key in the provider's console now, then delete it.
2. Read the audit trail for what was done with it.
3. Use workload identity (OIDC, instance roles) instead of a stored key where you can.
4. Otherwise keep it in a secret store and name only the variable in the tree.

## Known limits
An AWS access key id alone is an identifier; it is reported as medium unless its secret stands near. Azure and Google keys
without a prefix of their own are left to the rule on hardcoded credentials.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
- https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
- https://cloud.google.com/docs/authentication/api-keys
- https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage
- https://cwe.mitre.org/data/definitions/798.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.credentials import entropy
from sentinel.detectors.secrets._token import Format, patterns, token_matches
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Severity, rule

_FORMATS = (
    Format(
        "AWS secret access key",
        rb"(?i:aws|amazon|secret)[A-Za-z0-9_.\"' -]{0,30}(?:(?i:key|secret|sk)[\"'\]]{0,2}[ \t]{0,4}(?:=>|[:=,])|[ \t]{1,4})"
        rb"[ \t]{0,4}[\"'`]?\b(?P<value>[A-Za-z0-9/+]{40})",
    ),
    Format("AWS access key id", rb"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    Format("Amazon Bedrock key", rb"\bABSK[A-Za-z0-9+/]{109,260}={0,2}"),
    Format("Google OAuth client secret", rb"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    Format("Google OAuth access token", rb"\bya29\.[A-Za-z0-9_-]{40,300}"),
    Format("Google OAuth refresh token", rb"\b1//0[A-Za-z0-9_-]{80,120}"),
    Format("Azure storage key", rb"\bAccountKey=(?P<value>[A-Za-z0-9+/]{86}==)"),
    Format("Azure shared access key", rb"\bSharedAccessKey=(?P<value>[A-Za-z0-9+/]{43}=)"),
    Format("Azure App Configuration key", rb"\.azconfig\.io;Id=[^;\s\"']{4,60};Secret=(?P<value>[A-Za-z0-9+/]{40,90}={0,2})"),
    Format("Azure AD client secret", rb"\b[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    Format("Azure DevOps token", rb"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),
    Format("DigitalOcean token", rb"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    Format("Alibaba Cloud access key id", rb"\bLTAI[A-Za-z0-9]{16,20}\b", Severity.MEDIUM, "the identifier without its secret"),
    Format("Tencent Cloud secret id", rb"\bAKID[A-Za-z0-9]{32}\b", Severity.MEDIUM, "the identifier without its secret"),
    Format("Heroku key", rb"\bHRKU-AA[A-Za-z0-9_-]{58}"),
    Format("Fly.io token", rb"\bFlyV1 fm[12]_[A-Za-z0-9+/=,_-]{100,600}"),
    Format("Fly.io token", rb"\bfo1_[A-Za-z0-9_-]{43}"),
    Format("Cloudflare origin CA key", rb"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b"),
    Format("Databricks token", rb"\bdapi[0-9a-f]{32}(?:-[0-9])?\b"),
    Format("HashiCorp Vault token", rb"\bhv[sbr]\.[A-Za-z0-9_-]{80,200}"),
    Format("Doppler token", rb"\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b"),
    Format("PlanetScale credential", rb"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}"),
    Format("Supabase token", rb"\bsb[p]_(?:oauth_|v0_)?[0-9a-f]{40}\b"),
    Format("Supabase secret key", rb"\bsb_secret_[A-Za-z0-9_-]{31}"),
    Format("Netlify token", rb"\bnf[pcobu]_[A-Za-z0-9]{36,40}\b"),
    Format("Grafana service account token", rb"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b"),
    Format("Grafana Cloud token", rb"\bglc_eyJ[A-Za-z0-9+/]{60,400}={0,2}"),
    Format("Sentry token", rb"\bsntryu_[0-9a-f]{64}\b"),
    Format("Sentry organisation token", rb"\bsntrys_eyJ[A-Za-z0-9+/=]{80,400}_[A-Za-z0-9+/]{43}"),
    Format("New Relic key", rb"\bNRAK-[A-Z0-9]{27}\b"),
    Format("Dynatrace token", rb"\bdt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b"),
    Format("1Password service account token", rb"\bops_eyJ[A-Za-z0-9+/]{250,900}={0,3}"),
    Format("age secret key", rb"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b"),
    Format("Yandex Cloud key", rb"\bAQVN[A-Za-z0-9_-]{35,38}\b"),
    Format(
        "IBM Cloud key",
        rb"(?i:ibm|bluemix)[A-Za-z0-9_]{0,20}(?i:key)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?\b(?P<value>[A-Za-z0-9_-]{44})",
    ),
)
_SECRET, _KEY_ID = 0, 1
_EMULATED = b"AccountName=devstoreaccount1;"
"""The account of the storage emulator, whose key is the same on every machine and published with it."""
_PUBLISHED = b"uV3F3YluFJax1cknvbcGwgjvx4QpvB" + b"+leU8dUj2o"
"""The secret of the example requests in the provider's own reference (see the page on signing requests for S3)."""
_NEAR_BYTES = 400
"""How far from an access key id its secret may stand."""
_NEAR_NAME = 60
"""Bytes before an identifier in which the name of an address's parameter begins."""
_IN_ADDRESS = expression(
    rb"(?i)(?:[?&]|&amp;|%26|\\u0026)(?:AWSAccessKeyId|SubscriptionId|X-Amz-Credential|OSSAccessKeyId|GoogleAccessId|q-ak|Access_?Key_?Id)(?:=|%3D)$"
)
"""The identifier in the query of an address, as signed and affiliate links have it."""
_PAGES = frozenset({Language.HTML, Language.MARKDOWN, Language.TEXT})


@rule(
    "secrets/cloud-key",
    on=Item.DOCUMENT,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    patterns=patterns(_FORMATS),
    bad=(
        Example("AWS_ACCESS_KEY_ID=AK<+>IA<+>Q3EGTXBK7RWLM4ZV\n", (1,), ".env"),
        Example('aws_secret_access_key = "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi<+>3O<+>oQ"\n', (1,), "config.toml"),
        Example('conn = "AccountName=a;Account<+>Key=<+>' + "k7Rw2Xq9Lm4Tz8Vb3Nc6" * 4 + 'Hd5Jf1==;"\n', (1,)),
        Example('const secret = "GOC<+>SPX-<+>k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs";\n', (1,), "a.ts"),
        Example("do_token: dop<+>_v1_<+>" + "9a1f4c7e2b8d6053" * 4 + "\n", (1,), "a.yaml"),
        Example("VAULT_TOKEN=hv<+>s.<+>" + "CAESIk7Rw2Xq9Lm4Tz8Vb3N" * 4 + "\n", (1,), "deploy.sh"),
    ),
    good=(
        Example('aws_access_key_id = os.environ["AWS_ACCESS_KEY_ID"]\n'),
        Example(
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n", path=".env"
        ),
        Example('AWS_SECRET_ACCESS_KEY = "uV3F3YluFJax1cknvbcGwgj<+>vx4QpvB+leU8dUj2o"\n', path="tests/test_a.py"),
        Example('AKIA = re.compile("AKIA[A-Z2-7]{16}")\n'),
        Example('sha = "aws-sdk"  # secret sauce: 0f3a9c1e7b5d2846f0a1b2c3d4e5f60718293a4b\n'),
        Example('"aws-sdk@npm:2.1": checksum: 0f3a9c1e7b5d2846f0a1b2c3d4e5f60718293a4b\n', path="yarn.lock"),
        Example("secretName: arn:aws:secretsmanager:eu-west-1:1:secret:name\n", path="a.yaml"),
        Example("AccountKey={accountKey};\n", path="docs/a.md"),
        Example('c = "AccountName=devstoreaccount1;Account<+>Key=<+>' + "k7Rw2Xq9Lm4Tz8Vb3Nc6" * 4 + 'Hd5Jf1==;"\n'),
        Example('key = "AKIA" + "A" * 16\n'),
        Example('{"secret_key": "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi<+>3O<+>oQ"}\n', path="tests/payload.json"),
        Example("dapi = DatabricksApi(host)\n"),
        Example("aws_secret_path = 'infrastructure/prod/services/payments'\n"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A key of a known format; an AWS secret must look random, an AWS id counts less without its secret near."""
    if hit.pattern == _SECRET and not (_is_aws_secret(hit.group("value")) and _is_of_aws(document, hit)):
        return
    if hit.group().startswith(b"AccountKey=") and _EMULATED in document.data[max(0, hit.start - _NEAR_BYTES) : hit.start]:
        return
    if _IN_ADDRESS.search(document.data[max(0, hit.start - _NEAR_NAME) : hit.start]):
        return  # it is handed out with every address that is signed
    for match in token_matches(document, hit, _FORMATS):
        if hit.pattern == _KEY_ID and not _has_secret_near(document, hit):
            is_shown = document.language in _PAGES or document.has_role(Role.DOCUMENTATION)
            confidence = Confidence.LOW if is_shown else Confidence.MEDIUM
            yield replace(match, severity=Severity.MEDIUM, confidence=confidence, context="the identifier without its secret")
        else:
            yield match


def _is_aws_secret(value: bytes) -> bool:
    """Base64 of 30 random bytes: mixed case and digits, and more entropy than a path or a hexadecimal digest has."""
    if value == _PUBLISHED:
        return False
    is_mixed = value.lower() != value and value.upper() != value and any(byte in b"0123456789" for byte in value)
    return is_mixed and entropy(value) >= 4.3 and value.count(b"/") <= 4


_SAYS_AWS = expression(rb"(?i)aws|amazon|secret_?access_?key|\bs3|\bA(?:KIA|SIA)[A-Z2-7]{16}\b")


def _is_of_aws(document: Document, hit: Hit) -> bool:
    """Whether the name, an identifier near or the file tells of the provider: `secret_key` alone is a name of many."""
    near = document.data[max(0, hit.start - _NEAR_BYTES) : hit.end + _NEAR_BYTES]
    return "aws" in document.path.lower() or _SAYS_AWS.search(near) is not None


def _has_secret_near(document: Document, hit: Hit) -> bool:
    import re

    around = document.data[max(0, hit.start - _NEAR_BYTES) : hit.end + _NEAR_BYTES]
    found = re.finditer(rb"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])", around)
    return any(_is_aws_secret(one.group()) for one in found)
