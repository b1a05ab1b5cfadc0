# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where each text of a PDF stands: read from the operators and the widths in its fonts, not from our own layout."""

from dataclasses import dataclass

from pypdf.generic import ContentStream

RISE, FALL = 0.74, 0.2  # of the size: capitals and descenders of DejaVu Sans
TOUCH_PT = 0.3  # fonts tell widths as whole thousandths of the size


@dataclass(frozen=True, slots=True)
class Box:
    """What one text fills on its page, in points."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other):
        across = self.left < other.right - TOUCH_PT and other.left < self.right - TOUCH_PT
        return across and self.bottom < other.top - TOUCH_PT and other.bottom < self.top - TOUCH_PT


def boxes(reader):
    """Yield the box of every text on every page."""
    for number, page in enumerate(reader.pages):
        yield from _of_page(number, page, reader)


def overlapping(found):
    """Return the pairs of boxes on one page that share more than an edge."""
    ordered = sorted(found, key=lambda box: (box.page, box.bottom))
    pairs = []
    for i, box in enumerate(ordered):
        for other in ordered[i + 1 :]:
            if other.page != box.page or other.bottom >= box.top:
                break
            if box.meets(other):
                pairs.append((box, other))
    return pairs


def outside(found, width, height):
    """Return the boxes that leave a page."""
    return [b for b in found if b.left < -TOUCH_PT or b.bottom < 0 or b.right > width + TOUCH_PT or b.top > height]


def _of_page(number, page, reader):
    pen = _Pen({name: _widths(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()})
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"Tj":
            yield from pen.write(number, operands[0].original_bytes)
        elif operator in _MOVES:
            _MOVES[operator](pen, *operands)


class _Pen:
    """Where the next text will stand."""

    def __init__(self, fonts):
        self.fonts, self.matrix, self.kept = fonts, _STILL, []
        self.line = self.text = _STILL
        self.widths, self.size, self.leading = {}, 0.0, 0.0

    def write(self, page, codes):
        long = sum(self.widths[code] for code in codes) * self.size / 1000
        if long and not set(codes) <= {32}:
            a, _b, _c, d, x, y = _times(self.text, self.matrix)
            yield Box(page, x, y - FALL * self.size * d, x + long * a, y + RISE * self.size * d)
        self.text = _times((1, 0, 0, 1, long, 0), self.text)

    def keep(self):
        self.kept.append(self.matrix)

    def take_back(self):
        self.matrix = self.kept.pop()

    def transform(self, *numbers):
        self.matrix = _times(tuple(map(float, numbers)), self.matrix)

    def place(self, *numbers):
        self.line = self.text = tuple(map(float, numbers))

    def begin(self):
        self.line = self.text = _STILL

    def move(self, x, y):
        self.line = self.text = _times((1, 0, 0, 1, float(x), float(y)), self.line)

    def set_leading(self, leading):
        self.leading = float(leading)

    def next_line(self):
        self.move(0, -self.leading)

    def set_font(self, name, size):
        self.widths, self.size = self.fonts[name], float(size)


_STILL = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MOVES = {
    b"q": _Pen.keep,
    b"Q": _Pen.take_back,
    b"cm": _Pen.transform,
    b"BT": _Pen.begin,
    b"Tm": _Pen.place,
    b"Td": _Pen.move,
    b"TL": _Pen.set_leading,
    b"T*": _Pen.next_line,
    b"Tf": _Pen.set_font,
}


def _widths(font):
    first = font["/FirstChar"]
    return {first + i: float(width) for i, width in enumerate(font["/Widths"])}


def _times(one, other):
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
