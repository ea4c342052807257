#!/usr/bin/env bash
# First process of a host, started by host.sh inside the new namespaces: host-boot.sh HOST HIERARCHIES.
# With --daemon: only starts libvirtd in a host that runs.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

start_daemon() {
    # One that was killed leaves its PID file; the number may have been given to another process meanwhile.
    if [ "$(cat "/proc/$(cat /run/libvirt/libvirtd.pid 2>/dev/null)/comm" 2>/dev/null)" != libvirtd ]; then
        # A dying QEMU closes its monitor shortly before it is gone. On a machine with few processors
        # libvirtd wakes up on the same one, pushes the dying process aside and looks too early; batch tasks do not push.
        chrt --batch 0 libvirtd --daemon --listen --pid-file /run/libvirt/libvirtd.pid
    fi
    until_true 60 virsh -c qemu:///system uri || fail "libvirtd does not answer"
}

if [ "$1" = --daemon ]; then start_daemon; exit; fi

host=$1; hierarchies=$2; dir=$(host_dir "$host")
hostname "$host"
mount -t sysfs sysfs /sys                        # shows this network namespace
if [ "$hierarchies" = v2 ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # A group with processes in it cannot hand controllers down, so the host's own processes live in one of their own.
    mkdir -p /sys/fs/cgroup/system; echo $$ >/sys/fs/cgroup/system/cgroup.procs
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control; done
else
    mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
    for controller in $hierarchies; do
        mkdir "/sys/fs/cgroup/$controller"; mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
    done
    # libvirt has seen a unified hierarchy in the list of mounts and fails vCPU changes when it is not there.
    mkdir /sys/fs/cgroup/unified; mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified 2>/dev/null || :
fi
mkdir -p /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /run/libvirt
mount --bind "$dir/etc" /etc/libvirt
for place in lib log cache; do mount --bind "$dir/$place" "/var/$place/libvirt"; done
mount --bind "$dir/run" /run/libvirt
[ -e /etc/machine-id ] || touch /etc/machine-id
mount --bind "$dir/machine-id" /etc/machine-id
touch "$dir/booted"
until_true 30 test -e "$dir/connected"
start_daemon
touch "$dir/ready"
# libvirt takes a dead process for a living one until its parent has collected it: 1 to 2 s late where PID 1 is slow.
exec python3 "$SCRIPTS/reap.py"
