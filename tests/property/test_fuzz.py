"""Random programs: the gradient that symdiff writes against an independent one.

`python tests/property/fuzz.py --help` runs more of them and shrinks what fails.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from judge import judge
from programs import function
from reference import directions, dot, gradient, slope
from sample import sample
from scope import DEFAULT, OPTIONAL
from stages import locate

CHUNK = 20
COUNT = int(os.environ.get("SYMDIFF_FUZZ_COUNT", "40"))
SEED = int(os.environ.get("SYMDIFF_FUZZ_SEED", "0"))


def faults(
    seeds: range, features: frozenset[str] = DEFAULT, size: int = 10
) -> list[str]:
    found = []
    for seed in seeds:
        drawn = sample(seed, features, size)
        verdict = judge(drawn)
        if verdict.bad:
            text = f"seed {seed}: {verdict.kind} {verdict.group}"
            found.append(f"{text}\n{drawn.program.source}\n{verdict.detail}")
    return found


@pytest.mark.parametrize("start", range(SEED, SEED + COUNT, CHUNK))
def test_gradients_of_random_programs(start):
    assert not faults(range(start, min(start + CHUNK, SEED + COUNT)), size=6)


@pytest.mark.parametrize("seed", range(500, 506))
def test_every_stage_computes_the_same_gradient(seed):
    assert not locate(sample(seed, size=6))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(10_000, 10_100, 50))
def test_gradients_of_many_random_programs(start):
    assert not faults(range(start, start + 50))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(11_000, 11_010, 10))
def test_every_stage_of_many_programs(start):
    located = [locate(sample(seed)) for seed in range(start, start + 10)]
    assert not [fault for fault in located if fault]


@pytest.mark.slow
@pytest.mark.parametrize("start", range(20_000, 20_080, 40))
def test_gradients_with_early_exits_lists_and_closures(start):
    assert not faults(range(start, start + 40), DEFAULT | OPTIONAL - {"wild"})


@pytest.mark.slow
@pytest.mark.parametrize("start", range(30_000, 30_050, 50))
def test_puzzles_with_aliases_are_right_or_refused(start):
    assert not faults(range(start, start + 50), DEFAULT | {"wild"})


@pytest.mark.slow
def test_few_programs_are_refused():
    kinds = [judge(sample(seed)).kind for seed in range(12_000, 12_060)]
    assert kinds.count("refused") <= 3


def test_a_seed_always_gives_the_same_program():
    assert sample(3).program.source == sample(3).program.source


@pytest.mark.parametrize("features", [DEFAULT, DEFAULT | OPTIONAL])
def test_the_reference_agrees_with_differences(features):
    close = 0
    for seed in range(60):
        drawn = sample(seed, features)
        way = directions(drawn.program, seed)
        found, error = slope(drawn.program, way)
        right = dot(drawn.gradients, way)
        close += abs(found - right) <= 1e-6 * max(1.0, abs(right)) + 10 * error
    assert close >= 58, "kinks and jumps should be rare"


def test_the_reference_differentiates_views_and_stores():
    from programs import Program

    source = (
        "import numpy as np\n"
        "def f(x, s):\n"
        "    a = x * 1.0\n"
        "    v = a[1:]\n"
        "    v *= s\n"
        "    a[0] += v[0]\n"
        "    return np.sum(np.sin(a))\n"
    )
    x = np.array([0.3, -0.8, 0.5])
    value, (dx, ds) = gradient(Program(source, (x, 1.5), (0, 1)))
    c = np.cos([0.3 - 0.8 * 1.5, -0.8 * 1.5, 0.75])
    assert value == pytest.approx(function(source)(x, 1.5))
    np.testing.assert_allclose(dx, [c[0], 1.5 * (c[0] + c[1]), 1.5 * c[2]])
    assert ds == pytest.approx(-0.8 * (c[0] + c[1]) + 0.5 * c[2])
