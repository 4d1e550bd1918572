# What the commands share: how they speak, and where they keep what is not the product's. Sourced, never run.
# shellcheck shell=bash

# Whatever writes a cache writes it here, so that nothing outside the repository changes.
export XDG_CACHE_HOME="$PWD/.local/cache"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
# A crash is told in one line; the interactive backtrace waits for a terminal that is not there.
export SWIFT_BACKTRACE="${SWIFT_BACKTRACE:-enable=no}"

# The user as whom PostgreSQL runs has to get through, even where root makes folders for root only.
umask 022

say() { printf '==> %s\n' "$*"; }

fail() {
    printf 'wcc: %s\n' "$*" >&2
    exit 1
}

# SwiftPM leaves a folder behind for each manifest that it reads; here they can be swept up.
swiftpm() {
    local status=0
    mkdir -p .local/tmp
    TMPDIR="$PWD/.local/tmp" swift "$@" || status=$?
    find .local/tmp -maxdepth 1 -name 'TemporaryDirectory.*' -mmin +30 -exec rm -rf {} +
    return "$status"
}

# The first Python that can do what is needed, which may not be the first on the PATH.
python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        "$candidate" -c 'import ensurepip, sys, tomllib, venv' 2>/dev/null && command -v "$candidate" && return
    done
    return 1
}

# PostgreSQL's programs, of the newest version that will do; Debian keeps the server's off the PATH.
postgresql() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb || echo /)")"; do
        if [ ! -x "$folder/initdb" ] || [ ! -x "$folder/postgres" ]; then continue; fi
        [ "$("$folder/postgres" --version | sed 's/.* \([0-9]*\).*/\1/')" -ge 15 ] || continue
        echo "$folder" && return
    done
    return 1
}
