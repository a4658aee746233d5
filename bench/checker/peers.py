#!/usr/bin/env python3
"""What other checkers say of the same gradients.

    python3 peers.py FOLDER [--json FILE]

FOLDER holds archives NAME.npz as `verify check` reads them, weights (out, in) and samples in rows,
and beside each NAME.json:

    {"hidden": "tanh", "output": "softmax", "loss": "cross-entropy", "reduction": "mean",
     "l2": 0, "scale": 1, "regime": "nominal", "dtype": "float64", "bug": ""}

hidden may be a list, one a layer; bug is empty where the gradient is right. Prints, in Markdown,
how many right gradients each checker rejects in each regime, and how many wrong ones by bug and by
regime. What rejects every right gradient of a row has found nothing in it, whatever it rejects. A
checker that does not import is said to be missing. Exit status: 0; 1 when a file was left out; 2
when nothing could be read.
"""

import argparse
import collections
import json
import pathlib
import statistics
import sys
import time
import warnings

try:
    import numpy as np
except ImportError:
    sys.exit("peers: NumPy is not there; install python3-numpy")
try:
    import scipy.optimize
except ImportError:
    scipy = None
try:
    import torch
except ImportError:
    torch = None

sys.dont_write_bytecode = True
from peers_network import Case, torch_parts

# Each peer answers whether it rejects the claim; None: it is not made for this one.


def gradcheck(case, dtype, **settings):
    """torch.autograd.gradcheck of a Function whose backward returns the claim."""
    parts = torch_parts()
    kind = getattr(torch, dtype)
    made = {id(a): torch.tensor(np.ascontiguousarray(a), dtype=kind)
            for a in (case.X, case.T, *case.masks.values())}
    claims = [torch.tensor(np.ascontiguousarray(c), dtype=kind) for c in case.claims]

    class Claimed(torch.autograd.Function):
        @staticmethod
        def forward(context, *parameters):
            return case.value(parts, lambda a: made[id(a)], parameters)

        @staticmethod
        def backward(context, gradient):
            return tuple(gradient * claim for claim in claims)

    points = tuple(torch.tensor(np.ascontiguousarray(p), dtype=kind, requires_grad=True)
                   for p in case.parameters)
    torch.manual_seed(0)
    return not torch.autograd.gradcheck(Claimed.apply, points, raise_exception=False, **settings)


def check_grad(case, threshold=1e-4):
    """scipy.optimize.check_grad, the norm of the difference to forward differences."""
    point = case.flat(case.parameters).astype("float64")
    claim = case.flat(case.claims).astype("float64")
    error = scipy.optimize.check_grad(case.flat_function("float64"), lambda _: claim, point)
    return not error < threshold


def relative_difference(case, step, threshold=1e-4):
    """|a − b| / (|a| + |b|) of every entry, central differences, the loss in the claim's precision;
    0/0 counts as 0."""
    function = case.flat_function(case.dtype)
    point = case.flat(case.parameters).astype(case.dtype)
    claim = case.flat(case.claims).astype("float64")
    for i in range(point.size):
        up, down = point.copy(), point.copy()
        up[i] += step
        down[i] -= step
        difference = (function(up) - function(down)) / (2 * step)
        size = abs(claim[i]) + abs(difference)
        if size != 0 and not abs(claim[i] - difference) / size < threshold:
            return True
    return False


def peers():
    """Name, what it is, the function; None for the function where it does not import."""
    here = torch is not None
    return [
        ("gradcheck", "PyTorch's gradcheck as it comes (eps 1e-6, atol 1e-5, rtol 1e-3), the loss "
         "in float64", here and (lambda c: gradcheck(c, "float64"))),
        ("gradcheck fast", "the same with fast_mode=True",
         here and (lambda c: gradcheck(c, "float64", fast_mode=True))),
        ("gradcheck float32", "gradcheck as it is loosened for float32 (eps 1e-3, atol 1e-2, rtol "
         "1e-2), the loss in float32; float32 claims only",
         here and (lambda c: gradcheck(c, "float32", eps=1e-3, atol=1e-2, rtol=1e-2)
                   if c.dtype == "float32" else None)),
        ("check_grad", "SciPy's check_grad as it comes (forward differences, step 1.5e-8), the loss "
         "in float64; wrong where its result is 1e-4 or more",
         scipy is not None and check_grad),
        ("relative 1e-3", "|a − b|/(|a| + |b|) < 1e-4 in every entry, central differences of step "
         "1e-3, the loss in the claim's precision", lambda c: relative_difference(c, 1e-3)),
        ("relative 1e-5", "the same with step 1e-5", lambda c: relative_difference(c, 1e-5)),
    ]


