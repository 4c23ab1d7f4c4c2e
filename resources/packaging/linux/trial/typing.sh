#!/bin/sh
# Chinese typed into the packaged app by key events alone, through fcitx5, ibus and fcitx 4.
. /packages/lib.sh

say "Chinese is typed through an input method"
add dbus dbus-bin ibus ibus-libpinyin fcitx5 fcitx5-chinese-addons dconf-gsettings-backend
screen
export XDG_CONFIG_HOME=/packages/config GSETTINGS_BACKEND=memory HOME=/home/chen
mkdir -p $XDG_CONFIG_HOME/fcitx5
printf '[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n\n[Groups/0/Items/0]\nName=pinyin\nLayout=\n\n[GroupOrder]\n0=Default\n' \
    >$XDG_CONFIG_HOME/fcitx5/profile
printf '[Behavior]\nActiveByDefault=True\n' >$XDG_CONFIG_HOME/fcitx5/config

begin_fcitx5() {
    export QT_IM_MODULE=fcitx XMODIFIERS=@im=fcitx
    fcitx5 --replace >/dev/null 2>&1 &
    method=$!
    until_true "fcitx5 does not answer" fcitx5-remote
}

begin_ibus() {
    export QT_IM_MODULE=ibus XMODIFIERS=@im=ibus
    ibus-daemon --panel disable --xim >/dev/null 2>&1 &
    method=$!
    until_true "ibus does not answer" \
        sh -c '[ "$(ibus engine libpinyin >/dev/null 2>&1; ibus engine)" = libpinyin ]'
}

# The generation before, which UOS 20 and Kylin V10 have. It and fcitx5 are never installed together.
begin_fcitx4() {
    add fcitx-bin fcitx-data fcitx-module-dbus fcitx-pinyin
    mkdir -p $XDG_CONFIG_HOME/fcitx
    printf '[Program]\nDefaultInputMethodState=Active\n' >$XDG_CONFIG_HOME/fcitx/config
    printf '[Profile]\nIMName=pinyin\nEnabledIMList=fcitx-keyboard-us:True,pinyin:True\n' \
        >$XDG_CONFIG_HOME/fcitx/profile
    export QT_IM_MODULE=fcitx XMODIFIERS=@im=fcitx
    fcitx -D >/dev/null 2>&1 &
    method=$!
    until_true "fcitx 4 does not answer" fcitx-remote
    doorstep doctor --json 2>/dev/null | grep -A1 '"check": "input"' | grep -q '"well"' ||
        fail "doctor does not find fcitx 4"
}

written() { doorstep show "$door" --json | grep -c -e 你好 -e '\\u4f60\\u597d' || true; }

turn=0
for name in fcitx5 ibus fcitx4; do
    turn=$((turn + 1))
    mkfifo bus-$name
    dbus-daemon --session --nofork --print-address >bus-$name 2>/dev/null &
    bus=$!
    read -r DBUS_SESSION_BUS_ADDRESS <bus-$name
    export DBUS_SESSION_BUS_ADDRESS
    begin_$name
    # Who was visited stays in the list of the day: each method takes the next door.
    door=$(doorstep due --json | sed -n 's/.*"household": *"\([^"]*\)".*/\1/p' | sed -n "${turn}p")
    before=$(written)
    doorstep >/dev/null 2>&1 &
    app=$!
    timeout 60 xdotool search --sync --onlyvisible --name 家门口 >/dev/null || fail "no window"
    xdotool search --onlyvisible --name 家门口 windowfocus --sync windowsize 1366 768
    settle
    import -window root -crop 40x200+2+300 former.png
    type_in "$(cat word)"
    xdotool key Return
    until_true "the password opened nothing" sh -c \
        'import -window root -crop 40x200+2+300 now.png && ! cmp -s former.png now.png'
    settle
    press v 1 slash
    type_in nihao
    picture "typing-$name"
    press space ctrl+s
    picture "typed-$name"
    end $app
    [ "$(written)" -gt "$before" ] || fail "$name: no 你好 in the record of $door"
    echo "$name: 你好 is in the record"
    end $method
    end $bus
done
