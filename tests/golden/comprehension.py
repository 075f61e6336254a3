import numpy as np


def soft_rank(scores, temperature):
    shifted = [s - scores[0] for s in scores]
    weights = [np.exp(s / temperature) for s in shifted if s > -3.0]
    total = sum(weights)
    return sum(k * w / total for k, w in enumerate(weights))

# --- grad(soft_rank, argnums=(0, 1)), tried at (np.array([0.2, -0.4, 0.9]), 0.7)
import numpy as np


def plus(x, y):
    """Add two gradients, item by item where they are lists or tuples."""
    if isinstance(x, (list, tuple)):
        return type(x)([plus(a, b) for a, b in zip(x, y, strict=True)])
    return x + y


def soft_rank_grad(scores, temperature):
    """Gradient of `soft_rank` with respect to scores, temperature."""
    # forward
    items = []
    for s in scores:
        items.append(s - scores[0])
    items_1 = []
    for s in items:
        if s > -3.0:
            items_1.append(np.exp(s / temperature))
    total = sum(items_1)
    items_2 = []
    for k, w in enumerate(items_1):
        items_2.append(k * w / total)

    # reverse of: return sum(k * w / total for k, w in enumerate(weights))
    prod = [1.0] * len(items_2)
    t = [0.0] * len(items_1)
    total_bar = 0.0
    for k in reversed(range(len(items_1))):
        item = prod.pop()
        w = items_1[k]
        total_bar -= item * (k * w / total) / total
        w_bar = item / total * k
        t[k] = w_bar

    # reverse of: total = sum(weights)
    t = plus(t, [total_bar] * len(items_1))

    # reverse of: weights = [np.exp(s / temperature) for s in shifted if s > -3.0]
    t_1 = [0.0] * len(items)
    temperature_bar = 0.0
    for i in reversed(range(len(items))):
        s = items[i]
        if s > -3.0:
            item = t.pop()
            ratio = s / temperature
            z_bar = item * np.exp(ratio)
            s_bar = z_bar / temperature
            temperature_bar -= z_bar * ratio / temperature
        else:
            s_bar = 0.0
        t_1[i] = s_bar

    # reverse of: shifted = [s - scores[0] for s in scores]
    scores_bar = np.zeros_like(scores)
    for i in reversed(range(len(scores))):
        item = t_1.pop()
        s_bar = item
        scores_bar[0] -= item
        scores_bar[i] += s_bar
    return scores_bar, temperature_bar
