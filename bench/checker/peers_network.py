"""The networks of `verify check` in NumPy and in PyTorch, for peers.py."""

import json
import math

import numpy as np

try:
    import scipy.special
except ImportError:
    scipy = None
try:
    import torch
except ImportError:
    torch = None

LEAKY_SLOPE = 0.01


class NumPyParts:
    """The functions that the network is made of."""

    @staticmethod
    def _erf(z):
        if scipy is not None:
            return scipy.special.erf(z)
        return np.vectorize(math.erf, otypes=[z.dtype])(z)

    sum, exp, log, square = np.sum, np.exp, np.log, np.square

    @staticmethod
    def log_softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    @staticmethod
    def log_sigmoid(z):
        return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))

    @classmethod
    def activate(cls, name, z):
        return {
            "identity": lambda: z,
            "tanh": lambda: np.tanh(z),
            "sigmoid": lambda: 1 / (1 + np.exp(-z)),
            "relu": lambda: np.maximum(z, 0),
            "leaky-relu": lambda: np.where(z > 0, z, z.dtype.type(LEAKY_SLOPE) * z),
            "elu": lambda: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
            "softplus": lambda: -cls.log_sigmoid(-z),
            "gelu": lambda: z * (1 + cls._erf(z / z.dtype.type(math.sqrt(2)))) / 2,
            "silu": lambda: z / (1 + np.exp(-z)),
        }[name]()


def torch_parts():
    functional = torch.nn.functional

    class TorchParts:
        sum, exp, log, square = torch.sum, torch.exp, torch.log, torch.square
        log_sigmoid = staticmethod(functional.logsigmoid)

        @staticmethod
        def log_softmax(z):
            return functional.log_softmax(z, dim=1)

        @staticmethod
        def activate(name, z):
            return {
                "identity": lambda: z,
                "tanh": lambda: torch.tanh(z),
                "sigmoid": lambda: torch.sigmoid(z),
                "relu": lambda: torch.relu(z),
                "leaky-relu": lambda: functional.leaky_relu(z, LEAKY_SLOPE),
                "elu": lambda: functional.elu(z),
                "softplus": lambda: functional.softplus(z),
                "gelu": lambda: functional.gelu(z),
                "silu": lambda: functional.silu(z),
            }[name]()

    return TorchParts


def data_loss(parts, output, loss, z, t):
    """Summed over the samples; z are the last layer's sums, (N, c). Logarithms of softmax and of
    sigmoid are taken in one step, as everybody does."""
    classes = output in ("softmax", "log-softmax")
    if loss == "cross-entropy" and classes:
        return -parts.sum(t * parts.log_softmax(z))
    if output == "sigmoid" and loss == "cross-entropy":
        return -parts.sum(t * parts.log_sigmoid(z))
    if output == "sigmoid" and loss == "binary-cross-entropy":
        each = t * parts.log_sigmoid(z) + (1 - t) * parts.log_sigmoid(-z)
        return -parts.sum(each) / z.shape[1]
    if classes:
        y = parts.log_softmax(z)
        y = parts.exp(y) if output == "softmax" else y
    else:
        y = parts.activate(output, z)
    if loss == "cross-entropy":
        return -parts.sum(t * parts.log(y))
    if loss == "binary-cross-entropy":
        return -parts.sum(t * parts.log(y) + (1 - t) * parts.log(1 - y)) / z.shape[1]
    squares = parts.sum(parts.square(y - t))
    return squares / z.shape[1] if loss == "squared-error" else squares


class Case:
    """One archive and what NAME.json says of it."""

    def __init__(self, archive):
        told = json.loads(archive.with_suffix(".json").read_text())
        with np.load(archive, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        self.name, self.regime = archive.stem, told["regime"]
        self.bug = told["bug"] or ""
        self.dtype = {"f32": "float32", "f64": "float64"}.get(told["dtype"], told["dtype"])
        self.output, self.loss = told["output"], told["loss"]
        self.mean = told["reduction"] == "mean"
        self.l2, self.scale = float(told["l2"]), float(told["scale"])
        self.layers = sum(f"W{i}" in arrays for i in range(1, len(arrays) + 1))
        self.names = [f"{kind}{i}" for i in range(1, self.layers + 1) for kind in "Wb"
                      if f"{kind}{i}" in arrays]
        hidden = told["hidden"]
        hidden = [hidden] * (self.layers - 1) if isinstance(hidden, str) else hidden
        self.hidden = [name.replace("_", "-") for name in hidden]
        self.X = arrays["X"]
        self.parameters = [arrays[n].reshape(-1) if n.startswith("b") else arrays[n]
                           for n in self.names]
        self.claims = [arrays[f"d{n}"].reshape(p.shape)
                       for n, p in zip(self.names, self.parameters)]
        self.claimed_loss = float(arrays["loss"]) if "loss" in arrays else None
        self.masks = {i: arrays[f"mask{i}"] for i in range(1, self.layers) if f"mask{i}" in arrays}
        outputs = arrays[f"W{self.layers}"].shape[0]
        if "Y" in arrays:
            self.T = arrays["Y"].reshape(len(self.X), outputs)
        elif outputs == 1:
            self.T = arrays["y"].reshape(-1, 1)
        else:
            self.T = np.eye(outputs)[arrays["y"].reshape(-1).astype(int)]

    def value(self, parts, convert, parameters):
        """The loss at the parameters; convert makes arrays of the wanted kind and precision."""
        at = dict(zip(self.names, parameters))
        a, penalty = convert(self.X), 0
        for i in range(1, self.layers + 1):
            W = at[f"W{i}"]
            penalty = penalty + parts.sum(parts.square(W))
            z = a @ W.T
            z = z + at[f"b{i}"] if f"b{i}" in at else z
            if i < self.layers:
                a = parts.activate(self.hidden[i - 1], z)
                a = a * convert(self.masks[i]) if i in self.masks else a
        total = data_loss(parts, self.output, self.loss, z, convert(self.T))
        total = total / len(self.X) if self.mean else total
        return self.scale * total + self.l2 / 2 * penalty if self.l2 else self.scale * total

    @staticmethod
    def flat(arrays):
        return np.concatenate([np.ravel(a) for a in arrays])

    def flat_function(self, dtype):
        """The loss as a function of one flat vector, computed in dtype."""
        arrays = {id(a): np.asarray(a, dtype) for a in (self.X, self.T, *self.masks.values())}
        ends = np.cumsum([p.size for p in self.parameters])[:-1]

        def function(vector):
            pieces = np.split(np.asarray(vector, dtype), ends)
            parameters = [v.reshape(p.shape) for v, p in zip(pieces, self.parameters)]
            value = self.value(NumPyParts, lambda a: arrays[id(a)], parameters)
            return float(np.asarray(value, dtype))

        return function

    def mismatch(self):
        """Whether the loss in the file is not that of this network: then nothing can be said."""
        if self.claimed_loss is None or not math.isfinite(self.claimed_loss):
            return False
        mine = self.flat_function("float64")(self.flat(self.parameters))
        room = 1e-2 if self.dtype == "float32" else 1e-8
        return not abs(mine - self.claimed_loss) <= room * max(abs(mine), 1e-3 * abs(self.scale))
