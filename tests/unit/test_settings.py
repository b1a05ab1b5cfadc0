# SPDX-License-Identifier: LGPL-3.0-or-later
"""Settings come from a file and the environment, and every mistake is told at once."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from optimage.errors import SettingsError
from optimage.settings import OPTIONS, Caller, Settings, load_settings


def load(home, text="", **environment):
    (home / "optimage.toml").write_text(text, encoding="utf-8")
    return load_settings({"OPTIMAGE_HOME": str(home), **environment})


def test_an_empty_home_gives_the_defaults(tmp_path):
    settings = load_settings({"OPTIMAGE_HOME": str(tmp_path), "OPTIMAGE_OPERATOR": "ada"})
    assert settings == Settings(
        home=tmp_path,
        database=f"sqlite:///{tmp_path.as_posix()}/optimage.db",
        spool=tmp_path / "spool",
        reports=tmp_path / "reports",
        exports=tmp_path / "exports",
        templates=tmp_path / "report_templates",
        operator="ada",
    )


def test_the_operator_is_the_user_of_the_operating_system_by_default(tmp_path):
    assert load_settings({"OPTIMAGE_HOME": str(tmp_path)}).operator


def test_the_home_is_absolute_and_without_a_variable_the_folder_of_the_platform(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings({"OPTIMAGE_HOME": "here"}).home == tmp_path / "here"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings({}).home.is_absolute()
    assert load_settings({}).home.name == "optimage"


def test_the_file_is_read_and_the_environment_is_stronger(tmp_path):
    text = """
        ae_title = "QC_CT"
        port = 104
        quiet_period_s = 3
        spool = "/srv/spool"
        callers = [{ ae_title = "CT2", address = "10.0.0.2" }, { ae_title = "MR1" }]
    """
    settings = load(tmp_path, text, OPTIMAGE_PORT="11113", OPTIMAGE_DATABASE="postgresql://db/qc", OPTIMAGE_WORKERS="")
    assert (settings.ae_title, settings.port, settings.quiet_period_s) == ("QC_CT", 11113, 3.0)
    assert isinstance(settings.quiet_period_s, float)
    assert settings.spool == Path("/srv/spool")
    assert settings.database == "postgresql://db/qc"
    assert settings.callers == (Caller("CT2", "10.0.0.2"), Caller("MR1"))


def test_a_database_can_be_a_path_beside_the_home_or_anywhere(tmp_path):
    assert load(tmp_path, OPTIMAGE_DATABASE="other.db").database == f"sqlite:///{tmp_path.as_posix()}/other.db"
    assert load(tmp_path, OPTIMAGE_DATABASE="/srv/qc.db").database == "sqlite:////srv/qc.db"


def test_every_mistake_of_file_and_environment_is_told_at_once(tmp_path):
    text = """
        ae_titel = "QC"
        port = 70000
        workers = 1.5
        executor = "cluster"
        spool = 3
        callers = [{ ae = "CT2" }]
    """
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text, OPTIMAGE_LEASE_S="soon", OPTIMAGE_AE_TITLE="SEVENTEEN_LETTERS")
    sentence = str(refused.value)
    assert refused.value.code == "settings_invalid"
    for part in (
        "ae_titel is unknown; did you mean ae_title?",
        "port: need 0 to 65535, got 70000",
        "workers: need a whole number, got 1.5",
        "executor: need one of process, inline, dask, got cluster",
        "spool: need text, got 3",
        "callers: need tables",
        "OPTIMAGE_LEASE_S: need a number, got soon",
        "OPTIMAGE_AE_TITLE: need 1 to 16 characters",
        "optimage.toml",
    ):
        assert part in sentence


@pytest.mark.parametrize("text", ["port = ", "port = true", "quiet_period_s = nan", "quiet_period_s = inf", "a = 1"])
def test_a_broken_file_is_a_settings_error(tmp_path, text):
    with pytest.raises(SettingsError):
        load(tmp_path, text)


def test_a_file_that_is_no_text_is_a_settings_error(tmp_path):
    (tmp_path / "optimage.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"OPTIMAGE_HOME": str(tmp_path)})


def test_every_setting_is_an_option_and_stands_in_the_reference():
    assert {option.name for option in OPTIONS} | {"home"} == {field.name for field in fields(Settings)}
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")
    for option in OPTIONS:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{option.name}` "))
        assert option.help in row
        assert f"`{option.environment}`" in row or not option.environment
        assert option.default in row


def test_settings_load_neither_numpy_nor_pydantic():
    load = "import sys, optimage.settings; optimage.settings.load_settings({'OPTIMAGE_HOME': 'x'})"
    code = f"{load}; print({{'numpy', 'pydantic'}} & {{*sys.modules}})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


@pytest.mark.parametrize("days", ["", "sat", "sun sat", "mon tue wed thu fri sat"])
def test_closed_days_are_named_in_any_order(tmp_path, days):
    assert load(tmp_path, f'closed_days = "{days}"').closed_days == days


@pytest.mark.parametrize("days", ["Saturday", "6", "mon tue wed thu fri sat sun"])
def test_no_other_day_is_closed_and_one_has_to_be_open(tmp_path, days):
    with pytest.raises(SettingsError, match="closed_days: need some of mon tue"):
        load(tmp_path, f'closed_days = "{days}"')
