"""Every block of code in the documents runs, and prints what it says.

    ```python    run, in one namespace a file; with `>>>`, as a doctest
    ```console   `$ symdiff ...`, followed by its output
    ```sh        shell commands for the reader; .ci/run runs those of README

In docs/limitations.md a `python` block is a function that cannot be differentiated,
and the `text` block after it is the error it gives. `...` stands for any text.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import linecache
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import symdiff
from symdiff.cli import main
from symdiff.errors import SymdiffError

ROOT = Path(symdiff.__file__).parent.parent
LIMITATIONS = ROOT / "docs" / "limitations.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    language: str
    text: str
    line: int


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text()
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start(2)) + 1
        yield Block(found.group(1), found.group(2), line)


def pages_with(*languages: str) -> list[Any]:
    return [
        pytest.param(path, id=str(path.relative_to(ROOT)))
        for path in PAGES
        if path != LIMITATIONS and any(b.language in languages for b in blocks(path))
    ]


def expect(got: str, want: str, where: str) -> None:
    checker = doctest.OutputChecker()
    assert checker.check_output(want, got, doctest.ELLIPSIS), (
        f"{where} prints\n{got}\nand not\n{want}"
    )


def run_python(block: Block, path: Path, space: dict[str, Any]) -> None:
    """Execute a block so that `inspect` finds the source of its functions."""
    where = f"{path.name}:{block.line}"
    text = "\n" * (block.line - 1) + block.text
    linecache.cache[where] = (len(text), None, text.splitlines(True), where)
    exec(compile(text, where, "exec"), space)


def run_doctest(block: Block, path: Path, space: dict[str, Any]) -> None:
    parser, said = doctest.DocTestParser(), []
    test = parser.get_doctest(block.text, space, path.name, str(path), block.line - 1)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(test, out=said.append, clear_globs=False)
    space.update(test.globs)
    assert not said, "".join(said)


@pytest.mark.parametrize("path", pages_with("python"))
def test_python_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ModuleType("document")
    monkeypatch.setitem(sys.modules, "document", page)
    space: dict[str, Any] = vars(page)
    for block in blocks(path):
        if block.language == "python":
            run = run_doctest if ">>>" in block.text else run_python
            run(block, path, space)


@pytest.mark.parametrize("path", pages_with("console"))
def test_console_blocks(path: Path) -> None:
    for block in blocks(path):
        if block.language != "console":
            continue
        for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
            command, _, want = part.partition("\n")
            expect(run_command(command), want, f"{path.name}: {command}")


def run_command(command: str) -> str:
    """Run `symdiff ...` in this process, at the top of the project."""
    words = shlex.split(command)
    assert words[0] == "symdiff", f"{command} is not run by this test"
    said = io.StringIO()
    with contextlib.chdir(ROOT), redirect_stdout(said), redirect_stderr(said):
        main(words[1:])
    return said.getvalue()


def limitations() -> list[Any]:
    found = list(blocks(LIMITATIONS))
    pairs = pairwise(found)
    return [
        pytest.param(code, shown, id=f"line {code.line}")
        for code, shown in pairs
        if code.language == "python"
    ]


@pytest.mark.parametrize(("code", "shown"), limitations())
def test_limitations_give_the_error_that_is_shown(code: Block, shown: Block) -> None:
    from symdiff.options import Options
    from symdiff.pipeline import compile_text

    assert shown.language == "text", "the error goes after the function"
    name = re.findall(r"^def (\w+)", code.text, re.M)[-1]
    with pytest.raises(SymdiffError) as caught:
        compile_text(code.text, "model.py", name, Options(), {})
    expect(str(caught.value) + "\n", shown.text, f"line {code.line}")


def test_readme_begins_with_its_two_commands() -> None:
    shell = [b.text for b in blocks(ROOT / "README.md") if b.language == "sh"]
    assert shell == [
        "pip install . && symdiff demo\n",
        'pip install -e ".[dev]" && pytest\n',
    ]


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_and_blocks_of_a_page(path: Path) -> None:
    text = path.read_text()
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{target} does not exist"
    known = {"python", "console", "sh", "text", ""}
    assert {block.language for block in blocks(path)} <= known


@pytest.mark.parametrize("page", ["errors.md", "operations.md"])
def test_reference_is_up_to_date(page: str) -> None:
    sys.path.insert(0, str(ROOT / "docs" / "reference"))
    try:
        from generate import PAGES as generated
    finally:
        sys.path.pop(0)
    path = ROOT / "docs" / "reference" / page
    assert path.read_text() == generated[page](), "run docs/reference/generate.py"


EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_examples_run(path: Path, tmp_path: Path) -> None:
    """Run the file; it checks its gradient and its own result, and writes its page."""
    command, page = [sys.executable, str(path)], tmp_path / "page.html"
    writes = "--page" in path.read_text()
    if writes:
        command += ["--page", str(page)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert page.exists() == writes


def test_table_of_examples_is_complete() -> None:
    """Every system has its row, with an example, and every example is in a table."""
    text = (ROOT / "docs" / "examples.md").read_text()
    rows = re.findall(r"^\| (\d+) \|.*\]\(\.\./examples/\w+\.py\)", text, re.M)
    assert rows == [str(n) for n in range(1, 18)]
    linked = set(re.findall(r"\]\(\.\./examples/(\w+)\.py\)", text))
    assert linked == {path.stem for path in EXAMPLES}


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_command_in_an_example_works(path: Path) -> None:
    found = re.search(r"`(symdiff grad .*?)`", path.read_text(), re.S)
    assert found is not None
    said = run_command(found.group(1).replace("`\n`", " ").replace("\n", " "))
    assert said.startswith("# generated by symdiff"), said
    compile(said, path.name, "exec")
