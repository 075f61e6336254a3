"""Text → HTML that means only that text."""

from __future__ import annotations

import html
import json
from typing import Any


def escaped(text: object) -> str:
    """Text as HTML shows it, also inside of an attribute in double quotes."""
    return html.escape(str(text), quote=True)


def element(tag: str, text: object = "", **attributes: object) -> str:
    """One element around plain text; `class_` is the attribute `class`.

    An attribute that is None or False is left out, and one that is True has no value.
    """
    return wrapped(tag, escaped(text), **attributes)


def wrapped(tag: str, inside: str, **attributes: object) -> str:
    """One element around HTML."""
    return f"<{tag}{_attributes(attributes)}>{inside}</{tag}>"


def table(head: list[str], rows: list[str], caption: str) -> str:
    """A table of rows that are HTML, in a box that scrolls where it is too wide."""
    cells = "".join(element("th", title, scope="col") for title in head)
    inside = element("caption", caption) + wrapped("thead", wrapped("tr", cells))
    inside += wrapped("tbody", "\n".join(rows))
    # What scrolls must be reached by the keyboard.
    return wrapped(
        "div",
        wrapped("table", inside),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


def data(value: Any) -> str:
    """JSON that may stand in a script element: it has no `<`."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, sort_keys=True)
    return text.replace("<", "\\u003c")


def _attributes(given: dict[str, object]) -> str:
    found = ""
    for name, value in given.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            found += f" {key}"
        elif value is not None and value is not False:
            found += f' {key}="{escaped(value)}"'
    return found
