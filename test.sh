#!/usr/bin/env bash
# ./test.sh [ctest options]   build what is missing and run all tests
set -euo pipefail
cd "$(dirname "$0")"
source .ci/setup.sh
install_missing "${packages[@]}" "${test_packages[@]}"
install_optional "${optional_packages[@]}"
build all
exec ctest --test-dir build --output-on-failure -j "$(nproc)" "$@"
