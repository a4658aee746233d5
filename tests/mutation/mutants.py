"""Finds the derivative rules in a source file and makes mutants of them.

A rule is a function named slope, slope_a or slope_b, or one whose first parameter is the adjoint
`dy`. Mutants come from patterns over its text, so that a new operation gets its own without a word
here.
"""

import re
from dataclasses import dataclass

RULE = re.compile(
    r"^([ ]*)(?:static )?(One|T|Tensor) (\w+)\(([^()]*)\)\s*(?:const )?\{", re.MULTILINE)
STRUCT = re.compile(r"^struct (\w+)", re.MULTILINE)
OPERATOR = re.compile(r" ([-+*/]) ")
LOWER = {"*": " + - ? : < > <= >= ", "/": " + - ? : < > <= >= ",
         "+": " ? : < > <= >= ", "-": " ? : < > <= >= "}
OTHER_FUNCTION = {"sin": "cos", "cos": "sin", "exp": "log", "softmax": "log_softmax", "sum": "max"}


@dataclass(frozen=True)
class Mutant:
    file: str  # from the repository's root
    rule: str  # as "Tanh::slope"
    kind: str
    change: str  # in words
    text: str  # the whole file

    @property
    def name(self):
        return f"{self.file} {self.rule}: {self.change}"


@dataclass(frozen=True)
class Rule:
    name: str
    result: str
    parameters: tuple
    begin: int  # of the whole function, and of its body
    parameters_at: int
    body_at: int
    end: int


