#!/bin/sh
# Makes sure that Qt's wheel finds the system libraries it was linked against, and a Chinese font.
# Usage: qt-libs.sh VENV
set -eu
here=$(dirname "$0")
venv=$1

# Other systems bring everything inside the wheel.
[ "$(uname -s)" = Linux ] || exit 0

missing() {
    qt=$("$venv/bin/python" -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')
    for part in Core Gui Widgets Svg PrintSupport; do
        ldd "$qt/Qt/lib/libQt6$part.so.6"
    done | awk '/not found/ {print $1}'
    for plugin in qoffscreen qxcb; do
        ldd "$qt/Qt/plugins/platforms/lib$plugin.so"
    done | awk '/not found/ {print $1}'
    QT_QPA_PLATFORM=offscreen "$venv/bin/python" "$here/qt_probe.py" || true
}

found=$(missing | sort -u | tr '\n' ' ')
[ -n "$found" ] || exit 0

echo "Qt misses: $found"
# The wheel's needs on a bare Debian; the second line is for its X11 plugin. Noto CJK is the one
# common font that holds the rare characters of people's names.
"$here/apt-install.sh" "system libraries of Qt" \
    libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libegl1 libgl1 libgssapi-krb5-2 \
    libx11-6 libx11-xcb1 libxcb1 libxcb-render0 libxcb-shm0 \
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
    libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb-util1 \
    fonts-noto-cjk

left=$(missing | sort -u | tr '\n' ' ')
[ -z "$left" ] || { echo "Qt still misses: $left" >&2; exit 1; }
