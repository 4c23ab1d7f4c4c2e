"""What the user of this computer chose survives, and a broken file breaks nothing."""

import pytest

from desktop.settings import Settings, SettingsFile


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A settings file of a user who set no language in the environment."""
    monkeypatch.delenv("DOORSTEP_LANG", raising=False)
    return SettingsFile(tmp_path / "settings.json")


def test_settings_come_back(file):
    """Saved, then loaded."""
    chosen = Settings("en", 1.5, "dark", True, False, True, ("chen",), "3")
    file.save(chosen)
    assert file.load() == chosen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"language": "fr", "scale": 9, "theme": 3, "unknown": 1}',
        '{"scale": null}',
        '{"compact": "yes", "shows_keys": 0, "toured": "chen"}',
        '{"toured": [1]}',
        '{"window": "第三个窗口"}',
        '{"window": 3}',
    ],
)
def test_a_broken_file_falls_back_value_by_value(file, tmp_path, text):
    """A half-written or foreign file must never keep the app from starting."""
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    loaded = file.load()
    assert loaded == Settings(language=loaded.language)


def test_the_environment_outranks_the_file(file, monkeypatch):
    """DOORSTEP_LANG decides for one run and is not written down."""
    file.save(Settings(language="zh_CN"))
    monkeypatch.setenv("DOORSTEP_LANG", "en")
    assert file.load().language == "en"
