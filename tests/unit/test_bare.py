"""Comments go, and nothing else does."""

from symdiff.backend.bare import without_comments

COMMENTED = '''\
def f_grad(x):
    """Gradient of `f`. # not a comment"""
    # forward
    y = x  # the user's own
    s = "# text"

    # reverse of: return y
    y_bar = 1.0
    return y_bar
'''
BARE = '''\
def f_grad(x):
    """Gradient of `f`. # not a comment"""
    y = x
    s = "# text"

    y_bar = 1.0
    return y_bar
'''


def test_without_comments() -> None:
    assert without_comments(COMMENTED) == BARE
    assert without_comments(BARE) == BARE
