# Shared by the scripts of this folder.
say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'alo: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

# need_package COMMAND PACKAGE: install PACKAGE where COMMAND is missing; with neither root nor sudo, say what to do.
need_package() {
    command -v "$1" >/dev/null && return
    say "Installing $2"
    as_root sh -c "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $2" >/dev/null ||
        fail "$1 is missing. Install it and try again: sudo apt-get install $2"
}
