#!/bin/sh
# Makes sure that Chinese can be typed into the app without a screen: X server, keys, input methods.
set -eu
here=$(dirname "$0")
for program in Xvfb xdotool dbus-daemon import ibus-daemon fcitx5; do
    command -v "$program" >/dev/null 2>&1 || missing=yes
done
[ -z "${missing:-}" ] || "$here/apt-install.sh" "a virtual screen with input methods" \
    xvfb xdotool imagemagick dbus ibus ibus-libpinyin fcitx5 fcitx5-chinese-addons
