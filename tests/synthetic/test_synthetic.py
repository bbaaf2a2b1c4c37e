"""The Python flows agree with programs that were run."""

from __future__ import annotations

import secrets

import pytest

from tests.synthetic.measure import Tally, is_told, rates
from tests.synthetic.programs import BROKEN, CANARY, GUARDS, STEPS, Draft, make

_PROGRAMS = 200


def test_recall_and_precision_on_fresh_programs() -> None:
    """Over programs nobody has seen before recall and precision are at least 0.95."""
    seed = secrets.randbelow(1 << 40)
    tally = Tally()
    for number in range(_PROGRAMS):
        program = make(seed + number)
        tally.add(program.is_vulnerable, is_told(program))
    recall, precision, _ = rates(tally)
    assert (True, True) == (recall >= 0.95, precision >= 0.95), f"recall {recall}, precision {precision}, seed {seed}"


def test_truth_is_known_for_both_kinds() -> None:
    """Among a few programs some are vulnerable and some are not."""
    assert {True, False} == {make(seed).is_vulnerable for seed in range(20)}


@pytest.mark.parametrize("constructs", [STEPS, GUARDS, BROKEN], ids=["steps", "guards", "broken guards"])
def test_every_construct_makes_a_line(constructs: dict[str, object]) -> None:
    """Each construct writes code or an expression of its own."""
    import random

    silent = []
    for name, apply in constructs.items():
        draft = Draft(random.Random(0))
        assert callable(apply)
        apply(draft)
        if not (draft.lines or draft.helpers):
            silent.append(name)
    assert silent in ([], ["assignment"])


def test_canary_would_start_a_second_command() -> None:
    """The argument that programs are run with holds a separator."""
    assert ";" in CANARY
