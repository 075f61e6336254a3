from dataclasses import dataclass, field


@dataclass
class Epidemic:
    beta: float
    gamma: float = 0.1
    population: float = 1000.0
    days: int = 30
    label: str = "base"
    lockdowns: list = field(default_factory=list)

    def contact(self, day):
        for start, stop, factor in self.lockdowns:
            if start <= day < stop:
                return self.beta * factor
        return self.beta


def infected(config, i0):
    """People who have been infected, in a model with lockdowns."""
    s, i = config.population - i0, i0
    total = i0
    for day in range(config.days):
        new = config.contact(day) * s * i / config.population
        s -= new
        i += new - config.gamma * i
        total += new
    return total


CONFIG = Epidemic(0.4, lockdowns=[(10, 20, 0.4)])

# --- grad(infected, argnums="i0"), tried at (CONFIG, 5.0)
def infected_grad(config, i0):
    """Gradient of `infected` with respect to i0."""
    # forward
    result = None
    s, i = config.population - i0, i0
    result_tape = []
    s_tape = []
    i_tape = []
    for day in range(config.days):
        s_tape.append(s)
        i_tape.append(i)
        returned = False
        for start, stop, factor in config.lockdowns:
            if start <= day and day < stop:
                result = config.beta * factor
                returned = True
            else:
                returned = False
            if returned:
                break
        result = result if returned else config.beta
        result_tape.append(result)
        new = result * s * i / config.population
        s -= new
        i += new - config.gamma * i

    # reverse of: for day in range(config.days)
    i_bar = 0.0
    s_bar = 0.0
    total_bar = 1.0
    for i, result, s in zip(reversed(i_tape), reversed(result_tape), reversed(s_tape)):
        # reverse of: total += new
        new_bar = total_bar
        # reverse of: i += new - config.gamma * i
        new_bar += i_bar
        i_bar -= i_bar * config.gamma
        # reverse of: s -= new
        new_bar -= s_bar
        # reverse of: new = config.contact(day) * s * i / config.population
        i_bar += new_bar * result * s / config.population
        s_bar += new_bar / config.population * i * result

    # reverse of: total = i0
    i0_bar = total_bar

    # reverse of: s, i = config.population - i0, i0
    i0_bar += i_bar
    i0_bar -= s_bar
    return i0_bar

# --- grad(infected, argnums="config"), tried at (CONFIG, 5.0)
import dataclasses

import numpy as np


def plus(x, y):
    """Add two gradients, item by item where they are lists or tuples."""
    if isinstance(x, (list, tuple)):
        return type(x)([plus(a, b) for a, b in zip(x, y, strict=True)])
    return x + y


def infected_grad(config, i0):
    """Gradient of `infected` with respect to config."""
    # forward
    result = None
    s, i = config.population - i0, i0
    t_tape = []
    new_tape = []
    result_tape = []
    count_tape = []
    returned_tape = []
    s_tape = []
    i_tape = []
    for day in range(config.days):
        s_tape.append(s)
        i_tape.append(i)
        returned = False
        count = 0
        for start, stop, factor in config.lockdowns:
            t = start <= day and day < stop
            t_tape.append(t)
            if t:
                result = config.beta * factor
                returned = True
            else:
                returned = False
            count = count + 1
            if returned:
                break
        returned_tape.append(returned)
        count_tape.append(count)
        result = result if returned else config.beta
        result_tape.append(result)
        new = result * s * i / config.population
        new_tape.append(new)
        s -= new
        i += new - config.gamma * i

    # reverse of: for day in range(config.days)
    lockdowns_bar = [(0.0, 0.0, 0.0) for _, _, _ in config.lockdowns]
    i_bar = 0.0
    s_bar = 0.0
    total_bar = 1.0
    beta_bar = 0.0
    population_bar = 0.0
    gamma_bar = 0.0
    for i, new, result, s in zip(
        reversed(i_tape), reversed(new_tape), reversed(result_tape), reversed(s_tape)
    ):
        # reverse of: total += new
        new_bar = total_bar
        # reverse of: i += new - config.gamma * i
        new_bar += i_bar
        gamma_bar -= i_bar * i
        i_bar -= i_bar * config.gamma
        # reverse of: s -= new
        new_bar -= s_bar
        # reverse of: new = config.contact(day) * s * i / config.population
        population_bar -= new_bar * new / config.population
        prod = new_bar / config.population * i
        i_bar += new_bar * result * s / config.population
        result_bar = prod * s
        s_bar += prod * result
        returned = returned_tape.pop()
        if not returned:
            beta_bar += result_bar
            result_bar = 0.0
        count = count_tape.pop()
        for k in reversed(range(count)):
            _, _, factor = config.lockdowns[k]
            t = t_tape.pop()
            if t:
                beta_bar += result_bar * factor
                factor_bar = result_bar * config.beta
            else:
                factor_bar = 0.0
            lockdowns_bar[k] = plus(lockdowns_bar[k], (0.0, 0.0, factor_bar))
            result_bar = 0.0

    # reverse of: s, i = config.population - i0, i0
    population_bar += s_bar
    return dataclasses.replace(
        config,
        beta=beta_bar,
        gamma=gamma_bar,
        population=population_bar,
        days=None,
        label=None,
        lockdowns=lockdowns_bar,
    )
