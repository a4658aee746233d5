#!/usr/bin/env python3
"""Gradients as somebody derives them in NumPy, saved for `verify check` with np.savez.

    python3 studies.py FOLDER

writes small networks of the five studies' kinds, right and with mistakes, and cases.txt: a line
each with the file, the exit status that is due, words that the answer must hold (between bars
where there are several), and the flags. NAME.json beside NAME.npz tells the
same network to bench/checker/peers.py. The backward passes are written out here and share nothing
with the library.
"""

import copy
import json
import pathlib
import sys

import numpy as np

sys.dont_write_bytecode = True


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


HIDDEN = {
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: np.sign(a)),
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
}


class Study:
    def __init__(self, name, widths, hidden, head, n, biases=True, masked=False,
                 seed=0):
        self.name, self.hidden, self.head = name, hidden, head
        r = np.random.default_rng(seed)
        self.X = r.normal(size=(n, widths[0]))
        self.y = r.integers(0, widths[-1], size=n)
        self.W = [r.normal(size=(o, i)) / np.sqrt(i) for i, o in zip(widths, widths[1:])]
        self.b = [0.1 * r.normal(size=o) if biases else None for o in widths[1:]]
        self.mask = (r.random((n, widths[1])) < 0.5) / 0.5 if masked else None
        self.mean = head != "tanh"

    def in_float32(self):
        """The same study; every step of both passes is then taken in float32."""
        single = copy.copy(self)
        cast = lambda a: None if a is None else a.astype(np.float32)
        single.X, single.mask = cast(self.X), cast(self.mask)
        single.W, single.b = [cast(w) for w in self.W], [cast(b) for b in self.b]
        return single

    def settings(self):
        """What NAME.json says."""
        output = {"softmax": "softmax", "log": "log-softmax", "tanh": "tanh"}[self.head]
        loss = "sum-squared-error" if self.head == "tanh" else "cross-entropy"
        return {"hidden": self.hidden, "output": output, "loss": loss,
                "reduction": "mean" if self.mean else "sum"}

    def flags(self):
        return " ".join(f"--{key} {word}" for key, word in self.settings().items())

    def gradient(self, bug=None, l2=0.0):
        f, slope = HIDDEN[self.hidden]
        T = np.eye(self.W[-1].shape[0], dtype=self.X.dtype)[self.y]
        N = len(self.X)
        b = [0 if v is None else v for v in self.b]
        z1 = self.X @ self.W[0].T + b[0]
        a = f(z1)
        mask = 1 if self.mask is None else self.mask
        a1 = a * mask
        z2 = a1 @ self.W[1].T + b[1]
        if self.head == "tanh":
            out = np.tanh(z2)
            loss = np.sum((out - T) ** 2)
            d2 = 2 * (out - T) * (1 - out * out)
        else:
            e = np.exp(z2 - z2.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            loss = -np.sum(T * np.log(p)) / N
            d2 = (p - T) / N
            if bug == "softmax-missing":
                d2 = -(T / p) / N
            if bug == "softmax-diagonal":
                d2 = -(T / p) * (p * (1 - p)) / N
        if bug == "first-only":
            d2[1:] = 0
        if bug == "last-skipped":
            d2[-1] = 0
        dW2 = d2.T @ (z1 if bug == "wrong-input" else a1) + l2 * self.W[1]
        W2 = self.W[1] - 0.1 * dW2 if bug == "updated" else self.W[1]
        s = slope(z1, a)
        if bug == "slope-missing":
            s = np.ones_like(s)
        if bug == "slope-after":
            s = slope(a, f(a))
        if bug == "leaky":
            s = np.where(z1 > 0, 1, 0.01).astype(s.dtype)
        d1 = (d2 @ W2) * s * (1 if bug == "mask-missing" else mask)
        dW1 = d1.T @ self.X + l2 * self.W[0]
        loss += l2 / 2 * sum(np.sum(W * W) for W in self.W)
        g = {"dW1": dW1, "db1": d1.sum(axis=0), "dW2": dW2, "db2": d2.sum(axis=0)}
        if bug == "summed":
            g = {k: N * v for k, v in g.items()}
        if bug == "summed-weights":
            g = {k: N * v if k.startswith("dW") else v for k, v in g.items()}
        if bug == "sign":
            g = {k: -v for k, v in g.items()}
        if bug == "doubled":
            g = {k: 2 * v for k, v in g.items()}
        if bug == "transposed":
            g["dW1"] = g["dW1"].T.reshape(g["dW1"].shape)
        if bug == "one-entry":
            g["dW1"][1, 2] += 0.01 * np.abs(g["dW1"]).max()
        if bug == "zero-bias":
            g["db2"] = np.zeros_like(g["db2"])
        if bug == "nan":
            g["dW2"][0, 0] = np.nan
        if bug == "l2-missing":
            g["dW1"] -= l2 * self.W[0]
            g["dW2"] -= l2 * self.W[1]
        return loss, g

    def arrays(self, bug=None, l2=0.0):
        loss, g = self.gradient(bug, l2)
        all_ = {"X": self.X, "y": self.y, "loss": loss, "W1": self.W[0], "W2": self.W[1],
                "b1": self.b[0], "b2": self.b[1], **g}
        if self.mask is not None:
            all_["mask1"] = self.mask
        if self.b[0] is None:
            for name in ("b1", "b2", "db1", "db2"):
                del all_[name]
        return all_


STUDIES = [
    Study("six-weights", (20, 9, 4), "tanh", "softmax", 1, seed=1),
    Study("flat-vector", (20, 9, 4), "relu", "softmax", 5, seed=2),
    Study("line-search", (20, 6, 4), "sigmoid", "softmax", 7, seed=3),
    Study("three-ways", (10, 12, 3), "sigmoid", "log", 1, biases=False, seed=4),
    Study("by-the-book", (20, 8, 4), "tanh", "tanh", 6, seed=5),
    Study("dropout", (20, 9, 4), "tanh", "softmax", 5, masked=True, seed=6),
]

# What the answer must say of each mistake.
WORDS = {
    "summed": "summed over the batch",
    "summed-weights": "W1: 5 times too large: summed over the batch of 5|W2: 5 times too large|"
                      "b1: agree|b2: agree",
    "mask-missing": "mask were not applied in the backward pass",
    "sign": "the sign is wrong",
    "doubled": "a factor of 2 too many",
    "transposed": "transposed",
    "one-entry": "wrong in 1 of",
    "zero-bias": "zero in the whole block",
    "nan": "not finite",
    "slope-missing": "slope were left out",
    "slope-after": "taken at its output",
    "leaky": "slope of 0.01 where z < 0",
    "wrong-input": "taken with the pre-activations of layer 1, not with the",
    "updated": "updated with step 0.1",
    "first-only": "only the first sample",
    "last-skipped": "last sample were left out",
    "softmax-missing": "as if by the logits",
    "softmax-diagonal": "only the diagonal",
    "l2-missing": "L2 term",
}


def fits(study, bug):
    if bug in ("summed", "first-only", "last-skipped") and len(study.X) < 3:
        return False
    if bug == "summed-weights":
        return study.name == "flat-vector"
    if bug == "mask-missing":
        return study.mask is not None
    if bug == "leaky" and study.hidden != "relu":
        return False
    if bug == "slope-after" and study.hidden == "relu":
        return False
    if bug.startswith("softmax") and study.head != "softmax":
        return False
    return not (bug == "zero-bias" and study.b[0] is None)


class Folder:
    """Where the files go, and the lines of cases.txt."""

    def __init__(self, path):
        self.path, self.cases = pathlib.Path(path), []

    def save(self, name, arrays, status, words, flags, save=np.savez):
        save(self.path / f"{name}.npz", **arrays)
        self.cases.append(f"{name}.npz\t{status}\t{words}\t{flags}")

    def tell(self, name, study, bug, l2=0.0):
        facts = {"l2": l2, "scale": 1, "regime": study.name, "dtype": str(study.X.dtype),
                 "bug": bug}
        (self.path / f"{name}.json").write_text(json.dumps(study.settings() | facts) + "\n")

    def close(self):
        (self.path / "cases.txt").write_text("\n".join(self.cases) + "\n")


CLEAN = "agree: an entry wrong by more than"


def save_study(folder, study, ending=""):
    """Right, and with every mistake that it can have."""
    name = study.name + ending
    folder.save(name, study.arrays(), 0, CLEAN, study.flags(), np.savez_compressed)
    folder.tell(name, study, "")
    for bug, words in WORDS.items():
        if not fits(study, bug):
            continue
        l2 = 0.02 if bug.startswith("l2") else 0.0
        flags = study.flags() + (f" --l2 {l2}" if l2 else "")
        folder.save(f"{name}-{bug}", study.arrays(bug, l2), 1, words, flags)
        folder.tell(f"{name}-{bug}", study, bug, l2)


def save_other_ways(folder, study):
    """Other layouts, names and precisions, less told, more wrong."""
    flags = study.flags()
    flipped = study.arrays()
    for name in ("W1", "W2", "dW1", "dW2"):
        flipped[name] = np.asfortranarray(flipped[name].T)
    flipped["X"] = flipped["X"].T.astype(">f8")
    folder.save("columns", flipped, 0, CLEAN, flags + " --weights in-out --samples columns")
    short = flags.replace(" --reduction mean", "")
    folder.save("columns-untold", flipped, 0,
                f"{CLEAN}|read as (in, out)|columns of X|the mean over the samples", short)
    renamed = study.arrays()
    renamed["theta1"], renamed["grad_theta1"] = renamed.pop("W1"), renamed.pop("dW1")
    folder.save("renamed", renamed, 0, CLEAN, flags + " --names W1=theta1,dW1=grad_theta1")
    (folder.path / "study.yaml").write_text(
        "".join(f"{key}: {word}\n" for key, word in study.settings().items())
        + "names: {W1: theta1, dW1: grad_theta1}\n")
    folder.save("renamed-yaml", renamed, 0, CLEAN, f"--config {folder.path}/study.yaml")
    targets = study.arrays()
    targets["Y"] = np.eye(len(targets["b2"]))[targets.pop("y")]
    folder.save("targets", targets, 0, CLEAN, flags)
    mixed = {k: v if k in ("X", "W1", "W2", "y") else np.asarray(v, np.float32)
             for k, v in study.arrays().items()}
    folder.save("mixed-precision", mixed, 0, "agree", flags)
    scaled = study.arrays()
    for name in ("loss", "dW1", "db1", "dW2", "db2"):
        scaled[name] = 1e-4 * scaled[name]
    folder.save("scaled", scaled, 0, CLEAN, flags + " --loss-scale 1e-4")
    wrong_loss = study.arrays()
    wrong_loss["loss"] = 5 * wrong_loss["loss"]
    folder.save("loss-summed", wrong_loss, 1, "5 times as large", flags)
    missing = study.arrays()
    del missing["dW2"]
    folder.save("missing", missing, 2, "dW2", flags)


def main(path):
    folder = Folder(path)
    for study in STUDIES:
        save_study(folder, study)
        save_study(folder, study.in_float32(), "-float32")
    save_other_ways(folder, STUDIES[1])
    folder.close()


if __name__ == "__main__":
    main(sys.argv[1])
