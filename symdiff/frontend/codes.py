"""The page of every error code: what it is, why, an example, and what works instead.

`symdiff explain CODE` and the list of errors in the documents are made from these; the
tests compile every example and every rewrite.
"""

from __future__ import annotations

from symdiff.frontend.page import Page
from symdiff.frontend.pages_language import LANGUAGE
from symdiff.frontend.pages_meaning import MEANING

CODES: dict[str, Page] = {page.code: page for page in (*LANGUAGE, *MEANING)}
