def log_likelihood(mean, cov, x):
    try:
        low = np.linalg.cholesky(cov)
    except np.linalg.LinAlgError as error:
        raise ValueError("the covariance is not positive definite") from error
    finally:
        print("factored")
    with np.errstate(divide="ignore", over="ignore"):
        z = np.linalg.solve(low, x - mean)
        logdet = np.sum(np.log(np.diag(low)))
    return -0.5 * z @ z - logdet

# --- grad(log_likelihood), tried at (np.array([0.3, -0.2]), np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([1.0, 0.5]))
import numpy as np


def log_likelihood_grad(mean, cov, x):
    """Gradient of `log_likelihood` with respect to mean."""
    # forward
    try:
        low = np.linalg.cholesky(cov)
    except np.linalg.LinAlgError as error:
        raise ValueError("the covariance is not positive definite") from error
    finally:
        print("factored")
    with np.errstate(divide="ignore", over="ignore"):
        z = np.linalg.solve(low, x - mean)

    # reverse of: return -0.5 * z @ z - logdet
    z_bar = -0.5 * z
    z_bar -= 0.5 * z

    # reverse of: with np.errstate(divide="ignore", over="ignore")
    with np.errstate(divide="ignore", over="ignore"):
        # reverse of: z = np.linalg.solve(low, x - mean)
        mean_bar = -np.linalg.solve(low.T, z_bar)
    return mean_bar
