"""Settings are read strictly: what cannot be used stops the start with one sentence."""

from pathlib import Path

import pytest

from mapapp.conf import env
from mapapp.conf.env import BadSetting


@pytest.fixture
def variable(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a variable that is not set."""
    monkeypatch.delenv("A_SETTING", raising=False)
    return "A_SETTING"


@pytest.mark.parametrize("value", ["1", "true", "YES", "On"])
def test_a_flag_is_on_for_the_usual_words(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert env.flag(variable, False) is True


@pytest.mark.parametrize("value", ["0", "false", "NO", "Off"])
def test_a_flag_is_off_for_the_usual_words(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert env.flag(variable, True) is False


def test_an_empty_variable_means_the_default(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, " ")
    assert env.flag(variable, True) is True
    assert env.whole(variable, 7) == 7
    assert env.seconds(variable, 1.5) == 1.5
    assert env.choice(variable, ("a", "b"), "b") == "b"
    assert env.names(variable, ["x"]) == ["x"]
    assert env.web_address(variable) == ""


def test_a_wrong_value_is_named_with_its_variable_and_what_is_expected(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "perhaps")
    with pytest.raises(BadSetting) as caught:
        env.flag(variable, False)
    assert str(caught.value) == "A_SETTING is 'perhaps', but 1 or 0 is expected."


@pytest.mark.parametrize("value", ["x", "1.5", "1_000", "٣", "-", "11", "0", "9" * 40, "1e3"])
def test_a_whole_number_is_in_range_and_in_plain_digits(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match="a whole number from 1 to 10"):
        env.whole(variable, 5, least=1, most=10)


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "ten", "1e9"])
def test_seconds_are_finite_and_in_range(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match="a number of seconds from 0 to 86400"):
        env.seconds(variable, 5)


def test_a_choice_is_one_of_those_offered(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "Staff")
    assert env.choice(variable, ("anyone", "staff"), "anyone") == "staff"
    monkeypatch.setenv(variable, "nobody")
    with pytest.raises(BadSetting, match="anyone or staff"):
        env.choice(variable, ("anyone", "staff"), "anyone")


def test_names_are_separated_by_commas(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, " a.example , b.example,")
    assert env.names(variable, []) == ["a.example", "b.example"]


@pytest.mark.parametrize("value", ["https://map.example.org", "http://10.0.0.5:8000"])
def test_an_address_is_kept_without_its_last_slash(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, f"{value}/")
    assert env.web_address(variable) == value


@pytest.mark.parametrize(
    "value",
    [
        "map.example.org",
        "ftp://map.example.org",
        "https://",
        "https://map.example.org/path",
        "https://map.example.org?x",
        "https://me:secret@map.example.org",
        "https://map.example.org:port",
        "https://[::1",
    ],
)
def test_an_address_is_a_whole_origin_and_no_more(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match="an address like"):
        env.web_address(variable)


def test_a_folder_is_made_for_this_user_alone(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "a" / "b"))
    made = env.folder(variable, tmp_path)
    assert made.is_dir()
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_a_bad_setting(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file" / "folder"))
    with pytest.raises(BadSetting, match="a folder that can be used"):
        env.folder(variable, tmp_path)
