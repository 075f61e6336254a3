import numpy as np


def soft_rank(scores, temperature):
    shifted = [s - scores[0] for s in scores]
    weights = [np.exp(s / temperature) for s in shifted if s > -3.0]
    total = sum(weights)
    return sum(k * w / total for k, w in enumerate(weights))

# --- grad(soft_rank, argnums=(0, 1)), tried at (np.array([0.2, -0.4, 0.9]), 0.7)
import numpy as np


def soft_rank_grad(scores, temperature):
    """Gradient of `soft_rank` with respect to scores, temperature."""
    # forward
    shifted = []
    for s in scores:
        shifted.append(s - scores[0])
    weights = []
    for s in shifted:
        if s > -3.0:
            weights.append(np.exp(s / temperature))
    total = sum(weights)

    # reverse of: return sum(k * w / total for k, w in enumerate(weights))
    weights_bar = [0.0] * len(weights)
    total_bar = 0.0
    for k in reversed(range(len(weights))):
        w = weights[k]
        total_bar -= k * w / total / total
        w_bar = k / total
        weights_bar[k] = w_bar

    # reverse of: total = sum(weights)
    weights_bar = [a + total_bar for a in weights_bar]

    # reverse of: weights = [np.exp(s / temperature) for s in shifted if s > -3.0]
    shifted_bar = [0.0] * len(shifted)
    temperature_bar = 0.0
    for i in reversed(range(len(shifted))):
        s = shifted[i]
        if s > -3.0:
            item = weights_bar.pop()
            ratio = s / temperature
            z_bar = item * np.exp(ratio)
            s_bar = z_bar / temperature
            temperature_bar -= z_bar * ratio / temperature
        else:
            s_bar = 0.0
        shifted_bar[i] = s_bar

    # reverse of: shifted = [s - scores[0] for s in scores]
    scores_bar = np.zeros_like(scores)
    for i in reversed(range(len(scores))):
        item = shifted_bar.pop()
        s_bar = item
        scores_bar[0] -= item
        scores_bar[i] += s_bar
    return scores_bar, temperature_bar
