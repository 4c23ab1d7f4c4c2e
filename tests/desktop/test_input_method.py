"""On a desktop with fcitx the app finds the input method, with a plugin for it and without."""

import pytest

from desktop.input_method import bundled_plugins, reach_fcitx

WHEEL = {"compose", "ibus"}
PACKAGE = {*WHEEL, "fcitx"}
ASKED = {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}


@pytest.mark.parametrize(
    "desktop",
    [
        {"QT_IM_MODULE": "fcitx"},
        {"QT_IM_MODULE": "fcitx5"},
        {"QT_IM_MODULES": "wayland;fcitx"},
        {"XMODIFIERS": "@im=fcitx"},
    ],
)
def test_fcitx_is_asked_through_the_portal(desktop: dict[str, str]) -> None:
    """However the desktop says fcitx, letters become Chinese."""
    environment = dict(desktop)

    assert reach_fcitx(environment, WHEEL)

    assert {name: environment.get(name) for name in ASKED} == ASKED
    assert "QT_IM_MODULES" not in environment


@pytest.mark.parametrize(
    "desktop",
    [{"QT_IM_MODULE": "fcitx5"}, {"QT_IM_MODULES": "fcitx5"}, {"XMODIFIERS": "@im=fcitx"}],
)
@pytest.mark.parametrize("plugin", ["fcitx", "fcitx5"])
def test_the_plugin_is_named_as_qt_knows_it(desktop: dict[str, str], plugin: str) -> None:
    """Each of the two that exist answers to ``fcitx``; what is said to X alone reaches no Qt."""
    environment = dict(desktop)

    reach_fcitx(environment, {*WHEEL, plugin})

    assert set(asked(environment)) & {"fcitx", plugin}
    assert "IBUS_USE_PORTAL" not in environment


@pytest.mark.parametrize(
    ("desktop", "plugins"),
    [
        ({"QT_IM_MODULE": "fcitx"}, PACKAGE),
        ({"QT_IM_MODULES": "wayland;fcitx"}, PACKAGE),
        ({"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx"}, PACKAGE),
        ({}, PACKAGE),
        ({"QT_IM_MODULE": "fcitx"}, {*WHEEL, "fcitx5"}),
        ({"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx"}, WHEEL),
        ({"QT_IM_MODULES": "wayland;ibus;fcitx"}, WHEEL),
        ({"QT_IM_MODULE": "xim"}, WHEEL),
        ({}, WHEEL),
    ],
)
def test_what_works_already_is_left_alone(desktop: dict[str, str], plugins: set[str]) -> None:
    """A plugin of its own, ibus and a desktop without any stay what they are."""
    environment = dict(desktop)

    assert not reach_fcitx(environment, plugins)

    assert environment == desktop


def asked(environment: dict[str, str]) -> list[str]:
    """What Qt tries, as it reads its variables."""
    return (environment.get("QT_IM_MODULES") or environment.get("QT_IM_MODULE", "")).split(";")


def test_the_wheel_brings_ibus() -> None:
    """What the switch relies on is in the Qt that is installed."""
    assert "ibus" in bundled_plugins()
