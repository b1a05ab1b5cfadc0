# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where in a TOML text a key stands."""

from optimage.profile_files.lines import line_of, lines_of

TEXT = """title = "x"
[[block]]
kind = "a"

[[block]]
kind = "b"
[block.text]
en = "[[block]]"
[table]
key = 1
[[block]]
more.rows = 2
"""


def test_elements_of_an_array_of_tables_are_counted():
    lines = lines_of(TEXT)
    assert [line_of(lines, ("block", number, "kind")) for number in "01"] == [3, 6]
    assert line_of(lines, ("block", "2", "more", "rows")) == 12
    assert line_of(lines, ("block", "1", "text", "en")) == 8
    assert line_of(lines, ("table", "key")) == 10


def test_what_has_no_line_gets_that_of_what_is_around_it():
    lines = lines_of(TEXT)
    assert line_of(lines, ("block", "2", "kind")) == 11
    assert line_of(lines, ("nothing",)) == 1
