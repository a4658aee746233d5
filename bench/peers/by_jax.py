"""The training step in JAX, compiled, on the processor."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
from worker import LEARNING_RATE, perceptron

NAME = "JAX " + jax.__version__
jax.config.update("jax_enable_x64", True)


def loss_of(layers, x, labels):
    for w, b in layers[:-1]:
        x = jax.nn.relu(x @ w.T + b)
    w, b = layers[-1]
    logs = jax.nn.log_softmax(x @ w.T + b)
    return -jnp.mean(jnp.take_along_axis(logs, labels[:, None], axis=1))


@jax.jit
def step(layers, x, labels):
    loss, slopes = jax.value_and_grad(loss_of)(layers, x, labels)
    moved = jax.tree_util.tree_map(lambda w, dw: w - w.dtype.type(LEARNING_RATE) * dw, layers, slopes)
    return loss, moved


class Step:
    def __init__(self, x, labels, layers):
        self.x, self.labels = jnp.asarray(x), jnp.asarray(labels)
        self.layers = [(jnp.asarray(w), jnp.asarray(b)) for w, b in layers]

    def run(self):
        self.loss, self.layers = step(self.layers, self.x, self.labels)
        self.loss.block_until_ready()

    def result(self):
        return self.loss


def offer(kind, arguments, dtype):
    return Step(*perceptron(arguments, dtype)) if kind == "step" else None
