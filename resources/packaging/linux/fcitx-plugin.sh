#!/bin/sh
# Puts Qt's plugin for fcitx into the PySide6 that lies in FOLDER of the build root ROOT.
# Usage: fcitx-plugin.sh ROOT FOLDER       (as root; about 3 minutes of a core once, then it is kept)
#
# Chinese desktops of the generation before (UOS 20, Kylin V10) have fcitx 4, which Qt reaches by a
# plugin alone, and Qt's wheels have none. Such a plugin stands on Qt's private interfaces, which
# hold within one minor version: what a system brings along fits no other Qt. So it is compiled
# here, from the sources that fcitx-plugin.sources names by their hashes, and bound to the very
# libraries that are packed. The headers, and moc, which the wheels lack, are made of Qt's source.
# fcitx-plugin.patch says what is mended in the plugin.
set -eu
root=$1
folder=$2
here=$(dirname "$0")
work=/opt/fcitx
name=libfcitxplatforminputcontextplugin.so

made_of=$(cat "$0" "$here"/fcitx-plugin.sources "$here"/fcitx-plugin.patch \
    "$root$folder"/PySide6/Qt/lib/libQt6Gui.so.* | sha256sum)
if [ "$(cat "$root$work/made-of" 2>/dev/null)" != "$made_of" ]; then
    rm -rf "${root:?}$work"
    mkdir -p "$root$work/lists/partial"
    cp "$here"/fcitx-plugin.sources "$here"/fcitx-plugin.patch "$root$work/"
    # The mirror that debootstrap took, in a list apart: Python's sources are those of Debian 12.
    sed -n 's/^deb \([^ ]*\) bullseye main.*/deb-src \1 trixie main/p' \
        "$root/etc/apt/sources.list" >"$root$work/trixie.list"

    cat >"$root$work/make-tools.sh" <<'STEPS'
set -eu
cd /opt/fcitx
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends cmake libxkbcommon-dev x11proto-dev
set -- -qq -o APT::Sandbox::User=root -o Dir::State::Lists=/opt/fcitx/lists \
    -o Dir::Etc::SourceList=/opt/fcitx/trixie.list -o Dir::Etc::SourceParts=-
apt-get "$@" update
apt-get "$@" source --download-only --tar-only fcitx-qt5 qt6-base
sha256sum --check --quiet --strict fcitx-plugin.sources
mkdir plugin qt qt-build
tar -C plugin --strip-components=1 -xf fcitx-qt5_*.orig.tar.xz
patch -d plugin -p1 --fuzz=0 <fcitx-plugin.patch
tar -C qt --strip-components=1 -xf qt6-base_*.orig.tar.xz
cd qt-build
# Nothing of this Qt is packed: what only a whole one needs is left out.
cmake ../qt -DCMAKE_BUILD_TYPE=Release -DQT_GENERATE_SBOM=OFF -DQT_BUILD_TESTS=OFF \
    -DQT_BUILD_EXAMPLES=OFF -DINPUT_opengl=no -DFEATURE_concurrent=OFF -DFEATURE_dbus_linked=OFF \
    -DFEATURE_glib=OFF -DFEATURE_icu=OFF -DFEATURE_network=OFF -DFEATURE_printsupport=OFF \
    -DFEATURE_sql=OFF -DFEATURE_testlib=OFF -DFEATURE_vulkan=OFF -DFEATURE_widgets=OFF \
    -DFEATURE_xcb=OFF
make -s -j2 Core_sync_headers DBus_sync_headers Gui_sync_headers moc
STEPS

    cat >"$root$work/make-plugin.sh" <<'STEPS'
set -eu
libraries=$1/PySide6/Qt/lib
name=$2
qt=/opt/fcitx/qt-build
source=/opt/fcitx/plugin/qt5/platforminputcontext
rm -rf /opt/fcitx/made
mkdir /opt/fcitx/made
cd /opt/fcitx/made

headers="-I$qt/include -I/opt/fcitx/qt/mkspecs/linux-g++"
for module in QtCore QtDBus QtGui; do
    private=$(echo "$qt/include/$module"/6.*)
    headers="$headers -I$qt/include/$module -I$private -I$private/$module"
done
flags="-std=c++17 -fPIC $(dpkg-buildflags --get CPPFLAGS) $(dpkg-buildflags --get CXXFLAGS) $headers"
linked="$(dpkg-buildflags --get LDFLAGS) -Wl,-z,now -Wl,--as-needed -Wl,--no-undefined
    -L$libraries -Wl,-rpath-link,$libraries -l:libQt6DBus.so.6 -l:libQt6Core.so.6"

# What stands in $flags, $linked and $headers are words for the compiler, one by one.
g++ $flags -DQT_USE_QSTRINGBUILDER /opt/fcitx/qt/src/tools/qdbusxml2cpp/qdbusxml2cpp.cpp \
    -o qdbusxml2cpp $linked -Wl,-rpath,"$libraries"
for interface in InputContext InputContext1 InputMethod InputMethod1; do
    proxy=$(echo "${interface}proxy" | tr '[:upper:]' '[:lower:]')
    ./qdbusxml2cpp -i fcitxqtdbustypes.h -p "$proxy" "$source/org.fcitx.Fcitx.$interface.xml"
    "$qt/libexec/moc" "$proxy.h" -o "moc_$proxy.cpp"
done
for header in "$source"/main.h "$source"/fcitxwatcher.h "$source"/*context.h "$source"/*proxy.h; do
    "$qt/libexec/moc" $headers -DQT_NO_KEYWORDS "$header" -o "moc_$(basename "$header" .h).cpp"
done
g++ $flags -DQT_NO_DEBUG -DQT_NO_KEYWORDS -DQT_PLUGIN -fvisibility=hidden -I. "-I$source" -shared \
    "$source"/*.cpp ./*.cpp -o "$name" $linked -l:libQt6Gui.so.6 -lxkbcommon \
    -Wl,-rpath,'$ORIGIN/../../lib'
strip "$name"
STEPS

    in_root() { # SCRIPT [ARGUMENT…]
        script=$1
        shift
        chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-0}" sh "$work/$script" "$@" \
            >"$root$work/$script.log" 2>&1 || { tail -n 40 "$root$work/$script.log" >&2; exit 1; }
    }
    in_root make-tools.sh
    in_root make-plugin.sh "$folder" "$name"
    echo "$made_of" >"$root$work/made-of"
fi
inputs=$folder/PySide6/Qt/plugins/platforminputcontexts
cp "$root$work/made/$name" "$root$inputs/"
cp "$root$work/plugin/COPYING.BSD" "$root$inputs/COPYING.fcitx-qt5"

# Qt itself is asked: whether the versions fit, and whether every name is found.
chroot "$root" env -i LANG=C.UTF-8 PYTHONPATH="$folder" /opt/python/bin/python3.11 -c "
import sys
from PySide6.QtCore import QPluginLoader
from PySide6 import QtGui
loader = QPluginLoader('$inputs/$name')
if not loader.load():
    sys.exit(f'Qt does not load the plugin for fcitx: {loader.errorString()}')"
