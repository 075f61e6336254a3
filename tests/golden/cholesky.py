import numpy as np


def gaussian_process(log_scale, log_noise, x, y):
    sqdist = (x[:, None] - x[None, :]) ** 2
    K = np.exp(-0.5 * sqdist / np.exp(2 * log_scale))
    K = K + np.exp(2 * log_noise) * np.eye(len(x))
    L = np.linalg.cholesky(K)
    white = np.linalg.solve(L, y)
    return 0.5 * white @ white + np.sum(np.log(np.diag(L)))

# --- grad(gaussian_process, argnums=(0, 1)), tried at (0.1, -1.0, np.linspace(0, 3, 6), np.sin(np.linspace(0, 3, 6)))
import numpy as np


def gaussian_process_grad(log_scale, log_noise, x, y):
    """Gradient of `gaussian_process` with respect to log_scale, log_noise."""
    # forward
    sqdist = (x[:, None] - x[None, :]) ** 2
    ratio = -0.5 * sqdist / np.exp(2 * log_scale)
    K = np.exp(ratio)
    exp = np.exp(2 * log_noise)
    eye = np.eye(len(x))
    K_1 = K + exp * eye
    L = np.linalg.cholesky(K_1)
    white = np.linalg.solve(L, y)

    # reverse of: return 0.5 * white @ white + np.sum(np.log(np.diag(L)))
    z_bar = 1.0 / np.diag(L)
    L_bar = np.zeros_like(L)
    n = np.arange(z_bar.shape[-1])
    L_bar[n, n] += z_bar
    white_bar = white

    # reverse of: white = np.linalg.solve(L, y)
    L_bar -= np.outer(np.linalg.solve(L.T, white_bar), white)

    # reverse of: L = np.linalg.cholesky(K)
    s = np.linalg.solve(
        L.T,
        np.linalg.solve(
            L.T, (np.tril(L.T @ L_bar) * (1 - 0.5 * np.eye(K_1.shape[-1]))).T
        ).T,
    )
    K_bar = 0.5 * (s + s.T)

    # reverse of: K = K + np.exp(2 * log_noise) * np.eye(len(x))
    log_noise_bar = 2 * np.sum(K_bar * eye) * exp

    # reverse of: K = np.exp(-0.5 * sqdist / np.exp(2 * log_scale))
    log_scale_bar = -2 * np.sum(K_bar * K * ratio)
    return log_scale_bar, log_noise_bar
