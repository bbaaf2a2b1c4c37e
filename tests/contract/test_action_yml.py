"""`action.yml`, the settings and the outputs of a run are three lists of the same things."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sentinel.action import outputs_of
from sentinel.model.report import Conclusion, Report
from sentinel.model.rule import Confidence, Severity
from sentinel.settings import FIELDS as SETTINGS
from sentinel.settings import INPUTS, Secret
from tests.contract.sources import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
FIELDS = {name: field for name, field in SETTINGS.items() if name != "suppress"}


def default_of(name: str) -> str:
    """The default of a setting as a person writes it; empty when there is none."""
    value = FIELDS[name].default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Confidence | Severity):
        return value.label
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if isinstance(value, Secret) else str(value)


def description_of(name: str) -> str:
    """What a setting is, in words."""
    return str(FIELDS[name].metadata["description"])


def test_inputs_are_the_settings_in_order() -> None:
    """Each input is a setting and each setting an input, in the same order."""
    assert list(INPUTS) == list(ACTION["inputs"]) == list(FIELDS)


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_says_what_its_setting_says(name: str) -> None:
    """Description and default are those of the setting; no input is required."""
    default = default_of(name)
    expected = f"{description_of(name)}{f' Default: `{default}`.' if default else ''}"
    assert (expected, False) == (ACTION["inputs"][name]["description"], ACTION["inputs"][name]["required"])


@pytest.mark.parametrize("name", INPUTS)
def test_only_the_token_has_a_default_of_its_own(name: str) -> None:
    """An input that is not given is empty, so that the configuration file can say it; the token is the job's."""
    assert ("${{ github.token }}" if name == "github-token" else "") == ACTION["inputs"][name]["default"]


def test_outputs_are_those_of_a_run_in_order() -> None:
    """What a run writes is what is declared, each described."""
    empty = Report((), (), (), (), Conclusion.SUCCESS, 0)
    assert list(outputs_of(empty, {})) == list(ACTION["outputs"])
    assert all(output["description"].endswith(".") for output in ACTION["outputs"].values())


def test_every_conclusion_is_named() -> None:
    """The description of `conclusion` lists what it can be."""
    assert [] == [one.value for one in Conclusion if one.value not in ACTION["outputs"]["conclusion"]["description"]]


def test_the_action_is_the_container() -> None:
    """It runs in Docker, from the Dockerfile or an image by its address, and has a mark for the market place."""
    assert {"using": "docker", "image": "Dockerfile"} == ACTION["runs"]
    assert {"icon", "color"} == set(ACTION["branding"])
