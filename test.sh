#!/usr/bin/env bash
# Builds everything and runs every test. Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

usage() {
    cat <<'TEXT'
Usage: ./test.sh [--fast] [PROJECT ...]

  --fast     unit, property and functional tests only: nothing is installed, no root is needed
  PROJECT    only these test projects, such as Core or EndToEnd

As root on Debian or Ubuntu the packages that the tests on real parts need are installed first; without root
those tests are counted as skipped. Results: artifacts/tests/*.xml. Exit status: 0 when nothing failed.
TEXT
}
say() { printf '== %s\n' "$*"; }
fail() { printf 'test.sh: %s\n' "$*" >&2; printf '0 passed, 1 failed, 0 skipped\n'; exit 1; }

fast=; only=()
for argument in "$@"; do
    case $argument in
        --fast) fast=1;;
        -h|--help) usage; exit 0;;
        -*) usage >&2; exit 2;;
        *) only+=("$argument");;
    esac
done
command -v dotnet >/dev/null || fail "the .NET SDK is missing; install .NET 10 and run this again"

real=
if [ -z "$fast" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "packages for the tests on real hypervisors and databases"
    bash tests/testbed/install.sh || fail "the packages could not be installed (see above)"
    real=1
fi

say "build"
dotnet restore VirtAgents.sln --locked-mode -v quiet || fail "restore failed; after changing a package run 'dotnet restore --force-evaluate' and commit the lock files"
dotnet build VirtAgents.sln -c Release --no-restore -v quiet -nologo || fail "the build failed"
whole() { [ -z "$fast" ] && { [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" EndToEnd "* ]]; }; }
if whole; then
    say "publish the agent and virtctl as native binaries"
    command -v clang >/dev/null || command -v gcc >/dev/null || fail "the tests of the whole product need clang or gcc for the native programs; install one, or run ./test.sh --fast"
    linker=(); command -v clang >/dev/null || linker=(-p:CppCompilerAndLinker=gcc)
    for project in Agent Cli; do
        dotnet publish "src/VirtAgents.$project" -c Release -v quiet -nologo "${linker[@]}" || fail "publishing VirtAgents.$project failed"
    done
fi

passed=0; failed=0; skipped=0
count() { # FILE ATTRIBUTE: sum of an attribute over the assemblies of a result file
    grep -oE "<assembly [^>]*" "$1" | grep -oE " $2=\"[0-9]+\"" | grep -oE '[0-9]+' | paste -sd+ | { read -r sum && echo $((sum)) || echo 0; }
}
rm -rf artifacts/tests; mkdir -p artifacts/tests
for directory in tests/*.Tests; do
    project=$(basename "$directory"); short=${project#VirtAgents.}; short=${short%.Tests}
    [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $short "* ]] || continue
    [ "$short" != EndToEnd ] || whole || continue # they run the native programs
    filter=()
    [ -n "$real" ] || filter=(-trait- needs=libvirt -trait- needs=root -trait- needs=network -trait- needs=postgresql -trait- needs=influxdb -trait- needs=prometheus -trait- needs=node)
    say "$project"
    program=artifacts/bin/$project/release/$project; result=artifacts/tests/$project.xml
    timeout --kill-after=30 2400 "$program" -noColor -noLogo "${filter[@]}" -xml "$result" </dev/null
    status=$?
    if [ ! -s "$result" ]; then
        printf '%s ended with status %s and without results\n' "$project" "$status" >&2; failed=$((failed + 1)); continue
    fi
    passed=$((passed + $(count "$result" passed))); failed=$((failed + $(count "$result" failed) + $(count "$result" errors)))
    skipped=$((skipped + $(count "$result" skipped)))
    if [ -z "$real" ] && [ -z "$fast" ]; then
        left_out=$("$program" -list tests -noColor -trait needs=libvirt -trait needs=root -trait needs=network -trait needs=postgresql -trait needs=influxdb -trait needs=prometheus -trait needs=node | grep -c .)
        [ "$left_out" -eq 0 ] || say "$left_out tests of $project skipped: they need root on Debian or Ubuntu"
        skipped=$((skipped + left_out))
    fi
done
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
