"""``doorstep demo``: where it keeps what it makes."""

from desktop import cli

REFUSED = 1


def test_a_story_is_told_where_the_environment_says(tmp_path, monkeypatch, capsys):
    """``make demo`` without a display takes DOORSTEP_HOME, and never a folder that has one."""
    (tmp_path / "demo" / "server").mkdir(parents=True)
    monkeypatch.setenv("DOORSTEP_HOME", str(tmp_path))
    monkeypatch.setenv("DOORSTEP_LANG", "en")

    assert cli.run(["demo", "--headless"]) == REFUSED

    assert "a demo in this folder already" in capsys.readouterr().err
