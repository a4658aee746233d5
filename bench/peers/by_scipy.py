"""The check of every parameter by central differences, as SciPy offers it."""

import numpy as np
import scipy
from scipy.optimize._numdiff import approx_derivative
from worker import perceptron

NAME = "SciPy " + scipy.__version__
ENTRIES = 1000  # as many are timed; more of them take longer and no other time


class Differences:
    """approx_derivative is what approx_fprime and check_grad call, with method "2-point"; two values
    an entry are its "3-point"."""

    def __init__(self, x, labels, layers):
        self.x, self.labels = x, labels
        self.rows = np.arange(len(labels))
        self.shapes = [(w.shape, b.shape) for w, b in layers]
        self.point = np.concatenate([part.ravel() for layer in layers for part in layer])
        self.entries = np.linspace(0, len(self.point) - 1, ENTRIES).astype(np.int64)
        self.scale = (
            len(self.point) / ENTRIES,
            f"{ENTRIES:,} of {len(self.point):,} entries, scaled",
        )

    def loss(self, point):
        y, at = self.x, 0
        for i, ((out, fan_in), _) in enumerate(self.shapes):
            w = point[at : at + out * fan_in].reshape(out, fan_in)
            at += out * fan_in
            y = y @ w.T + point[at : at + out]
            at += out
            if i + 1 < len(self.shapes):
                y = np.maximum(y, 0)
        y = y - y.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(y).sum(axis=1)) - y[self.rows, self.labels])

    def run(self):
        point = self.point.copy()

        def moved(part):
            point[self.entries] = part
            return self.loss(point)

        self.gradient = approx_derivative(moved, self.point[self.entries], method="3-point")

    def result(self):
        return self.loss(self.point)


def offer(kind, arguments, dtype):
    if kind == "differences" and dtype == "float64":
        return Differences(*perceptron(arguments, dtype))
    return None
