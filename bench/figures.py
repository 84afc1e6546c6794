"""What a measurement yields, and how it is printed."""
import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    """One line of the table. `ratio` is the figure over its baseline, both from the same round."""
    name: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    ratio: float | None = None
    budget: str = ""
    met: bool | None = None
    note: str = ""


def at_least(bound):
    return f">= {bound:g}", lambda value: value >= bound


def at_most(bound):
    return f"<= {bound:g}", lambda value: value <= bound


def beside(name, unit, baseline, pairs, budget=None, note=""):
    """A figure from rounds of (value, value of the baseline); the ratio is the median of the rounds' ratios."""
    ratio = statistics.median(value / base for value, base in pairs)
    text, holds = budget or ("", None)
    return Figure(name, statistics.median(value for value, _ in pairs), unit, baseline,
                  statistics.median(base for _, base in pairs), ratio, text and f"{text} x",
                  holds(ratio) if holds else None, note)


def alone(name, unit, values, budget=None, note=""):
    """A figure without a baseline; the median of the rounds."""
    value = statistics.median(values)
    text, holds = budget or ("", None)
    return Figure(name, value, unit, budget=text, met=holds(value) if holds else None, note=note)


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures):
    rows = [("what", "value", "unit", "beside", "its value", "ratio", "budget", "")]
    for figure in figures:
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append((figure.name, number(figure.value), figure.unit, figure.baseline, number(figure.baseline_value),
                     ratio, figure.budget, verdict))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = (1, 4, 5)
    lines = ["  ".join(cell.rjust(width) if i in right else cell.ljust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    notes = [f"{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], *notes])
