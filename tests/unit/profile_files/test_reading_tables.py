# SPDX-License-Identifier: LGPL-3.0-or-later
"""The table of readings in a profile: read, checked, and compared."""

import pytest

from optimage.errors import ProfileError
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.model.plain import from_plain, to_plain
from optimage.model.profile import Profile, ReadingRule
from optimage.profile_files.difference import difference
from optimage.profile_files.load import load_profile

HEAD = 'id = "p"\ntitle = "P"\nphantom = "ct"\n'
DOSE = 'dose_index = { unit = "mGy", title = "CTDI", minimum = 0, maximum = 100.5, required = true, help = "centre" }\n'
INFO = PhantomInfo(
    "ct", "CT", "1", frozenset({"CT"}), inputs=(InputSpec("series"),), measures=(MeasurementSpec("noise", "HU", "N"),)
)


def load(readings, rest="", **more):
    return load_profile(f"{HEAD}[readings]\n{readings}{rest}", **more).profile


def problems(*texts, **more):
    with pytest.raises(ProfileError) as error:
        load(*texts, **more)
    return [str(problem) for problem in error.value.problems]


def test_a_reading_has_unit_title_range_and_help():
    assert load(DOSE + 'room = { unit = "°C" }\n').readings == (
        ReadingRule("dose_index", "mGy", "CTDI", 0.0, 100.5, required=True, help="centre"),
        ReadingRule("room", "°C"),
    )


def test_a_profile_with_readings_comes_back_from_its_plain_form():
    profile = load(DOSE + 'room = { unit = "°C" }\n')
    assert from_plain(Profile, to_plain(profile)).readings == profile.readings


def test_a_profile_stored_before_there_were_readings_has_none():
    plain = to_plain(load(DOSE))
    del plain["readings"]
    assert from_plain(Profile, plain).readings == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("dose = {}", "profile:5: readings.dose.unit: is missing"),
        ('dose = { unit = "" }', "readings.dose.unit: is empty"),
        (
            'dose = { unit = "mGy", minimum = 5, maximum = 1 }',
            "readings.dose: need minimum <= maximum, got 5.0 and 1.0",
        ),
        ('dose = { unit = "mGy", maximum = inf }', "readings.dose.maximum: need a finite number, got inf"),
        ('dose = { unit = "mGy", required = 1 }', "readings.dose.required: need true or false, got 1"),
        ('dose = { unit = "mGy", minimun = 1 }', "readings.dose.minimun: is unknown here; did you mean minimum?"),
        ('DoseIndex = { unit = "mGy" }', "readings.DoseIndex: need 1 to 64 of a-z, 0-9 and _, a letter first"),
        ('2nd = { unit = "mGy" }', "readings.2nd: need 1 to 64 of a-z, 0-9 and _, a letter first"),
        ("dose = 3", "readings.dose: need a table, got 3"),
    ],
)
def test_mistakes_are_told_with_line_and_key(line, told):
    (problem,) = problems(line + "\n")
    assert told in problem


def test_a_reading_cannot_have_the_name_of_what_the_module_measures():
    (problem,) = problems('noise = { unit = "HU" }\n', modules={"ct": INFO})
    assert problem == "profile:5: readings.noise: the module ct measures this itself; choose another name"


def test_a_reading_can_have_limits():
    profile = load(DOSE, "[tolerances.dose_index]\nat_most = 20\n", modules={"ct": INFO})
    assert "dose_index" in profile.tolerances
    (problem,) = problems(DOSE, "[tolerances.dose_indx]\nat_most = 20\n", modules={"ct": INFO})
    assert "did you mean dose_index?" in problem


def test_the_difference_names_each_entry_of_a_reading():
    old, new = load(DOSE), load(DOSE.replace("100.5", "80") + 'room = { unit = "°C" }\n')
    assert [str(line) for line in difference(old, new)] == [
        "readings.dose_index.maximum: 100.5 -> 80.0",
        "readings.room.key: new, room",
        "readings.room.unit: new, °C",
        "readings.room.required: new, False",
    ]
