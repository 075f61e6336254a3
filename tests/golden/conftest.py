"""`pytest --bless` rewrites the golden sources."""

import pytest


@pytest.fixture
def bless(request):
    return request.config.getoption("--bless")
