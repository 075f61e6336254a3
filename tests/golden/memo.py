def cheapest(costs, a, b):
    best = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                best[i, j] = costs[0] * (i + j)
            else:
                change = 0.0 if a[i - 1] == b[j - 1] else costs[1]
                best[i, j] = min(best[i - 1, j] + costs[0], best[i - 1, j - 1] + change)
    return best[len(a), len(b)]

# --- grad(cheapest), tried at ([0.7, 0.9], "abc", "bd")
import collections


def cheapest_grad(costs, a, b):
    """Gradient of `cheapest` with respect to costs."""
    # forward
    best = {}
    n = len(a)
    total_tape = []
    total_tape_1 = []
    for i in range(n + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                best[i, j] = costs[0] * (i + j)
            else:
                change = 0.0 if a[i - 1] == b[j - 1] else costs[1]
                total = best[i - 1, j] + costs[0]
                total_tape_1.append(total)
                total_1 = best[i - 1, j - 1] + change
                total_tape.append(total_1)
                best[i, j] = min(total, total_1)

    # reverse of: return best[len(a), len(b)]
    best_bar = collections.defaultdict(float)
    best_bar[len(a), len(b)] += 1.0

    # reverse of: for i in range(len(a) + 1)
    costs_bar = [0.0] * len(costs)
    for i in reversed(range(n + 1)):
        # reverse of: for j in range(len(b) + 1)
        for j in reversed(range(len(b) + 1)):
            # reverse of: if i == 0 or j == 0
            if i == 0 or j == 0:
                # reverse of: best[i, j] = costs[0] * (i + j)
                item = best_bar.pop((i, j), 0.0)
                costs_bar[0] += item * (i + j)
            else:
                # reverse of: best[i, j] = min(best[i - 1, j] + costs[0], best[i - 1, j - 1] + change)
                item = best_bar.pop((i, j), 0.0)
                total = total_tape_1.pop()
                total_1 = total_tape.pop()
                test = total_1 < total
                chosen = item if not test else 0.0
                change_bar = item if test else 0.0
                best_bar[i - 1, j - 1] += change_bar
                costs_bar[0] += chosen
                best_bar[i - 1, j] += chosen
                # reverse of: change = 0.0 if a[i - 1] == b[j - 1] else costs[1]
                if not a[i - 1] == b[j - 1]:
                    costs_bar[1] += change_bar
    return costs_bar
