#!/usr/bin/env python3
"""Are the tests of the operations strong enough to notice a wrong derivative?

    python3 tests/mutation/run.py            # all mutants, some twenty minutes on two idle cores
    python3 tests/mutation/run.py --write    # and the result into tests/README.md
    python3 tests/mutation/run.py --resume   # goes on where a run of the same sources ended
    python3 tests/mutation/run.py --list     # what would be done
    python3 tests/mutation/run.py --only Tanh

A mutant is one derivative rule with one small mistake. Each is compiled without optimisation in
build/mutation, beside the sources and never in their place, and linked into the test program of
the operations. A test must fail; a mutant that passes them all has survived. Exit status: 0 if no
mutant survived but those that equivalent.txt argues to be no mistakes, 1 otherwise.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from mutants import mutants_of_rules, mutants_of_tape, spread  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build" / "mutation"
BUILD = WORK / "build"
OUTCOMES = WORK / "outcomes.json"
README = ROOT / "tests" / "README.md"
EQUIVALENT = pathlib.Path(__file__).parent / "equivalent.txt"
BEGIN, END = "<!-- mutation: begin -->", "<!-- mutation: end -->"
TIMEOUT = 180  # seconds; an endless loop is noticed too

# What a mutant may call, whatever its file needs unmutated.
PRELUDE = "".join(f'#include "autograd/ops/{name}.h"\n'
                  for name in ("arithmetic", "elementwise", "index", "loss", "reduce", "shape"))

# The tests that tell derivatives from one another; how many threads do the work does not.
FILTER = "-*NumberOfThreads*:*Judge*:Table.*:Messages.*:*SameAdjointWhether*"


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)


def must(command, **options):
    result = run(command, **options)
    if result.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))}\n{result.stdout[-3000:]}")
    return result.stdout


def build_unmutated():
    """The library and its test program, not optimised; later only one object is exchanged."""
    must(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Unix Makefiles", "-DCMAKE_BUILD_TYPE=Debug",
          "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DPLUMB_STRICT=OFF",
          "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"])
    must(["cmake", "--build", BUILD, f"-j{os.cpu_count()}", "--target", "test_ops"])
    begin = time.monotonic()
    tests = run([BUILD / "bin" / "test_ops", "--gtest_brief=1", f"--gtest_filter={FILTER}"])
    if tests.returncode != 0:
        sys.exit("the tests fail without a mutant:\n" + tests.stdout[-3000:])
    return time.monotonic() - begin


def compile_command(source, output, original):
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    entry = next(e for e in entries if e["file"] == str(ROOT / original))
    words = shlex.split(entry["command"])
    words[words.index("-o") + 1] = str(output)
    words[words.index("-c") + 1] = str(source)
    return words, entry["directory"]


def link_command(mutated, output):
    """The program's own link command; the mutated object comes first, so that the one in the
    library, whose every symbol is then defined already, stays out."""
    folder = BUILD / "tests"
    words = shlex.split((folder / "CMakeFiles/test_ops.dir/link.txt").read_text())
    at = words.index("-o")
    words[at:at + 2] = ["-o", str(output), str(mutated)]
    return words, folder


def judge(mutant, number):
    """killed, survived or not compiled; and what noticed it."""
    folder = WORK / "mutants" / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    source, object_, program = folder / "mutant.cpp", folder / "mutant.o", folder / "test"
    source.write_text(PRELUDE + mutant.text)
    try:
        command, where = compile_command(source, object_, mutant.file)
        if run(command, cwd=where).returncode != 0:
            return "not compiled", ""
        command, where = link_command(object_, program)
        must(command, cwd=where)
        try:
            tests = run([program, "--gtest_brief=1", "--gtest_fail_fast",
                         f"--gtest_filter={FILTER}"], timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return "killed", "time ran out"
        if tests.returncode == 0:
            return "survived", ""
        failed = re.search(r"\[  FAILED  \] ([^\s,]+)", tests.stdout)
        return "killed", failed.group(1) if failed else "the program ended early"
    finally:
        for file in (object_, program):
            file.unlink(missing_ok=True)


def collect(most):
    chosen = []
    for path in sorted((ROOT / "autograd/ops").glob("*.cpp")):
        rules = {}
        for mutant in mutants_of_rules(str(path.relative_to(ROOT)), path.read_text()):
            rules.setdefault(mutant.rule, []).append(mutant)
        for mutants in rules.values():
            chosen += spread(mutants, most)
    tape = "autograd/tape/tape.cpp"
    return chosen + list(mutants_of_tape(tape, (ROOT / tape).read_text()))


def digest():
    """Of all that a verdict depends on."""
    sources = hashlib.sha256()
    for folder in ("autograd", "tests/autograd/ops", "tests/mutation"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.is_file() and path != EQUIVALENT:
                sources.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return sources.hexdigest()


def earlier_verdicts(now):
    """Those of the last run, if it was one of the same sources."""
    if not OUTCOMES.exists():
        return {}
    saved = json.loads(OUTCOMES.read_text())
    return saved["verdicts"] if saved["digest"] == now else {}


def known_equivalents():
    if not EQUIVALENT.exists():
        return {}
    pairs = (line.split(" — ", 1) for line in EQUIVALENT.read_text().splitlines()
             if line and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, reason in pairs}


def as_markdown(outcomes, equivalents):
    rows = {}
    for mutant, (verdict, _) in outcomes:
        key = (mutant.file, mutant.rule)
        rows.setdefault(key, []).append((mutant, verdict))

    def count(entries, wanted):
        return sum(verdict == wanted for _, verdict in entries)

    total = [(m, v) for m, (v, _) in outcomes]
    equivalent = [m for m, v in total if v == "survived" and m.name in equivalents]
    survivors = [m for m, v in total if v == "survived" and m.name not in equivalents]
    lines = [
        f"{len(total) - count(total, 'not compiled')} mutants of {len(rows)} rules: "
        f"{count(total, 'killed')} killed, {len(equivalent)} equivalent, "
        f"{len(survivors)} survived. {count(total, 'not compiled')} more did not compile.", "",
        "| file | rules | mutants | killed | equivalent | survived |",
        "| --- | --- | --- | --- | --- | --- |"]
    for file in sorted({file for file, _ in rows}):
        entries = [e for (f, _), es in rows.items() if f == file for e in es]
        lines.append(
            f"| `{file}` | {sum(f == file for f, _ in rows)} "
            f"| {len(entries) - count(entries, 'not compiled')} | {count(entries, 'killed')} "
            f"| {sum(m.file == file for m in equivalent)} "
            f"| {sum(m.file == file for m in survivors)} |")
    for title, mutants in (("Survivors", survivors), ("Equivalent, and why", equivalent)):
        if mutants:
            lines += ["", title + ":", ""]
            lines += [f"- `{m.name}`" + (f": {equivalents[m.name]}" if m in equivalent else "")
                      for m in mutants]
    return "\n".join(lines) + "\n", survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=5, help="mutants of a rule (default 5)")
    parser.add_argument("--only", default="", help="only mutants whose name holds this")
    parser.add_argument("--list", action="store_true", help="only say which there are")
    parser.add_argument("--write", action="store_true", help="put the result into tests/README.md")
    parser.add_argument("--resume", action="store_true", help="keep the verdicts there are")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()

    mutants = [m for m in collect(arguments.most) if arguments.only in m.name]
    if arguments.list:
        for mutant in mutants:
            print(f"[{mutant.kind}] {mutant.name}")
        print(f"{len(mutants)} mutants")
        return 0

    seconds = build_unmutated()
    print(f"{len(mutants)} mutants; the tests take {seconds:.0f} s without one", flush=True)
    now = digest()
    verdicts = earlier_verdicts(now) if arguments.resume else {}
    waiting = [m for m in mutants if m.name not in verdicts]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for mutant, verdict in zip(waiting, pool.map(judge, waiting, range(len(waiting)))):
            verdicts[mutant.name] = verdict
            OUTCOMES.write_text(json.dumps({"digest": now, "verdicts": verdicts}, indent=1))
            print(f"{verdict[0]:12} {mutant.name}  {verdict[1]}", flush=True)
    outcomes = [(mutant, verdicts[mutant.name]) for mutant in mutants]
    text, survivors = as_markdown(outcomes, known_equivalents())
    (WORK / "result.md").write_text(text)
    print("\n" + text)
    if arguments.write:
        page = README.read_text()
        before, rest = page.split(BEGIN)
        README.write_text(before + BEGIN + "\n" + text + END + rest.split(END)[1])
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
