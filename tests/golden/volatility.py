import numpy as np


def garch(theta, returns):
    """Negative log-likelihood with a variance that is filled in step by step."""
    mu, omega, alpha, beta = theta
    eps = returns - mu
    h = np.empty(len(returns))
    h[0] = np.var(eps)
    for t in range(1, len(returns)):
        h[t] = omega + alpha * eps[t - 1] ** 2 + beta * h[t - 1]
    return 0.5 * np.sum(np.log(h) + eps**2 / h)

# --- grad(garch), tried at (np.array([0.01, 0.1, 0.2, 0.6]), np.sin(np.arange(9.0) * 5))
import numpy as np


def garch_grad(theta, returns):
    """Gradient of `garch` with respect to theta."""
    # forward
    mu, omega, alpha, beta = theta
    eps = returns - mu
    h = np.empty(len(returns))
    h[0] = np.var(eps)
    n = len(returns)
    h_part_tape = []
    for t in range(1, n):
        h_part = h[t - 1]
        h_part_tape.append(h_part)
        h[t] = omega + alpha * eps[t - 1] ** 2 + beta * h_part

    # reverse of: return 0.5 * np.sum(np.log(h) + eps**2 / h)
    eps_bar = eps / h
    h_bar = (0.5 - 0.5 * eps**2 / h) / h

    # reverse of: for t in range(1, len(returns))
    alpha_bar = 0.0
    omega_bar = 0.0
    beta_bar = 0.0
    for t in reversed(range(1, n)):
        # reverse of: h[t] = omega + alpha * eps[t - 1] ** 2 + beta * h[t - 1]
        h_bar_t = h_bar[t]
        h_bar[t] = 0.0
        h_part = h_part_tape.pop()
        beta_bar += h_bar_t * h_part
        h_bar[t - 1] += h_bar_t * beta
        omega_bar += h_bar_t
        eps_part = eps[t - 1]
        alpha_bar += h_bar_t * eps_part**2
        eps_bar[t - 1] += 2 * eps_part * (h_bar_t * alpha)

    # reverse of: h[0] = np.var(eps)
    eps_bar += 2 * (eps - np.mean(eps)) * (h_bar[0] / eps.size)

    # reverse of: eps = returns - mu
    mu_bar = -np.sum(eps_bar)

    # reverse of: mu, omega, alpha, beta = theta
    theta_bar = np.array([mu_bar, omega_bar, alpha_bar, beta_bar])
    return theta_bar
