"""The sums behind the figures, and the runner that puts them together."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import bench.__main__ as runner
from bench.figures import Figures, quantile, rounded, show


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([3.0, 1.0, 2.0], 0.5, 2.0, id="middle of three in any order"),
        pytest.param([float(n) for n in range(100)], 0.99, 99.0, id="last of a hundred"),
        pytest.param([7.0], 0.99, 7.0, id="only one"),
        pytest.param([1.0, 2.0], 1.0, 2.0, id="the largest"),
    ],
)
def test_quantile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert quantile(values, share) == expected


def test_quantile_refuses_when_nothing_was_measured() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_figures_keep_four_digits_when_rounded() -> None:
    assert rounded({"a": 1234.567, "b": 0.00123456}) == {"a": 1235.0, "b": 0.001235}


def test_show_prints_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    show({"turn.p50_ms": 12.34567})
    assert json.loads(capsys.readouterr().out) == {"turn.p50_ms": 12.35}


@pytest.mark.parametrize(
    ("only", "full", "expected"),
    [
        pytest.param("", False, runner.GROUPS, id="everything quick when nothing is said"),
        pytest.param("", True, (*runner.GROUPS, "train"), id="training too when full"),
        pytest.param("growth, turn", False, ("turn", "growth"), id="some, in the usual order"),
        pytest.param("train", False, ("train",), id="training when asked for by name"),
    ],
)
def test_groups_are_chosen_by_name(only: str, full: bool, expected: tuple[str, ...]) -> None:
    assert runner.chosen(only, full) == expected


def test_unknown_group_is_refused_by_name() -> None:
    with pytest.raises(runner.UnknownGroupError, match="speed"):
        runner.chosen("turn,speed", False)


def _fake(name: str) -> Figures | None:
    return {f"{name}.per_s": 5.0} if name != "growth" else None


def test_figures_of_all_groups_land_in_one_flat_file_when_one_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "figures.json"
    monkeypatch.setattr(runner, "run_group", _fake)
    monkeypatch.setenv("ONLY", "turn,growth,queue")
    monkeypatch.setenv("BENCH_JSON", str(target))
    assert runner.main() == 1
    assert json.loads(target.read_text()) == {"turn.per_s": 5.0, "queue.per_s": 5.0}
    assert "turn.per_s" in capsys.readouterr().out


def test_run_ends_with_two_when_a_group_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLY", "nothing")
    assert runner.main() == 2


def test_group_without_figures_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert runner.run_group("turn") is None


@pytest.mark.parametrize("name", [*runner.GROUPS, *runner.SLOW])
def test_every_group_has_its_module(name: str) -> None:
    assert (Path(runner.__file__).parent / f"{name}.py").exists()
