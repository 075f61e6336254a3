"""Options of the test suite."""


def pytest_addoption(parser):
    """`--bless` accepts the golden sources that the compiler writes now."""
    parser.addoption("--bless", action="store_true", help="rewrite golden sources")
