"""The image, built once, and a GitHub for it to talk to."""

import pytest

from tests.container.image import build
from tests.github.fixtures import gh, git_repository, standin_server

__all__ = ["gh", "git_repository", "image", "standin_server"]


@pytest.fixture(scope="session")
def image() -> str:
    """The tag of the image of this tree."""
    return build()
