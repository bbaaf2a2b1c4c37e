"""The exception tree. Each has words for a user, what to do next, and an exit code.

SentinelError
├── UsageError            2   a wrong option, path or combination
│   └── ConfigurationError  2   a file of ours (configuration, policy, baseline) that cannot be read as what it should be
├── RuleError             2   a rule whose card contradicts itself
├── DeliveryError         -   something could not be published; never changes the exit code of the findings
└── ScanError             3   the scan could not happen at all
"""

from __future__ import annotations


class SentinelError(Exception):
    """Something went wrong that a user can be told about."""

    exit_code = 3

    def __init__(self, message: str, cure: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        """What to do next, in a sentence; empty when the message says it."""
        self.place = place
        """`path:line:column` of the fault, as far as it is known."""

    def diagnostics(self) -> str:
        """One text for a user: place, message and cure."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n{self.cure}" if self.cure else head


class UsageError(SentinelError):
    """A wrong option, path or combination of them."""

    exit_code = 2


class ConfigurationError(UsageError):
    """A configuration, policy or baseline that is not what it should be."""


class RuleError(SentinelError):
    """A rule whose card contradicts itself, found while the registry is built."""

    exit_code = 2


class ScanError(SentinelError):
    """The scan could not happen at all; never answered by a green check."""


class DeliveryError(SentinelError):
    """Something could not be published. It is said, and never changes the exit code of the findings."""
