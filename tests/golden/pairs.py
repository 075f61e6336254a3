from itertools import combinations


def roughness(heights):
    total = 0.0
    for a, b in combinations(heights, 2):
        total += 1.0 / (1.0 + (a - b) ** 2)
    return total

# --- grad(roughness), tried at ([0.7, 0.3, 1.1],)
import itertools


def roughness_grad(heights):
    """Gradient of `roughness` with respect to heights."""
    # forward
    heights_bar = [0.0] * len(heights)
    for i, j in itertools.combinations(range(len(heights)), 2):
        # reverse of: total += 1.0 / (1.0 + (a - b) ** 2)
        a = heights[i]
        b = heights[j]
        diff = a - b
        b_bar = 2.0 * diff / (1.0 + diff**2) ** 2
        a_bar = -b_bar
        # reverse of: for a, b in combinations(heights, 2)
        heights_bar[j] += b_bar
        heights_bar[i] += a_bar
    return heights_bar
