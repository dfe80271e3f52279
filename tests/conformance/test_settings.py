"""Settings: from a command line, a file and the environment, each with errors that help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.options import Depth
from conformance.settings import Report, Settings, settings_from
from contracts.errors import UsageError


def read(folder: Path, said: dict[str, Any] | None = None, **environment: str) -> Settings:
    return settings_from(said or {}, folder, environment)


def own_file(folder: Path, text: str) -> Path:
    file = folder / "sessions-kit.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.target, settings.seed, settings.depth) == (None, 1, Depth.CI)
    assert (settings.strict, settings.min_reached, settings.max_time) == (False, 0.6, None)


def test_a_file_of_its_own_is_found(tmp_path: Path) -> None:
    own_file(
        tmp_path,
        'target = "http://host/api"\nseed = 7\ndepth = "deep"\nmax-time = 30\nstrict = true\n'
        'only = ["put-*"]\nspec = "api.yaml"\nreport = ["json=out.json", "markdown=out.md"]\n',
    )
    settings = read(tmp_path)
    assert (settings.target, settings.seed, settings.depth) == ("http://host/api", 7, Depth.DEEP)
    assert (settings.max_time, settings.strict, settings.only) == (30.0, True, ("put-*",))
    assert settings.spec == tmp_path / "api.yaml"
    assert settings.reports == (Report("json", Path("out.json")), Report("markdown", Path("out.md")))


def test_a_table_of_the_project_is_found(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.sessions-kit]\nmin-reached = 0.5\n", encoding="utf-8")
    assert read(tmp_path).min_reached == 0.5


def test_another_projects_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")
    assert read(tmp_path) == Settings()


def test_the_command_line_beats_the_file_and_the_file_the_environment(tmp_path: Path) -> None:
    own_file(tmp_path, 'api-key = "from the file"\nseed = 7\n')
    settings = read(tmp_path, {"seed": 9, "strict": False, "only": ()}, SESSIONS_KIT_API_KEY="outside")
    assert (settings.seed, settings.api_key) == (9, "from the file")


def test_keys_come_from_the_environment(tmp_path: Path) -> None:
    settings = read(tmp_path, SESSIONS_KIT_API_KEY="one", SESSIONS_KIT_API_KEY2="two")
    assert (settings.api_key, settings.api_key2) == ("one", "two")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sed = 1\n", "knows no setting 'sed'. Did you mean 'seed'?"),
        ('seed = "x"\n', "seed: 'x' does not fit. It is to be a whole number."),
        ("seed = true\n", "seed: True does not fit. It is to be a whole number."),
        ("strict = 1\n", "strict: 1 does not fit. It is to be true or false."),
        ("min-reached = 2\n", "min-reached: 2 is out of bounds. It goes from 0 to 1."),
        ("max-time = -1\n", "max-time: -1 is out of bounds. It goes from 0."),
        ('depth = "deeep"\n', "depth: 'deeep' is not known. Did you mean 'deep'?"),
        ("only = 3\n", "only: 3 does not fit. It is to be a list of texts"),
        ("only = [3]\n", "only: 3 does not fit."),
        ('report = ["jsn=x"]\n', "there is no form 'jsn'. Did you mean 'json'?"),
        ('report = ["json"]\n', "--report 'json' names no file. Write it like json=report.json."),
        ("seed = \n", "It is no TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = own_file(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read(tmp_path)
    assert complaint in str(caught.value)
    assert str(file) in str(caught.value) or "--report" in complaint or "form" in complaint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml: The settings file cannot be read"):
        settings_from({}, tmp_path, {}, tmp_path / "nowhere.toml")


def test_a_table_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nsessions-kit = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"tool\.sessions-kit is no table"):
        read(tmp_path)