def matching_brace(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise ValueError("braces do not match")


def rules_of(text):
    found = []
    for match in RULE.finditer(text):
        indent, result, name, parameters = match.groups()
        parameters = tuple(" ".join(p.split()) for p in parameters.split(","))
        if not name.startswith("slope") and parameters[0] != "const Tensor& dy":
            continue
        structs = [s.group(1) for s in STRUCT.finditer(text, 0, match.start())]
        owner = structs[-1] + "::" if indent and structs else ""
        found.append(Rule(owner + name, result, parameters, match.start(), match.start(4),
                          match.end() - 1, matching_brace(text, match.end() - 1)))
    return found


def operand_end(body, at, operator):
    """Where the right operand of an operator ends."""
    stop = LOWER[operator] + ("+ - * / " if operator in "*/" else "+ - ")
    depth = 0
    i = at
    while i < len(body):
        c = body[i]
        if c in "({[":
            depth += 1
        elif c in ")}]":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and c in ",;":
            return i
        elif depth == 0 and c == " ":
            word = re.match(r" (\S+) ", body[i:])
            if word and f" {word.group(1)} " in stop:
                return i
        i += 1
    return i


def operand_begin(body, at, operator):
    """Where the left operand of an operator begins."""
    stop = LOWER[operator] + ("+ - " if operator in "*/" else "")
    depth = 0
    i = at
    while i > 0:
        c = body[i - 1]
        if c in ")}]":
            depth += 1
        elif c in "({[":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and c in ",;=":
            return i
        elif depth == 0 and body[:i].endswith("return "):
            return i
        elif depth == 0 and c == " ":
            word = re.search(r" (\S+) $", body[:i])
            if word and f" {word.group(1)} " in stop:
                return i
        i -= 1
    return i


def changes_of(rule, rules, text):
    """(kind, change in words, the function's new text after its begin) of one rule."""
    head = text[rule.begin:rule.body_at]
    body = text[rule.body_at:rule.end]

    def with_body(kind, change, new):
        return kind, change, head + new

    for match in re.finditer(r"return (.*?);", body, re.DOTALL):
        value = match.group(1)
        brief = " ".join(value.split())

        def returning(kind, change, new):
            return with_body(kind, change, body[:match.start(1)] + new + body[match.end(1):])

        if rule.result == "One":
            for kind, number in (("sign", "-1"), ("factor", "2")):
                yield (kind, f"1 → {number}",
                       head.replace("One ", "T ") + body.replace("{}", f"T({number})"))
            continue
        yield returning("sign", f"{brief} → negated", f"-({value})")
        yield returning("factor", f"{brief} → twice that", f"2 * ({value})" if
                        rule.result == "Tensor" else f"T(2) * ({value})")
        same = [r for r in rules if r.parameters == rule.parameters and r.result == rule.result]
        for other in same[same.index(rule) + 1:] + same[:same.index(rule)]:
            returned = re.findall(r"return (.*?);", text[other.body_at:other.end], re.DOTALL)
            if len(returned) == 1 and returned[0] != value:
                yield returning("another rule", f"{brief} → that of {other.name}", returned[0])
                break

    for match in OPERATOR.finditer(body):
        operator = match.group(1)
        begin = operand_begin(body, match.start(), operator)
        end = operand_end(body, match.end(), operator)
        whole = " ".join(body[begin:end].split())
        inverse = {"+": "-", "-": "+", "*": "/", "/": "*"}[operator]
        yield with_body("operator", f"{whole}: {operator} → {inverse}",
                        body[:match.start(1)] + inverse + body[match.end(1):])
        yield with_body("missing term", f"{whole} → {' '.join(body[begin:match.start()].split())}",
                        body[:match.start()] + body[end:])
        yield with_body("missing term", f"{whole} → {' '.join(body[match.end():end].split())}",
                        body[:begin] + body[match.end():])

    for pattern, kind, replace in TOKENS:
        for match in re.finditer(pattern, body):
            new = replace(match)
            around = " ".join(body[max(0, match.start() - 12):match.end() + 12].split())
            yield with_body(kind, f"{match.group(0)} → {new} in “{around}”",
                            body[:match.start()] + new + body[match.end():])

    types = dict(reversed(p.rsplit(" ", 1)) for p in rule.parameters if p != "Unused")
    for match in re.finditer(r"(?<![.\w])(\w+)\b(?!\()", body):
        if match.group(1) not in types:
            continue
        for other, type_ in types.items():
            if other != match.group(1) and type_ == types[match.group(1)]:
                around = " ".join(body[max(0, match.start() - 12):match.end() + 12].split())
                yield with_body("wrong operand", f"{match.group(1)} → {other} in “{around}”",
                                body[:match.start()] + other + body[match.end():])

    first = 0 if rule.result != "Tensor" else 1  # dy stays where it is
    for k in range(first, len(rule.parameters)):
        for j in range(first, len(rule.parameters)):
            one, two = rule.parameters[k], rule.parameters[j]
            if one == "Unused" or two != "Unused":
                continue
            swapped = list(rule.parameters)
            swapped[k], swapped[j] = two, one
            close = head.index(")", rule.parameters_at - rule.begin)
            yield ("wrong operand", f"{one} is argument {j} instead of {k}",
                   head[:rule.parameters_at - rule.begin] + ", ".join(swapped) + head[close:] +
                   body)


TOKENS = [
    (r" > ", "comparison", lambda m: " >= "),
    (r" > ", "comparison", lambda m: " < "),
    (r" < ", "comparison", lambda m: " <= "),
    (r"T\((0|0\.5|1|2)\)", "constant", lambda m: {"0": "T(1)", "0.5": "T(1)", "1": "T(0)",
                                                 "2": "T(3)"}[m.group(1)]),
    (r"= true", "transposed flag", lambda m: "= false"),
    (r"!t\.", "transposed flag", lambda m: "t."),
    (r"(?<!!)t\.[ab]", "transposed flag", lambda m: "!" + m.group(0)),
    (r"\.a = true", "transposed flag", lambda m: ".b = true"),
    (r"\bwhere\(c, (\w+), (\w+)\)", "wrong operand",
     lambda m: f"where(c, {m.group(2)}, {m.group(1)})"),
    (r"KeepAxes::yes", "axes", lambda m: "KeepAxes::no"),
    (r", 0\)", "axes", lambda m: ", 1)"),
    (r"\bbegin\b", "axes", lambda m: "(begin + 1)"),
    (r"-(?=[a-z(])", "sign", lambda m: ""),
    (r"\b(sin|cos|exp|softmax|sum)\(", "another function",
     lambda m: OTHER_FUNCTION[m.group(1)] + "("),
]


def mutants_of_rules(file, text):
    """All mutants of the derivative rules of one file, rule by rule."""
    rules = rules_of(text)
    seen = {text}
    for rule in rules:
        for kind, change, new in changes_of(rule, rules, text):
            mutated = text[:rule.begin] + new + text[rule.end:]
            if mutated not in seen:
                seen.add(mutated)
                yield Mutant(file, rule.name, kind, change, mutated)


def mutants_of_tape(file, text):
    """The backward pass: broadcasting not undone, adjoints not added up."""
    for pattern, new, change in (
            (r"sum_to\(dx, [^;]*\)\);", "dx);", "an adjoint is not summed back to its input's shape"),
            (r"sum = sum \+ dx;", "sum = dx;", "a recorded adjoint replaces the one before"),
            (r"return a \+ b;", "return b;", "an adjoint replaces the one before"),
            (r"return a \+ b;", "return a - b;", "an adjoint is subtracted"),
            (r"sum\.is_unique\(\)", "true", "an adjoint is written into numbers that others see")):
        for match in re.finditer(pattern, text):
            yield Mutant(file, "the backward pass", "tape", change,
                         text[:match.start()] + new + text[match.end():])


def spread(mutants, most):
    """At most so many of a rule: of each kind in turn."""
    kinds = {}
    for mutant in mutants:
        kinds.setdefault(mutant.kind, []).append(mutant)
    chosen = []
    while len(chosen) < most and any(kinds.values()):
        for waiting in kinds.values():
            if waiting and len(chosen) < most:
                chosen.append(waiting.pop(0))
    return chosen
