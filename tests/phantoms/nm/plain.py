# SPDX-License-Identifier: LGPL-3.0-or-later
"""The NEMA steps once more, pixel by pixel in plain Python: what the module is held against."""

from math import floor

SPREAD = ((0, 1), (1, 0), (0, -1), (-1, 0))


def block_sums(pixels, rows, columns):
    """Add blocks; of a remainder r, r // 2 rows or columns are left out at the start."""
    top, left = len(pixels) % rows // 2, len(pixels[0]) % columns // 2
    return [
        [
            float(pixels[top + i * rows : top + (i + 1) * rows, left + j * columns : left + (j + 1) * columns].sum())
            for j in range(len(pixels[0]) // columns)
        ]
        for i in range(len(pixels) // rows)
    ]


def connected(start, belongs):
    """Return all 4-connected places reachable from `start` through places that belong."""
    seen, waiting = {start}, [start]
    while waiting:
        i, j = waiting.pop()
        for di, dj in SPREAD:
            there = i + di, j + dj
            if there not in seen and belongs(there):
                seen.add(there)
                waiting.append(there)
    return seen


def places(rows, columns):
    return [(i, j) for i in range(rows) for j in range(columns)]


def outside_of(inside, rows, columns):
    """Return the places of the matrix and the ring around it that are connected to that ring and not inside."""

    def belongs(place):
        return -1 <= place[0] <= rows and -1 <= place[1] <= columns and place not in inside

    return connected((-1, -1), belongs)


def largest(inside):
    left, best = set(inside), set()
    while left:
        part = connected(min(left), lambda place: place in inside)
        best = part if len(part) > len(best) else best
        left -= part
    return best


def scale(inside, factor):
    """Keep the places of which at least 32 of 64 sub-points lie inside when scaled back about the middle."""
    if not inside:
        return set()
    rows, columns = [i for i, _ in inside], [j for _, j in inside]
    middle = (min(rows) + max(rows)) / 2, (min(columns) + max(columns)) / 2
    steps = [(k + 0.5) / 8 - 0.5 for k in range(8)]

    def back(x, c):
        return floor(c + (x - c) / factor + 0.5)

    kept = set()
    for i, j in inside:
        sources_i, sources_j = [back(i + s, middle[0]) for s in steps], [back(j + s, middle[1]) for s in steps]
        if sum((a, b) in inside for a in sources_i for b in sources_j) >= 32:
            kept.add((i, j))
    return kept


def percentile(values, share):
    values = sorted(values)
    rank = share * (len(values) - 1)
    low = floor(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (rank - low) * (values[high] - values[low])


def fields(a, *, border_is_zero=True, stated=None):
    """Return UFOV and CFOV of the matrix `a` as sets of (row, column)."""
    rows, columns = len(a), len(a[0])
    everywhere = places(rows, columns)
    counts = [a[i][j] for i, j in everywhere]
    high = percentile(counts, 0.99)
    usual = percentile([value for value in counts if value > 0.1 * high], 0.5)
    start = stated or {(i, j) for i, j in everywhere if a[i][j] > 0.5 * usual}
    mask = set(everywhere) - outside_of(largest(start), rows, columns)
    central = scale(mask, 0.75)
    level = 0.75 * sum(a[i][j] for i, j in central) / len(central)
    inside = {(i, j) for i, j in mask if a[i][j] >= level}
    out = outside_of(inside, rows, columns)
    mask = set(everywhere) - out
    zero = out if border_is_zero else {place for place in out if 0 <= place[0] < rows and 0 <= place[1] < columns}
    ufov = {(i, j) for i, j in mask if not any((i + di, j + dj) in zero for di, dj in SPREAD)}
    return ufov, scale(ufov, 0.75) & ufov


def smoothed(a, mask):
    result = {}
    for i, j in mask:
        total = weight = 0.0
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                if (i + di, j + dj) in mask:
                    w = (2 - abs(di)) * (2 - abs(dj))
                    total, weight = total + w * a[i + di][j + dj], weight + w
        result[i, j] = total / weight
    return result


def contrast(values):
    high, low = max(values), min(values)
    return 100.0 * (high - low) / (high + low)


def differential(s, mask, step):
    runs = [[(i + k * step[0], j + k * step[1]) for k in range(5)] for i, j in mask]
    return max(contrast([s[place] for place in run]) for run in runs if all(place in mask for place in run))
