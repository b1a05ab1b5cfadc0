# SPDX-License-Identifier: LGPL-3.0-or-later
"""Telling patients from phantoms by the header alone, with reasons."""

import pytest

from optimage.patients import patient_signs
from optimage.settings import PHANTOM_PATTERN

PATIENT = {
    "PatientName": "Mustermann^Erika",
    "PatientID": "4711",
    "PatientSex": "F",
    "PatientBirthDate": "19640812",
    "StudyDate": "20261121",
}


def codes(header: dict[str, str]) -> list[str]:
    return [str(sign) for sign in patient_signs(header, PHANTOM_PATTERN)]


def test_a_person_with_sex_and_birth_date_is_probably_a_patient() -> None:
    assert codes(PATIENT) == ["PatientSex is F", "PatientBirthDate is given"]


@pytest.mark.parametrize("sign", [{"PatientSex": "M"}, {"PatientAge": "047Y"}, {"PatientBirthDate": "19640812"}])
def test_beside_a_persons_name_one_sign_is_enough(sign: dict[str, str]) -> None:
    assert codes({"PatientName": "Doe^Jane", "StudyDate": "20261121", **sign})


def test_a_number_without_a_persons_name_needs_two_signs() -> None:
    header = {"PatientName": "X123", "PatientID": "X123", "StudyDate": "20261121"}
    assert not codes({**header, "PatientSex": "M"})
    assert len(codes({**header, "PatientSex": "M", "PatientAge": "047Y"})) == 2


@pytest.mark.parametrize("name", ["QC^WATER", "Phantom CATPHAN", "SERVICE", "Kugelphantom 17", "Konstanzprüfung", ""])
def test_a_phantoms_name_settles_it(name: str) -> None:
    assert not codes({**PATIENT, "PatientName": name, "PatientID": name})


def test_a_phantoms_number_settles_it_too() -> None:
    assert not codes({**PATIENT, "PatientID": "QC-CT2"})


def test_the_site_says_what_its_phantoms_are_called() -> None:
    assert not patient_signs(PATIENT, "mustermann")


@pytest.mark.parametrize(
    "sign",
    [
        {"PatientSex": "O"},
        {"PatientAge": "000Y"},
        {"PatientAge": "001D"},
        {"PatientAge": "200Y"},
        {"PatientBirthDate": "00010101"},
        {"PatientBirthDate": "20261121"},
        {"PatientBirthDate": "nonsense"},
        {"BodyPartExamined": "HEAD"},
        {"BodyPartExamined": "HEAD", "StudyDescription": "daily QA"},
    ],
)
def test_what_devices_fill_in_for_phantoms_is_no_sign(sign: dict[str, str]) -> None:
    assert not codes({"PatientName": "Doe^Jane", "StudyDate": "20261121", **sign})


def test_a_clinical_study_of_a_body_part_is_a_sign() -> None:
    header = {"PatientName": "Doe^Jane", "BodyPartExamined": "HEAD", "StudyDescription": "Schädel nativ"}
    assert codes(header) == ["a study of the body part HEAD"]
