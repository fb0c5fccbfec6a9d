# Sourced by run.sh and test.sh: installs what is missing, configures and builds. Says what it does, keeps quiet about
# what is already there.

packages=(
  g++ cmake ninja-build
  libboost-dev libboost-program-options-dev libeigen3-dev libsundials-dev libgmsh-dev libcgal-dev
  libtomlplusplus-dev libspdlog-dev libfmt-dev nlohmann-json3-dev doctest-dev
  libhwy-dev libhdf5-dev librandom123-dev libtbb-dev libxxhash-dev libbiosig-dev libmd4c-dev
)
# Half a gigabyte, for training networks (learner.mlp) only: where they cannot be had, everything else is built.
optional_packages=(libtorch-dev libopenblas0-pthread)
# What some tests need and nothing else does: plugins by another compiler and fuzzers; runs on several processes.
test_packages=(clang libclang-rt-14-dev libopenmpi-dev openmpi-bin)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# install_missing PACKAGE...
install_missing() {
  command -v dpkg-query >/dev/null || fail "this script installs Debian packages; elsewhere install by hand: $*"
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo; install by hand: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
       >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install the packages above (whole log: $log)"
  fi
  rm -f "$log"
}

# Before the first configuration only, which decides what is built.
install_optional() {
  [ -f build/build.ninja ] || (install_missing "$@") || echo "Going on without $*; tawara doctor says what is left out" >&2
}

# build TARGET...: configure when needed, then build; the log is shown only when something fails.
build() {
  local log=build/build.log
  mkdir -p build
  if [ ! -f build/build.ninja ]; then
    echo "Configuring"
    cmake --preset release >"$log" 2>&1 || { tail -n 40 "$log" >&2; fail "configuring failed (whole log: $log)"; }
  fi
  if ! ninja -C build -n "$@" 2>/dev/null | grep -q "no work to do"; then
    echo "Building (a few minutes the first time)"
    ninja -C build "$@" >"$log" 2>&1 || { grep -A 15 -m 3 -E "error|FAILED" "$log" >&2; fail "building failed (whole log: $log)"; }
  fi
}

# Readers built with clang's libFuzzer and sanitizers, and searched for a minute. The log is shown when something is found.
fuzz() {
  local log=build/fuzz.log
  mkdir -p build
  echo "Fuzzing"
  { cmake --preset fuzz && cmake --build --preset fuzz && ctest --test-dir build/fuzz -j "$(nproc)" --output-on-failure; } \
    >"$log" 2>&1 || { tail -n 60 "$log" >&2; fail "fuzzing failed (whole log: $log)"; }
  grep "tests passed" "$log"
}
