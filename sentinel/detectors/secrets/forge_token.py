"""Token of a code forge or package registry in the tree.

## Why it matters
With such a token somebody else can push code, publish packages or read private repositories in the owner's name; it is the
usual first step of a supply chain attack.

## What to do
1. Revoke the token on the forge or registry now; removing the line leaves it in the history.
2. Check the audit log and the published versions for changes that were not yours.
3. Make a fine-grained, short-lived token, or none: trusted publishing (OIDC) needs no stored token.
4. Hand it to the job as an encrypted secret and name only the variable in the tree.

## Known limits
GitHub and npm tokens carry a checksum. One that does not fit is no valid token: it is reported as medium, and not at all in tests,
examples and documentation. Formats without a prefix are left to the rule on hardcoded credentials.

## References
- https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
- https://docs.gitlab.com/security/tokens/
- https://docs.pypi.org/trusted-publishers/
- https://cwe.mitre.org/data/definitions/798.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.credentials import has_crc32_tail
from sentinel.detectors.secrets._token import Format, patterns, token_matches
from sentinel.model.document import Document, Role
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Severity, rule

_FORMATS = (
    Format("GitHub token", rb"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    Format("npm token", rb"\bnpm_[A-Za-z0-9]{36}\b"),
    Format(
        "npm registry token",
        rb"//[\w.:/-]{3,100}/:_auth(?:Token)?[ \t]{0,2}=[ \t]{0,2}(?P<value>(?!npm_|gh[pousr]_|glpat-)[A-Za-z0-9+/=_-]{16,400})",
    ),
    Format("GitHub fine-grained token", rb"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    Format("GitLab token", rb"\bgl(?:pat|dt|rt|ptt|cbt|imt|ft|soat|agent|oas)-[A-Za-z0-9_-]{20,60}"),
    Format("GitLab runner token", rb"\bGR1348941[A-Za-z0-9_-]{20}"),
    Format("PyPI token", rb"\bpypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,400}"),
    Format("RubyGems key", rb"\brubygems_[0-9a-f]{48}\b"),
    Format("crates.io token", rb"\bcio[A-Za-z0-9]{32}\b"),
    Format("NuGet key", rb"\boy2[a-z0-9]{43}\b"),
    Format("Docker Hub token", rb"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,32}"),
    Format("Bitbucket app password", rb"\bATBB[A-Za-z0-9]{24}[A-F0-9]{8}\b"),
    Format("Atlassian token", rb"\bATATT3[A-Za-z0-9_-]{170,190}=?[A-F0-9]{0,8}"),
    Format("Atlassian token", rb"\bATCTT3[A-Za-z0-9_-]{160,190}=?[A-F0-9]{0,8}"),
    Format("Clojars token", rb"\bCLOJARS_[0-9a-z]{60}\b"),
    Format("Artifactory key", rb"\bAKCp[A-Za-z0-9]{69}\b"),
    Format("Artifactory reference token", rb"\bcmVmdGtu[A-Za-z0-9]{56}\b"),
    Format("Sourcegraph token", rb"\bsgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}\b"),
    Format("SonarQube token", rb"\bsq[pua]_[0-9a-f]{40}\b"),
    Format("Buildkite token", rb"\bbk(?:ua|ct|pi)_[0-9a-f]{40}\b"),
    Format("CircleCI token", rb"\bCCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}\b"),
    Format("Hex.pm key", rb"\bhex_[0-9a-f]{64}\b"),
    Format("Tailscale key", rb"\btskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,40}\b"),
    Format("Terraform Cloud token", rb"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}"),
    Format("Pulumi token", rb"\bpul-[0-9a-f]{40}\b"),
    Format("Figma token", rb"\bfig[dour]_[A-Za-z0-9_-]{40}\b"),
    Format("Postman key", rb"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"),
)
_CHECKED = 2
"""The first rows end in a CRC-32 of their own."""


@rule(
    "secrets/forge-token",
    on=Item.DOCUMENT,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    patterns=patterns(_FORMATS),
    bad=(
        Example('TOKEN = "gh<+>p_<+>T3R0XBsRX0rrEc0iTVKVcj6CEJkHAW0BDDkS"\n', (1,)),
        Example("git clone https://oauth2:gl<+>pat-<+>x7Kq2Rw9Lm4Tz8Vb3Nc6@gitlab.internal/a/b.git\n", (1,), "setup.sh"),
        Example("//registry/:_authToken=npm<+>_<+>Zq8Wn3Lk5Rt7Yx2Vb9Mc4Hd6Jf1Gs019EZNs\n", (1,), ".npmrc"),
        Example('password = "py<+>pi-<+>AgEIcHlwaS5vcmc' + "CJGQ3kx9Rw2Lm4Tz8Vb3Nc6Hd5" * 3 + '"\n', (1,), "release.toml"),
        Example("\n\nENV DOCKER_TOKEN=dckr<+>_pat_<+>k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1G\n", (3,), "Dockerfile"),
        Example(
            'token: "github<+>_pat_<+>11BQKXWMA0k7Rw2Xq9Lm4T_z8Vb3Nc6Hd5Jf1Gs0PaEu6Yi3Oo7Qk2Wx9Zr4Tl8Bv3Cn6Md5Fj1HsKpQw7"\n',
            (1,),
            "a.yml",
        ),
    ),
    good=(
        Example('TOKEN = os.environ["GITHUB_TOKEN"]\n'),
        Example("token: ${{ secrets.GITHUB_TOKEN }}\n", path=".github/workflows/a.yml"),
        Example('TOKEN = "ghp_' + "a" * 36 + '"\n'),
        Example('EXPECTED = "gh<+>p_k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Y9"  # wrong checksum\n', path="tests/test_redaction.py"),
        Example("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", path="README.md"),
        Example('GITHUB = re.compile(r"\\bghp_[A-Za-z0-9]{36}\\b")\n'),
        Example("//registry/:_authToken=${NPM_TOKEN}\n", path=".npmrc"),
        Example("npm_config_registry_of_the_company_proxy_url = 1\n"),
        Example('"glpat-your-token-here-please"\n', path="docs/a.md"),
        Example("import pulumi  # pul-lover\n"),
        Example("oy2 = order_y(2)\n"),
        Example('token = "gl<+>pat-EXAMPLE1234567890abcd"\n'),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A token of a known format; where the format has a checksum that does not fit, it is less."""
    is_checked = hit.pattern >= _CHECKED or _has_checksum(hit.group())
    if not is_checked and document.has_role(Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION):
        return
    for match in token_matches(document, hit, _FORMATS):
        yield (
            match
            if is_checked
            else replace(match, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, context="its checksum does not fit")
        )


def _has_checksum(token: bytes) -> bool:
    """GitHub and npm put the CRC-32 of the random part into the last six characters."""
    body = token.partition(b"_")[2]
    return has_crc32_tail(body[:-6], body[-6:])
