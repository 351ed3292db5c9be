"""What is left of a normal law of several quantities when some linear sums of them are known? No deal is known here."""
import numpy as np


def given(mean, cov, rows, values):
    """Mean and covariance after `rows` @ quantities = `values` (rows may depend on each other)."""
    rows = np.atleast_2d(np.asarray(rows, float))
    gain = cov @ rows.T @ np.linalg.pinv(rows @ cov @ rows.T)
    return mean + gain @ (values - rows @ mean), cov - gain @ rows @ cov
