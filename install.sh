#!/bin/sh
# Makes .venv and puts the pinned packages of one requirements file into it, hashes checked.
# `make` calls it: sh install.sh requirements.txt
set -u
pins=$1

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ ! -x .venv/bin/python ] || ! new_enough .venv/bin/python; then
    found=
    for name in ${PYTHON_BIN:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$name"; then found=$name; break; fi
    done
    if [ -z "$found" ]; then
        echo "Fingerpost needs Python 3.11 or newer, and none was found. Install it, or name it: PYTHON_BIN=/path/to/python make run" >&2
        exit 1
    fi
    echo "Making .venv with $("$found" --version)"
    if ! { command -v uv >/dev/null 2>&1 && uv venv --quiet --clear --python "$found" .venv; }; then
        if ! "$found" -m venv --clear .venv; then
            rm -rf .venv
            echo "$found could not make .venv. On Debian and Ubuntu: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
fi

echo "Installing what $pins pins"
# The file names everything, so nothing is resolved (--no-deps): pip would otherwise look at releases newer than the pins.
# The machine's own certificates count for uv too, as they do for pip.
if command -v uv >/dev/null 2>&1; then
    UV_SYSTEM_CERTS=1 uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes -r "$pins" 2>.venv/uv.log &&
        exit 0
    echo "uv could not do it (.venv/uv.log says why): now with pip"
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null || exit 1
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$pins" || {
    echo "The packages could not be installed: see the message above. Nothing was started." >&2
    exit 1
}
