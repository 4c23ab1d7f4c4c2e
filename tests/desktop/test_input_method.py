"""On a desktop with fcitx the app finds the input method that Qt's wheels have no plugin for."""

import pytest

from desktop.input_method import bundled_plugins, reach_fcitx

WHEEL = {"compose", "ibus"}
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
    ("desktop", "plugins"),
    [
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


def test_the_wheel_brings_ibus() -> None:
    """What the switch relies on is in the Qt that is installed."""
    assert "ibus" in bundled_plugins()
