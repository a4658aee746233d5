#!/usr/bin/env python3
"""Gradients as somebody derives them in NumPy, saved for `verify check` with np.savez.

    python3 studies.py FOLDER

writes small networks of the five studies' kinds, right and with mistakes, and cases.txt: a line
each with the file, the exit status that is due, words that the answer must hold, and the flags.
The backward passes are written out here and share nothing with the library.
"""

import pathlib
import sys

import numpy as np

sys.dont_write_bytecode = True


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


HIDDEN = {
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0) * 1.0),
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
}


class Study:
    def __init__(self, name, widths, hidden, head, n, biases=True, seed=0):
        self.name, self.hidden, self.head = name, hidden, head
        r = np.random.default_rng(seed)
        self.X = r.normal(size=(n, widths[0]))
        self.y = r.integers(0, widths[-1], size=n)
        self.W = [r.normal(size=(o, i)) / np.sqrt(i) for i, o in zip(widths, widths[1:])]
        self.b = [0.1 * r.normal(size=o) if biases else None for o in widths[1:]]
        self.mean = head != "tanh"

    def flags(self):
        output = {"softmax": "softmax", "log": "log-softmax", "tanh": "tanh"}[self.head]
        loss = "sum-squared-error" if self.head == "tanh" else "cross-entropy"
        return (f"--hidden {self.hidden} --output {output} --loss {loss} "
                f"--reduction {'mean' if self.mean else 'sum'}")

    def gradient(self, bug=None, l2=0.0):
        f, slope = HIDDEN[self.hidden]
        T = np.eye(self.W[-1].shape[0])[self.y]
        N = len(self.X)
        b = [0 if v is None else v for v in self.b]
        z1 = self.X @ self.W[0].T + b[0]
        a1 = f(z1)
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
        s = slope(z1, a1)
        if bug == "slope-missing":
            s = np.ones_like(s)
        if bug == "slope-after":
            s = slope(a1, f(a1))
        if bug == "leaky":
            s = np.where(z1 > 0, 1, 0.01)
        d1 = (d2 @ W2) * s
        dW1 = d1.T @ self.X + l2 * self.W[0]
        loss += l2 / 2 * sum(np.sum(W * W) for W in self.W)
        g = {"dW1": dW1, "db1": d1.sum(axis=0), "dW2": dW2, "db2": d2.sum(axis=0)}
        if bug == "summed":
            g = {k: N * v for k, v in g.items()}
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
]

# What the answer must say of each mistake.
WORDS = {
    "summed": "summed over the batch",
    "sign": "the sign is wrong",
    "doubled": "a factor of 2 too many",
    "transposed": "transposed",
    "one-entry": "wrong in 1 of",
    "zero-bias": "zero in the whole block",
    "nan": "not finite",
    "slope-missing": "slope were left out",
    "slope-after": "taken at its output",
    "leaky": "slope of 0.01 where z < 0",
    "wrong-input": "pre-activations of layer 1, not with the activations",
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
    if bug == "leaky" and study.hidden != "relu":
        return False
    if bug == "slope-after" and study.hidden == "relu":
        return False
    if bug.startswith("softmax") and study.head != "softmax":
        return False
    return not (bug == "zero-bias" and study.b[0] is None)


def main(folder):
    folder = pathlib.Path(folder)
    cases = []

    def save(name, arrays, status, words, flags, save_=np.savez):
        save_(folder / f"{name}.npz", **arrays)
        cases.append(f"{name}.npz\t{status}\t{words}\t{flags}")

    for study in STUDIES:
        save(study.name, study.arrays(), 0, "agree", study.flags(), np.savez_compressed)
        single = {k: v.astype(np.float32) if np.asarray(v).dtype == np.float64 else v
                  for k, v in study.arrays().items()}
        single["X"], single["W1"], single["W2"] = study.X, study.W[0], study.W[1]
        save(f"{study.name}-float32", single, 0, "agree", study.flags())
        for bug, words in WORDS.items():
            if not fits(study, bug):
                continue
            l2 = 0.02 if bug.startswith("l2") else 0.0
            flags = study.flags() + (f" --l2 {l2}" if l2 else "")
            save(f"{study.name}-{bug}", study.arrays(bug, l2), 1, words, flags)

    study = STUDIES[1]
    flipped = study.arrays()
    for name in ("W1", "W2", "dW1", "dW2"):
        flipped[name] = np.asfortranarray(flipped[name].T)
    flipped["X"] = flipped["X"].T.astype(">f8")
    save("columns", flipped, 0, "agree", study.flags() + " --weights in-out --samples columns")
    renamed = study.arrays()
    renamed["theta1"], renamed["grad_theta1"] = renamed.pop("W1"), renamed.pop("dW1")
    save("renamed", renamed, 0, "agree", study.flags() + " --names W1=theta1,dW1=grad_theta1")
    wrong_loss = study.arrays()
    wrong_loss["loss"] = 5 * wrong_loss["loss"]
    save("loss-summed", wrong_loss, 1, "5 times as large", study.flags())
    missing = study.arrays()
    del missing["dW2"]
    save("missing", missing, 2, "dW2", study.flags())
    (folder / "cases.txt").write_text("\n".join(cases) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