class Count:
    def __init__(self):
        self.rejected = self.all = 0

    def add(self, rejected):
        self.rejected += rejected
        self.all += 1

    def __str__(self):
        return f"{self.rejected} of {self.all}" if self.all else "–"


class Tables:
    """Counts by precision, kind (regime or bug) and peer."""

    def __init__(self, names):
        self.names = names
        self.clean = collections.defaultdict(Count)
        self.bugs = collections.defaultdict(Count)
        self.bugs_by_regime = collections.defaultdict(Count)
        self.seconds = collections.defaultdict(list)
        self.raised = collections.Counter()

    def judge(self, case, name, peer):
        start = time.perf_counter()
        try:
            rejected = peer(case)
        except Exception as error:  # whatever it raises is no verdict; said below the tables
            self.raised[f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:100]}"] += 1
            return
        if rejected is None:
            return
        # A rejection takes another time: the threshold stops at the first bad entry, fast gradcheck
        # goes on with the slow one to word its message.
        if not case.bug and not rejected:
            self.seconds[name].append(time.perf_counter() - start)
        table, row = (self.bugs, case.bug) if case.bug else (self.clean, case.regime)
        for key in (row, "all"):
            table[case.dtype, key, name].add(bool(rejected))
        if case.bug:
            self.bugs_by_regime[case.dtype, case.regime, name].add(bool(rejected))

    def show(self, title, table, first):
        for dtype in sorted({key[0] for key in table}, reverse=True):
            rows = dict.fromkeys(row for d, row, _ in table if d == dtype and row != "all")
            print(f"\n{title}, {dtype}:\n\n| {first} | " + " | ".join(self.names) + " |")
            print("| --- " * (len(self.names) + 1) + "|")
            for row in [*rows, "all"] if any(key[1] == "all" for key in table) else rows:
                cells = [str(table[dtype, row, n]) if (dtype, row, n) in table else "–"
                         for n in self.names]
                print(f"| {row} | " + " | ".join(cells) + " |")

    def show_seconds(self):
        cells = [f"{1e3 * statistics.median(s):.3g}" if (s := self.seconds[n]) else "–"
                 for n in self.names]
        print("\n| milliseconds a right gradient that is accepted, median | "
              + " | ".join(self.names) + " |")
        print("| --- " * (len(self.names) + 1) + "|\n| | " + " | ".join(cells) + " |")

    def rows(self):
        return [{"peer": name, "claims": kind, "dtype": dtype, "row": row,
                 "rejected": count.rejected, "of": count.all}
                for kind, table in (("right", self.clean), ("wrong", self.bugs),
                                    ("wrong by regime", self.bugs_by_regime))
                for (dtype, row, name), count in table.items()]


def read_cases(folder):
    cases, left_out = [], 0
    for archive in sorted(folder.glob("*.npz")):
        if not archive.with_suffix(".json").exists():
            continue
        try:
            case = Case(archive)
            wrong = "its loss is not that of the network in its .json" if case.mismatch() else ""
        except (OSError, ValueError, KeyError) as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            print(f"peers: {archive.name} is left out: {wrong}", file=sys.stderr)
            left_out += 1
        else:
            cases.append(case)
    return cases, left_out


def main():
    parser = argparse.ArgumentParser(description="what other checkers say of the same gradients")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="file to write the counts to")
    told = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    if torch is not None:
        torch.set_num_threads(1)
    cases, left_out = read_cases(told.folder)
    if not cases:
        print(f"peers: no NAME.npz with its NAME.json in {told.folder}", file=sys.stderr)
        return 2
    there = [(name, peer) for name, _, peer in peers() if peer]
    tables = Tables([name for name, _ in there])
    for i, case in enumerate(cases):
        for name, peer in there:
            tables.judge(case, name, peer)
        if sys.stderr.isatty():
            print(f"\r{i + 1} of {len(cases)} ", end="", file=sys.stderr, flush=True)
    versions = [f"NumPy {np.__version__}", f"SciPy {scipy.__version__}" if scipy else "no SciPy",
                f"PyTorch {torch.__version__}" if torch else "no PyTorch"]
    print(f"{len(cases)} gradients; " + ", ".join(versions) + ".\n")
    for name, what, peer in peers():
        print(f"- {name}: {what}" + ("." if peer else ". It is not there and was not run."))
    tables.show("Right gradients called wrong", tables.clean, "regime")
    tables.show("Wrong gradients found", tables.bugs, "bug")
    tables.show("Wrong gradients found", tables.bugs_by_regime, "regime")
    tables.show_seconds()
    for what, times in tables.raised.items():
        print(f"\nNo verdict {times} times: {what}")
    if told.json:
        told.json.write_text(json.dumps(tables.rows(), indent=1) + "\n")
    return 1 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
