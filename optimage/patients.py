# SPDX-License-Identifier: LGPL-3.0-or-later
"""Is this probably a patient? Told from the header, with reasons; never decided by pixels."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.profile import Profile

NAMES = ("PatientName", "PatientID")
OLDEST_YEARS = 120
PERSON = re.compile(r"[^\W\d_]{2,}\^[^\W\d_]+")  # family name and given name, letters only (PS3.5 6.2.1)
AGE = re.compile(r"(\d{3})([DWMY])")  # PS3.5 6.2, VR AS
# Body parts that devices put into the header of any phantom measurement are no sign by themselves.
CLINICAL_SIGNS_NEEDED = 2


def patient_signs(header: Header, phantom_pattern: str) -> tuple[Message, ...]:
    """Return why an image is probably a patient's; nothing if it is probably a phantom's.

    Parameters
    ----------
    header : mapping
        Of one frame.
    phantom_pattern : str
        Regular expression of the site; a name or number it is found in is a
        phantom's, and so is an image without name and number.

    Notes
    -----
    A person's sex, age and birth date count as signs where they are
    plausible (F or M; 1 to 120 years), a clinical study on a body part as
    another. Beside a person's name (family and given name) one sign is
    enough. Otherwise two are needed, because anonymised phantom images and
    service programs often carry a sex or an age.
    """
    names = [str(header.get(keyword, "")).strip() for keyword in NAMES]
    if not any(names) or any(_compiled(phantom_pattern).search(name) for name in names if name):
        return ()
    signs = tuple(_signs(header, phantom_pattern))
    needed = 1 if PERSON.fullmatch(names[0].rstrip("^ ")) else CLINICAL_SIGNS_NEEDED
    return signs if len(signs) >= needed else ()


def is_named_by(profile: Profile) -> bool:
    """Whether a profile itself says which PatientName or PatientID its phantom has."""
    return any(rule.required and rule.keyword in NAMES for rule in profile.match)


def _signs(header: Header, phantom_pattern: str) -> Iterator[Message]:
    sex = str(header.get("PatientSex", "")).strip().upper()
    if sex in ("F", "M"):
        yield Message(N_("PatientSex is {value}"), {"value": sex})
    age = AGE.fullmatch(str(header.get("PatientAge", "")).strip().upper())
    if age and age[2] == "Y" and 1 <= int(age[1]) <= OLDEST_YEARS:
        yield Message(N_("PatientAge is {value}"), {"value": age[0]})
    birth = str(header.get("PatientBirthDate", "")).strip()
    if _is_birth_date(birth, str(header.get("StudyDate", "")).strip()):
        yield Message(N_("PatientBirthDate is given"))
    part, study = (str(header.get(keyword, "")).strip() for keyword in ("BodyPartExamined", "StudyDescription"))
    if part and study and not _compiled(phantom_pattern).search(study):
        yield Message(N_("a study of the body part {value}"), {"value": part})


def _is_birth_date(birth: str, study: str) -> bool:
    try:
        born, seen = date.fromisoformat(birth), date.fromisoformat(study)
    except ValueError:
        return False
    return 1 <= (seen - born).days / 365.25 <= OLDEST_YEARS


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
