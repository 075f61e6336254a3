"""What an installed symdiff needs, ships and loads."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import numpy as np
import pytest

import symdiff
from symdiff.data import digits, split_digits

ROOT = Path(symdiff.__file__).parent
PROJECT = tomllib.loads((ROOT.parent / "pyproject.toml").read_text())["project"]


def loaded_by(statement: str) -> set[str]:
    """Run a statement in a fresh Python and return the top-level modules it loads."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [row for row in done.stderr.splitlines() if row.startswith("import time:")]
    return {row.rsplit("|", 1)[1].strip().split(".")[0] for row in rows}


@pytest.mark.parametrize("heavy", ["sympy", "libcst", "scipy", "numba", "rich"])
def test_import_is_light(heavy: str) -> None:
    assert heavy not in loaded_by("import symdiff; symdiff.SymdiffError")


def test_the_parser_of_the_command_line_is_light() -> None:
    statement = "from symdiff.cli import main; main(['--version'])"
    assert not {"sympy", "libcst", "numpy"} & loaded_by(statement)


def test_versions_agree() -> None:
    assert PROJECT["version"] == symdiff.__version__ == version("symdiff")
    heading = re.search(r"^## (\S+)", (ROOT.parent / "CHANGELOG.md").read_text(), re.M)
    assert heading is not None
    assert heading.group(1) == symdiff.__version__


def test_runtime_needs_three_libraries() -> None:
    names = {re.split(r"[<>=~]", need)[0] for need in PROJECT["dependencies"]}
    assert names == {"numpy", "sympy", "libcst"}


def test_console_script_is_the_command_line() -> None:
    (script,) = entry_points(group="console_scripts", name="symdiff")
    assert script.load() is __import__("symdiff.cli", fromlist=["main"]).main


def test_typed_marker_and_data_ship() -> None:
    assert (ROOT / "py.typed").is_file()
    assert (ROOT / "data" / "digits.npz").stat().st_size < 300_000
    assert "CC BY 4.0" in (ROOT / "data" / "README.md").read_text()


def test_digits() -> None:
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == labels.dtype == np.uint8
    assert images.max() == 16
    assert np.array_equal(np.unique(labels), np.arange(10))


def test_split_of_the_digits_is_a_partition() -> None:
    data = split_digits()
    assert len(data.train_images) == len(data.train_targets) == 1437
    assert len(data.test_images) == len(data.test_targets) == 360
    both = np.concatenate([data.train_images, data.test_images])
    images, _ = digits()
    assert np.array_equal(
        np.sort(both.sum(axis=1) * 16), np.sort(images.sum(axis=(1, 2)))
    )
    assert np.all(data.train_targets.sum(axis=1) == 1)
