"""Every error code has a page, whose example raises it and whose rewrite works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symdiff
from symdiff.errors import UnsupportedError
from symdiff.frontend.codes import CODES
from symdiff.frontend.page import Page
from symdiff.options import Options
from symdiff.pipeline import Compiled, compile_text

EXAMPLES = [page for page in CODES.values() if page.example]
REWRITES = [page for page in CODES.values() if page.instead]


def compiled(text: str) -> Compiled:
    name = re.findall(r"^def (\w+)", text, re.M)[-1]
    module = f"import numpy as np\n\n\n{text}\n"
    return compile_text(module, "model.py", name, Options(), {})


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.code)
def test_example_raises_the_code(page: Page) -> None:
    with pytest.raises(UnsupportedError) as caught:
        compiled(page.example)
    assert page.code in {finding.code for finding in caught.value.diagnostics}


@pytest.mark.parametrize("page", REWRITES, ids=lambda page: page.code)
def test_rewrite_works(page: Page) -> None:
    compile(compiled(page.instead).source, "generated", "exec")


def test_every_code_that_is_raised_has_a_page() -> None:
    root = Path(symdiff.__file__).parent
    pages = {path for path in root.rglob("*.py") if not path.stem.startswith("pages_")}
    raised = {c for path in pages for c in re.findall(r'"(SD\d+)"', path.read_text())}
    assert raised <= set(CODES)
    assert set(CODES) <= raised, "a page of a code that nothing raises"
