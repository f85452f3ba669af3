"""A small plot with two logarithmic axes, as SVG that reads in light and in dark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BELOW, ABOVE, RIGHT = 640, 360, 60, 46, 40, 110
COLORS = ("#2f7bd9", "#d9822f", "#3a9c5f", "#b0529e")
Points = Sequence[tuple[float, float]]


def lines(title: str, x_name: str, y_name: str, series: Mapping[str, Points]) -> str:
    """One line for each series of (x, y), both above 0."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    low_x, high_x = min(xs), max(*xs, min(xs) * 1.01)
    low_y, high_y = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys) * 1.001))

    def place(x: float, y: float) -> tuple[float, float]:
        right = math.log(x / low_x) / math.log(high_x / low_x)
        up = math.log(y / low_y) / math.log(high_y / low_y)
        return LEFT + right * (WIDTH - LEFT - RIGHT), HEIGHT - BELOW - up * (HEIGHT - BELOW - ABOVE)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        "<style>text{font:13px sans-serif;fill:#767676}path{fill:none}.grid{stroke:#9994;stroke-width:1}</style>",
        f'<text x="{LEFT}" y="22" style="font-weight:bold">{escape(title)} ({escape(y_name)})</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>',
    ]
    step = low_y
    while step <= high_y * 1.001:
        _, y = place(low_x, step)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step:g}</text>')
        step *= 10
    for x in sorted(set(xs)):
        at, _ = place(x, low_y)
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BELOW + 18}" text-anchor="middle">{_short(x)}</text>')
    for color, (name, points) in zip(COLORS, series.items(), strict=False):
        placed = [place(x, y) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in placed)
        parts.append(f'<path d="M{path}" stroke="{color}" stroke-width="2"/>{dots}')
        x, y = placed[-1]
        parts.append(f'<text x="{x + 9:.1f}" y="{y + 4:.1f}" style="fill:{color}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(number: float) -> str:
    return f"{number / 1e6:g} M" if number >= 1e6 else f"{number / 1e3:g} k" if number >= 1e3 else f"{number:g}"
