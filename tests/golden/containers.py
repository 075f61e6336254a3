import numpy as np


def ratings_loss(ratings0, k_factor, games):
    """Play through the games, updating the table as it goes."""
    ratings = ratings0.copy()
    loss = 0.0
    for white, black, score in games:
        expect = 1.0 / (1.0 + 10.0 ** ((ratings[black] - ratings[white]) / 400.0))
        loss -= score * np.log(expect) + (1 - score) * np.log(1 - expect)
        change = k_factor * (score - expect)
        ratings[white] += change
        ratings[black] -= change
    return loss / len(games)

# --- grad(ratings_loss, argnums=(0, 1)), tried at (np.array([1500.0, 1620.0, 1410.0]), 24.0, [(0, 1, 1.0), (2, 1, 0.5), (1, 2, 0.0)])
import math

import numpy as np


def ratings_loss_grad(ratings0, k_factor, games):
    """Gradient of `ratings_loss` with respect to ratings0, k_factor."""
    # forward
    ratings = ratings0.copy()
    expect_tape = []
    t_tape = []
    for white, black, score in games:
        t = 10.0 ** ((ratings[black] - ratings[white]) / 400.0)
        t_tape.append(t)
        expect = 1.0 / (1.0 + t)
        expect_tape.append(expect)
        change = k_factor * (score - expect)
        ratings[white] += change
        ratings[black] -= change

    # reverse of: return loss / len(games)
    loss_bar = 1.0 / len(games)

    # reverse of: for white, black, score in games
    ratings_bar = np.zeros_like(ratings0)
    k_factor_bar = 0.0
    for white, black, score in reversed(games):
        # reverse of: ratings[black] -= change
        change_bar = -ratings_bar[black]
        # reverse of: ratings[white] += change
        change_bar += ratings_bar[white]
        # reverse of: change = k_factor * (score - expect)
        expect = expect_tape.pop()
        k_factor_bar += change_bar * (score - expect)
        expect_bar = -change_bar * k_factor
        # reverse of: loss -= score * np.log(expect) + (1 - score) * np.log(1 - expect)
        expect_bar += loss_bar * (1 - score) / (1 - expect)
        expect_bar -= loss_bar * score / expect
        # reverse of: expect = 1.0 / (1.0 + 10.0 ** ((ratings[black] - ratings[white]) / 400.0))
        #             loss -= score * np.log(expect) + (1 - score) * np.log(1 - expect)
        #             change = k_factor * (score - expect)
        #             ratings[white] += change
        #             ratings[black] -= change
        t = t_tape.pop()
        ratio = expect_bar / (1.0 + t) * math.log(10.0) * (1.0 - expect) / 400.0
        ratings_bar[white] += ratio
        ratings_bar[black] -= ratio

    # reverse of: ratings = ratings0.copy()
    ratings0_bar = ratings_bar
    return ratings0_bar, k_factor_bar
