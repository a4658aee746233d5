"""worker.py CONTENDER: numpy, scipy, torch or jax as a contender of Plumb's.

The lines that it reads and answers are those of bench/work/worker.h, the numbers that it starts
from those of bench/work/numbers.h.
"""

import importlib
import sys
import time

CONTENDERS = ("numpy", "scipy", "torch", "jax")
LEARNING_RATE = 0.01
ITERATIONS, SLICE = 100, 5  # of study 3: all of them, and those of one repetition


def uniform(stream, count, low=0.0, high=1.0):
    """The numbers of a stream in double precision (SplitMix64)."""
    import numpy as np

    z = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(stream << 32)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    u = ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return low + (high - low) * u


def labels(count, bound):
    import numpy as np

    return (uniform(2, count) * bound).astype(np.int64)


def weights(widths, dtype):
    """[(w, b), …] of each layer: w [out, in], b [out]."""
    drawn = []
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        limit = (6 / (fan_in + fan_out)) ** 0.5
        w = uniform(10 + 2 * layer, fan_out * fan_in, -limit, limit)
        b = uniform(11 + 2 * layer, fan_out, -0.1, 0.1)
        drawn.append((w.reshape(fan_out, fan_in).astype(dtype), b.astype(dtype)))
    return drawn


def perceptron(arguments, dtype):
    """x, labels and weights of "784-50-10 b32"."""
    widths = [int(width) for width in arguments[0].split("-")]
    batch = int(arguments[1][1:])
    x = uniform(1, batch * widths[0]).reshape(batch, widths[0]).astype(dtype)
    return x, labels(batch, widths[-1]), weights(widths, dtype)


def images(count, dtype):
    """x, labels and weights of study 3."""
    import numpy as np

    own = labels(count, 10)
    pattern = uniform(3, 10 * 784).reshape(10, 784)
    noise = uniform(1, count * 784).reshape(count, 784)
    x = (2 * np.maximum(0.5 * pattern[own] + noise - 1, 0)).astype(dtype)
    return x, own, weights([784, 6, 10], dtype)


class Server:
    def __init__(self, offer):
        self.offer = offer
        self.task = None

    def answer(self, line):
        command, *words = line.split()
        if command == "setup":
            dtype = {"f32": "float32", "f64": "float64"}[words[0]]
            self.task = None
            self.task = self.offer(words[1], words[2:], dtype)
            if self.task is None:
                return "no"
            scale, why = getattr(self.task, "scale", (1, ""))
            return f"ok {scale} {why}"
        if self.task is None:
            raise ValueError("no work has been set up")
        if command == "loss":
            for _ in range(int(words[0])):
                self.task.run()
            return f"value {float(self.task.result())!r}"
        if command == "time":
            self.task.run()  # while others worked, caches have cooled down
            begin = time.perf_counter()
            for _ in range(int(words[0])):
                self.task.run()
            return f"value {time.perf_counter() - begin!r}"
        if command == "figure":
            return "no"
        raise ValueError("unknown command: " + line)


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in CONTENDERS:
        print("worker.py: expected one of " + ", ".join(CONTENDERS), file=sys.stderr)
        return 2
    name = sys.argv[1]
    try:
        works = importlib.import_module("by_" + name)
    except ImportError as error:
        print("missing", error, flush=True)
        return 0
    print("ready", works.NAME, flush=True)
    server = Server(works.offer)
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        try:
            print(server.answer(line), flush=True)
        except Exception as error:  # said to the runner, which shows it
            print("error", type(error).__name__, str(error).replace("\n", " "), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
