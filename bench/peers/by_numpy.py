"""The works in NumPy, memory taken beforehand where NumPy lets one."""

import numpy as np
from worker import ITERATIONS, LEARNING_RATE, SLICE, images, perceptron, uniform

NAME = "NumPy " + np.__version__


class Step:
    """Forward, backward and a step of gradient descent, by hand."""

    def __init__(self, x, labels, layers):
        self.x, self.labels, self.layers = x, labels, layers
        self.rows = np.arange(len(labels))
        self.dtype = x.dtype.type

    def run(self):
        inputs, y = [self.x], None
        for i, (w, b) in enumerate(self.layers):
            y = inputs[-1] @ w.T
            y += b
            if i + 1 < len(self.layers):
                np.maximum(y, 0, out=y)
                inputs.append(y)
        y -= y.max(axis=1, keepdims=True)
        own = y[self.rows, self.labels]
        np.exp(y, out=y)
        total = y.sum(axis=1, keepdims=True)
        self.loss = np.mean(np.log(total[:, 0]) - own)
        y /= total
        y[self.rows, self.labels] -= 1
        y *= self.dtype(1 / len(self.labels))
        self.backward(inputs, y)

    def backward(self, inputs, dy):
        rate = self.dtype(LEARNING_RATE)
        for (w, b), x in zip(reversed(self.layers), reversed(inputs)):
            dw, db = dy.T @ x, dy.sum(axis=0)
            if x is not self.x:
                dy = dy @ w
                dy *= x > 0
            dw *= rate
            db *= rate
            w -= dw
            b -= db

    def result(self):
        return self.loss


class Product:
    def __init__(self, arguments, dtype):
        m, k, n = (int(extent) for extent in arguments[:3])
        a = uniform(1, m * k).astype(dtype)
        b = uniform(2, k * n).astype(dtype)
        self.a = a.reshape(k, m).T if arguments[3][0] == "t" else a.reshape(m, k)
        self.b = b.reshape(n, k).T if arguments[3][1] == "t" else b.reshape(k, n)
        self.c = np.empty((m, n), dtype)

    def run(self):
        np.matmul(self.a, self.b, out=self.c)

    def result(self):
        return self.c.sum(dtype=np.float64)


class Descent:
    """Study 3: gradient descent with a line search on all images at once."""

    scale = (ITERATIONS // SLICE, "five of the 100 iterations a round, scaled")

    def __init__(self, count, dtype):
        self.x, self.labels, ((w1, b1), (w2, b2)) = images(count, dtype)
        self.start = (w1, b1, w2, b2)
        self.here, self.done = self.start, 0
        self.rows = np.arange(count)
        self.dtype = self.x.dtype.type

    def forward(self, w1, b1, w2, b2):
        a = self.x @ w1.T
        a += b1
        np.negative(a, out=a)
        np.exp(a, out=a)
        a += 1
        np.reciprocal(a, out=a)
        p = a @ w2.T
        p += b2
        p -= p.max(axis=1, keepdims=True)
        own = p[self.rows, self.labels]
        np.exp(p, out=p)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        loss = np.mean(np.log(total[:, 0]) - own, dtype=np.float64)
        return float(loss), a, p

    def gradient(self, w2, a, p):
        p[self.rows, self.labels] -= 1
        p *= self.dtype(1 / len(self.labels))
        da = p @ w2
        da *= a
        np.subtract(1, a, out=(slope := np.empty_like(a)))
        da *= slope
        return da.T @ self.x, da.sum(axis=0), p.T @ a, p.sum(axis=0)

    def iterate(self):
        loss, a, p = self.forward(*self.here)
        slope = self.gradient(self.here[2], a, p)
        squared_norm = sum(float(np.sum(np.square(g), dtype=np.float64)) for g in slope)
        alpha, self.loss = 2.0, loss
        for _ in range(101):
            tried = tuple(w - self.dtype(alpha) * g for w, g in zip(self.here, slope))
            there = self.forward(*tried)[0]
            if there - loss < -0.01 * alpha * squared_norm:
                self.here, self.loss = tried, there
                return
            alpha *= 0.5

    def run(self):
        if self.done == ITERATIONS:
            self.here, self.done = self.start, 0
        for _ in range(SLICE):
            self.iterate()
        self.done += SLICE

    def result(self):
        return self.loss


def offer(kind, arguments, dtype):
    if kind == "step":
        return Step(*perceptron(arguments, dtype))
    if kind == "matmul":
        return Product(arguments, dtype)
    if kind == "descent":
        return Descent(int(arguments[0]), dtype)
    return None
