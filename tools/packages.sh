#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs the distribution packages of the groups named that are not there
# yet; with nothing missing it is done in a few milliseconds.
#
#     tools/packages.sh build test
#
# The list, and what its columns mean: packaging/debian-packages.
set -u
cd "$(dirname "$0")/.." || exit 1

wanted=()
while read -r group package command; do
    [[ " $* " == *" $group "* ]] || continue
    [ -n "$command" ] && command -v "$command" >/dev/null && continue
    wanted+=("$package")
done < <(sed 's/#.*//' packaging/debian-packages)
[ ${#wanted[@]} -gt 0 ] || exit 0

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: install the like of: ${wanted[*]}" >&2
    exit 0
fi
have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" \
    2>/dev/null | sed -n 's/ installed$//p')
missing=$(printf '%s\n' "${wanted[@]}" | sort -u |
    grep -vxF -e "${have:-(none)}")
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086  # one word for each package
set -- $missing

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Missing packages, and no sudo to install them. As root:" >&2
        echo "  apt-get install $*" >&2
        exit 1
    fi
    as_root=(sudo)
fi
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
echo "Installing with apt-get: $*"
# Old lists may still do: only the installation must succeed.
"${apt[@]}" -o DPkg::Lock::Timeout=120 update ||
    echo "apt-get update failed; trying with the lists there are" >&2
"${apt[@]}" -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"
