def spread_of_counts(weights, names):
    counts = {}
    for name, weight in zip(names, weights):
        counts[name] = counts.get(name, 0.0) + weight * weight
    total = 0.0
    for count in counts.values():
        total += count * count
    return total

# --- grad(spread_of_counts), tried at ([0.7, 0.3, 1.1, 0.4], ["a", "b", "a", "c"])
import collections


def spread_of_counts_grad(weights, names):
    """Gradient of `spread_of_counts` with respect to weights."""
    # forward
    counts = {}
    for name, weight in zip(names, weights):
        counts[name] = counts.get(name, 0.0) + weight * weight
    counts_bar = collections.defaultdict(float)
    for key in list(counts):
        count = counts[key]
        # reverse of: total += count * count
        count_bar = 2.0 * count
        # reverse of: for count in counts.values()
        counts_bar[key] += count_bar

    # reverse of: for name, weight in zip(names, weights)
    weights_bar = [0.0] * len(weights)
    for i in reversed(range(len(names))):
        name = names[i]
        weight = weights[i]
        # reverse of: counts[name] = counts.get(name, 0.0) + weight * weight
        item = counts_bar.pop(name, 0.0)
        weight_bar = 2 * item * weight
        counts_bar[name] += item
        # reverse of: for name, weight in zip(names, weights)
        weights_bar[i] = weight_bar
    return weights_bar
