# Settings and small functions of all testbed scripts; sourced by them.
#
#   TESTBED_ROOT    everything one testbed writes (default /var/tmp/va-testbed)
#   TESTBED_IMAGES  kernel and initrd of the test VMs, shared by all testbeds (default /var/tmp/va-testbed-images)
#   TESTBED_TAG     1 to 4 letters or digits that tell its bridge, veths and cgroups from those of another testbed (default tb)
#   TESTBED_NET     first three octets of its network (default 10.99.0); hosts are .11, .12, ...
#
# Two testbeds can run side by side when all of ROOT, TAG and NET differ.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TESTBED_ROOT=${TESTBED_ROOT:-/var/tmp/va-testbed}
TESTBED_IMAGES=${TESTBED_IMAGES:-/var/tmp/va-testbed-images}
TESTBED_TAG=${TESTBED_TAG:-tb}
TESTBED_NET=${TESTBED_NET:-10.99.0}
export TESTBED_ROOT TESTBED_IMAGES TESTBED_TAG TESTBED_NET

BRIDGE=va-$TESTBED_TAG
SHARED=$TESTBED_ROOT/shared
CONTROLLERS="cpu cpuacct cpuset memory blkio devices freezer pids"

fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "root is needed: the testbed makes network, mount and PID namespaces"
[[ $TESTBED_TAG =~ ^[a-z0-9]{1,4}$ ]] || fail "TESTBED_TAG is '$TESTBED_TAG', but must be 1 to 4 of a-z and 0-9"
[[ $TESTBED_NET =~ ^[0-9]{1,3}(\.[0-9]{1,3}){2}$ ]] || fail "TESTBED_NET is '$TESTBED_NET', but must be three octets such as 10.99.0"

# A host is named like this: interface names have room for 15 characters, of which the tag and a "v" take 5.
check_host_name() { [[ $1 =~ ^[a-z][a-z0-9]{0,8}$ ]] || fail "host name '$1' must be 1 to 9 of a-z and 0-9, a letter first"; }
check_vm_name() { [[ $1 =~ ^[a-z][a-z0-9]{0,12}$ ]] || fail "VM name '$1' must be 1 to 13 of a-z and 0-9, a letter first"; }

host_dir() { printf '%s/hosts/%s' "$TESTBED_ROOT" "$1"; }
host_uri() { printf 'qemu+unix:///system?socket=%s/run/libvirt-sock' "$(host_dir "$1")"; }
host_number() { cat "$(host_dir "$1")/number"; }
host_address() { printf '%s.%d' "$TESTBED_NET" $((10 + $(host_number "$1"))); }
host_tcp_uri() { printf 'qemu+tcp://%s/system' "$(host_address "$1")"; }
# Where VMs find their host on the link they share, whichever host they run on.
host_link_address() { printf '169.254.1.%d' "$(host_number "$1")"; }

# PID of the first process of a host, seen from here; nothing when the host is down. The mount namespace that was noted
# at its start tells it from a later process with the same PID.
host_pid() {
    local dir pid
    dir=$(host_dir "$1")
    pid=$(cat "$dir/pid" 2>/dev/null) || return 0
    if [ "$(readlink "/proc/$pid/ns/mnt" 2>/dev/null)" = "$(cat "$dir/namespace" 2>/dev/null)" ]; then printf '%s' "$pid"; fi
}

# Runs a command inside a host: its network, mounts, processes, name and limits.
inside() {
    local pid host=$1; shift
    pid=$(host_pid "$host"); [ -n "$pid" ] || fail "host $host is down"
    nsenter -t "$pid" -m -n -p -u -i -C -- sh -c '
        for list in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
            [ ! -e "$list" ] || echo $$ >"$list" 2>/dev/null || :
        done
        exec "$@"' inside "$@"
}

# Waits until a command succeeds: until_true SECONDS COMMAND...
until_true() {
    local tries=$(( $1 * 20 )); shift
    while [ "$tries" -gt 0 ]; do
        ! "$@" >/dev/null 2>&1 || return 0
        tries=$((tries - 1)); sleep 0.05
    done
    return 1
}
