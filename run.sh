#!/usr/bin/env bash
# ./run.sh                  build what is missing and run scenarios/sex_specific_twin.toml
# ./run.sh FILE [options]   the same for another scenario; options as of `tawara run --help`
set -euo pipefail
start=$PWD
cd "$(dirname "$0")"
source .ci/setup.sh
install_missing "${packages[@]}"
install_optional "${optional_packages[@]}"
build tawara tawara_plugins
root=$PWD
cd "$start"
if [ $# -eq 0 ]; then set -- "$root/scenarios/sex_specific_twin.toml"; fi
exec "$root/build/bin/tawara" run "$@"
