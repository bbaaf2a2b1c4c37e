"""Identity of findings: what stays the same when code moves, and the key under which the world remembers it.

Choice: the identity leaves the path out, so that a rename can be followed by asking for the old path's fingerprint; the
fingerprint adds it. A strong token enters only as HMAC under a salt, so a baseline cannot be used to test guesses; a
password never enters at all (its key name does), because even a keyed hash of a weak secret beside its key is a leak.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_DIGITS = 32
"""128 bits as hex: no accidental collision in any tree, and short enough for a comment's marker."""


@dataclass(frozen=True, slots=True)
class Identify:
    """Makes identities under one salt. Picklable, so that workers can be handed it."""

    salt: bytes = field(repr=False)
    """Random bytes of the baseline's header; without a baseline the repository's numeric id, which is stable and not secret."""

    def __call__(self, rule: str, normalised: bytes, is_secret_strong: bool = False) -> str:
        """32 hex digits over the rule and what matched, white space folded by the caller."""
        import hashlib

        material = rule.encode() + b"\0" + normalised
        if is_secret_strong:
            import hmac

            return hmac.new(self.salt, material, hashlib.sha256).hexdigest()[:_DIGITS]
        return hashlib.sha256(material).hexdigest()[:_DIGITS]


def fingerprint(rule: str, path: str, identity: str) -> str:
    """32 hex digits over rule, path and identity; equal findings of a file share it."""
    import hashlib

    material = f"{rule}\0{path}\0{identity}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(material).hexdigest()[:_DIGITS]
