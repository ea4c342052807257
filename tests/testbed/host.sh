#!/usr/bin/env bash
# A "physical" host with its own libvirtd: namespaces for network, mounts, PIDs, name, IPC and cgroups on this machine.
#   host.sh up HOST [CPUS] [MEMORY_MIB]   CPUS may be a fraction; without a number the host has no limit
#   host.sh down HOST                     VMs are destroyed first, then everything is removed
#   host.sh crash HOST                    everything dies at once, as in a power cut; "up" brings the host back
#   host.sh daemon HOST start|stop|kill   libvirtd only; the VMs live on
#   host.sh inside HOST COMMAND...        runs a command in the host
#   host.sh cut HOST | heal HOST          takes the network cable out or puts it back
#   host.sh uri|pid|address HOST          prints what the name says; pid is nothing when the host is down
#   host.sh clear                         takes down every host and image server of this testbed
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

usage() { sed -n '3,10s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

write_configuration() { # HOST
    local dir; dir=$(host_dir "$1")
    # Distinct UUIDs: libvirt refuses to migrate to what looks like the same host.
    cat >"$dir/etc/libvirtd.conf" <<CONF
host_uuid = "$(cat "$dir/uuid")"
listen_tls = 0
listen_tcp = 1
auth_tcp = "none"
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0700"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
CONF
    cat >"$dir/etc/qemu.conf" <<CONF
user = "root"
group = "root"
security_driver = "none"
namespaces = []
stdio_handler = "file"
migration_host = "$(host_address "$1")"
migration_address = "$(host_address "$1")"
CONF
    tr -d - <"$dir/uuid" >"$dir/machine-id"
}

make_cgroups() { # HOST CPUS MEMORY_MIB: prints the v1 hierarchies, or "v2"
    local host=$1 cpus=$2 memory=$3 name=va-$TESTBED_TAG-$1 base=/sys/fs/cgroup controller quota made=()
    if [ "$(stat -fc %T $base)" = cgroup2fs ]; then
        mkdir -p "$base/$name"
        for controller in $(cat $base/cgroup.controllers); do echo "+$controller" >$base/cgroup.subtree_control 2>/dev/null || :; done
        [ -z "$cpus" ] || awk "BEGIN { printf \"%d 100000\", $cpus * 100000 }" >"$base/$name/cpu.max"
        [ -z "$memory" ] || echo $((memory << 20)) >"$base/$name/memory.max"
        echo v2; return
    fi
    for controller in $CONTROLLERS; do
        [ "$(stat -fc %T "$base/$controller" 2>/dev/null)" = cgroupfs ] || continue
        mkdir -p "$base/$controller/$name"; made+=("$controller")
    done
    # The unified hierarchy beside them counts CPU time, and libvirt prefers it: a group of its own keeps the groups of
    # VMs with the same name on other hosts, and of earlier runs, out of the sum.
    [ "$(stat -fc %T $base/unified 2>/dev/null)" != cgroup2fs ] || mkdir -p "$base/unified/$name"
    if [ -d "$base/cpuset/$name" ]; then
        cat $base/cpuset/cpuset.cpus >"$base/cpuset/$name/cpuset.cpus"
        cat $base/cpuset/cpuset.mems >"$base/cpuset/$name/cpuset.mems"
        echo 1 >"$base/cpuset/$name/cgroup.clone_children"
    fi
    if [ -d "$base/cpu/$name" ]; then
        quota=-1; [ -z "$cpus" ] || quota=$(awk "BEGIN { printf \"%d\", $cpus * 100000 }")
        echo "$quota" >"$base/cpu/$name/cpu.cfs_quota_us"
    fi
    if [ -d "$base/memory/$name" ]; then
        if [ -n "$memory" ]; then echo $((memory << 20)); else echo -1; fi >"$base/memory/$name/memory.limit_in_bytes"
    fi
    echo "${made[*]}"
}

remove_cgroups() { # HOST
    local base
    for base in /sys/fs/cgroup/*/"va-$TESTBED_TAG-$1" /sys/fs/cgroup/"va-$TESTBED_TAG-$1"; do
        [ ! -d "$base" ] || until_true 2 find "$base" -depth -type d -exec rmdir {} + || :
    done
}

enter_namespaces() { # HOST HIERARCHIES: does not return
    local group
    for group in /sys/fs/cgroup/*/"va-$TESTBED_TAG-$1" /sys/fs/cgroup/"va-$TESTBED_TAG-$1"; do
        [ ! -d "$group" ] || echo $BASHPID >"$group/cgroup.procs"
    done
    # The cgroup namespace is rooted where its maker is, so the group was joined first.
    exec setsid unshare --net --mount --pid --uts --ipc --cgroup --fork --mount-proc --propagation private \
        "$SCRIPTS/host-boot.sh" "$1" "$2"
}

# A bridge without an address of its own takes the lowest one of its ports. That of a VM's tap is the same on every host, so
# two hosts of a migration would have the same address while it lasts, if their links happen to have high ones.
bridge_mac() { printf '02:00:00:76:61:%02x' "$1"; } # NUMBER

# Hosts come up and go down side by side: the first one makes the bridge, and the last one takes it away.
with_lock() { ( flock 9; "$@" ) 9>"$TESTBED_ROOT/numbers"; } # COMMAND...

plug_in() { # HOST PID
    local link=v$TESTBED_TAG$1
    if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
        ip link add "$BRIDGE" address "$(bridge_mac 0)" type bridge
        ip address add "$TESTBED_NET.1/24" dev "$BRIDGE"; ip link set "$BRIDGE" up
    fi
    ip link delete "$link" 2>/dev/null || :
    ip link add "$link" type veth peer name eth0 netns "$2"
    ip link set "$link" master "$BRIDGE" up
}

remove_idle_bridge() {
    [ -n "$(ls "/sys/class/net/$BRIDGE/brif" 2>/dev/null)" ] || ip link delete "$BRIDGE" 2>/dev/null || :
}

connect_network() { # HOST PID
    with_lock plug_in "$1" "$2"
    nsenter -t "$2" -n sh -ec "
        ip link set lo up; ip link add br0 address $(bridge_mac "$(host_number "$1")") type bridge
        ip link set eth0 master br0 up
        ip address add $(host_address "$1")/24 dev br0
        ip address add $(host_link_address "$1")/16 dev br0
        ip link set br0 up"
}

take_number() { # DIRECTORY of the host
    local number=1
    while grep -qsx $number "$TESTBED_ROOT"/hosts/*/number; do number=$((number + 1)); done
    [ -s "$1/number" ] || echo $number >"$1/number"
}

up() { # HOST [CPUS] [MEMORY_MIB]
    local host=$1 dir hierarchies starter pid
    check_host_name "$host"
    if [ -n "$(host_pid "$host")" ]; then echo "host $host is up already"; return; fi
    command -v libvirtd >/dev/null || fail "libvirtd is missing; run $SCRIPTS/install.sh"
    dir=$(host_dir "$host")
    mkdir -p "$dir"/{etc,lib,log,cache,run} "$SHARED"
    rm -rf "${dir:?}"/run/* "$dir"/{pid,namespace,booted,connected,ready}
    with_lock take_number "$dir"
    [ -s "$dir/uuid" ] || cat /proc/sys/kernel/random/uuid >"$dir/uuid"
    write_configuration "$host"
    hierarchies=$(make_cgroups "$host" "${2:-}" "${3:-}")
    # Not one of our descriptors may stay open in the host: a caller that reads our output would wait for ever.
    ( enter_namespaces "$host" "$hierarchies" ) </dev/null >"$dir/log/boot.log" 2>&1 9>&- &
    starter=$!
    until_true 30 test -e "$dir/booted" || fail "host $host did not start: $(tail -3 "$dir/log/boot.log")"
    pid=$(tr -d ' ' <"/proc/$starter/task/$starter/children")
    readlink "/proc/$pid/ns/mnt" >"$dir/namespace"; echo "$pid" >"$dir/pid"
    connect_network "$host" "$pid"
    touch "$dir/connected"
    until_true 60 test -e "$dir/ready" || fail "libvirtd of host $host does not answer: $(tail -3 "$dir/log/boot.log")"
    # So far its daemon has answered inside the host only; others are to reach it too.
    until_true 60 virsh -q -c "$(host_tcp_uri "$host")" version || fail "libvirtd of host $host is not reached over the network"
    echo "host $host is up: $(host_uri "$host"), $(host_tcp_uri "$host")"
}

crash() { # HOST
    local pid; check_host_name "$1"
    pid=$(host_pid "$1")
    if [ -n "$pid" ]; then
        kill -KILL "$pid"                        # the end of its first process ends a PID namespace
        until_true 30 test ! -e "/proc/$pid" || fail "host $1 does not die"
    fi
    ip link delete "v$TESTBED_TAG$1" 2>/dev/null || :
    rm -f "$(host_dir "$1")"/{pid,namespace,booted,connected,ready}
}

down() { # HOST
    crash "$1"                                   # the end of the namespace ends the VMs too, whatever state they are in
    remove_cgroups "$1"
    rm -rf "$(host_dir "$1")"
    with_lock remove_idle_bridge
}

clear_all() {
    local dir server
    for server in "$TESTBED_ROOT"/storage/*.pid; do
        [ ! -e "$server" ] || "$SCRIPTS/storage.sh" stop "$(basename "$server" .pid)"
    done
    for dir in "$TESTBED_ROOT"/hosts/*/; do [ ! -d "$dir" ] || down "$(basename "$dir")"; done
    rm -rf "${TESTBED_ROOT:?}"/{hosts,storage,numbers} "$SHARED"
}

daemon() { # HOST start|stop|kill
    local pid
    case ${2:-} in
        start) inside "$1" "$SCRIPTS/host-boot.sh" --daemon;;
        stop|kill)
            pid=$(inside "$1" cat /run/libvirt/libvirtd.pid 2>/dev/null) || return 0
            if [ "$2" = kill ]; then inside "$1" kill -KILL "$pid" 2>/dev/null || :
            else inside "$1" kill -TERM "$pid" 2>/dev/null || :; fi
            until_true 30 inside "$1" sh -c "! kill -0 $pid" || fail "libvirtd of host $1 does not end";;
        *) usage;;
    esac
}

action=${1:-}; shift || usage
case $action in
    up|down|crash) [ $# -ge 1 ] || usage; "$action" "$@";;
    daemon) [ $# -eq 2 ] || usage; daemon "$@";;
    inside) [ $# -ge 2 ] || usage; inside "$@";;
    cut) ip link set "v$TESTBED_TAG${1:?}" down;;
    heal) ip link set "v$TESTBED_TAG${1:?}" up;;
    uri|pid|address) [ $# -eq 1 ] || usage; "host_$action" "$1"; echo;;
    clear) clear_all;;
    *) usage;;
esac
