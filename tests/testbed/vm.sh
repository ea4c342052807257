#!/usr/bin/env bash
# The VMs of a host.
#   vm.sh up HOST VM [NAME=VALUE...]      defines and starts a VM; see the list of names below
#   vm.sh define HOST VM [NAME=VALUE...]  defines it only
#   vm.sh order HOST VM "cpu 50"          gives its init an order and prints the answer (waits while it boots)
#   vm.sh pid HOST VM                     PID of its QEMU, seen from outside the host
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

# memory  MiB (96; 64 is too little to boot)          vcpus, max_vcpus  (1, the same; more needs a larger QEMU)
# load    words for the guest's command line, such as "va.cpu=50 va.disk=256"
# disk    path of its image (SHARED/VM.qcow2)         disk_mib  size of a new image (64)
# format  of the image (qcow2)                        error_policy  stop | report | ignore | enospace (stop)
# on_crash  destroy | restart | preserve (destroy)    tenant  put into the metadata
# panic     isa, or none: a guest that panics only stands still then (isa)
# disk_xml  a whole <disk> element instead            system  linux, or halted: 16 MiB and no CPU, to have many (linux)
declare -A set=([system]=linux [vcpus]=1 [disk_mib]=64 [error_policy]=stop [on_crash]=destroy [panic]=isa)

usage() { sed -n '3,6s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

read_settings() { # VM NAME=VALUE...
    local vm=$1 pair; shift
    for pair in "$@"; do
        case ${pair%%=*} in
            system|memory|vcpus|max_vcpus|load|disk|disk_mib|format|error_policy|on_crash|panic|tenant|disk_xml) set[${pair%%=*}]=${pair#*=};;
            *) fail "unknown setting '$pair'";;
        esac
    done
    case ${set[system]} in
        linux) : "${set[memory]:=96}" "${set[format]:=qcow2}";;
        halted) : "${set[memory]:=16}" "${set[format]:=raw}";;
        *) fail "system is '${set[system]}', but must be linux or halted";;
    esac
    : "${set[max_vcpus]:=${set[vcpus]}}" "${set[disk]:=$SHARED/$vm.${set[format]}}"
}

# The same VM has the same UUID, MAC and address on every host and in every run.
vm_uuid() { printf 'virtagents test VM %s' "$1" | md5sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }
vm_number() { printf %s "$1" | cksum | cut -d' ' -f1; }
vm_mac() { local n; n=$(vm_number "$1"); printf '52:54:00:%02x:%02x:%02x' $((n >> 16 & 255)) $((n >> 8 & 255)) $((n & 255)); }
vm_address() { local n; n=$(vm_number "$1"); printf '169.254.%d.%d' $((n / 250 % 250 + 2)) $((n % 250 + 2)); }

metadata() {
    [ -z "${set[tenant]:-}" ] || printf '%s' \
        "<metadata><virtagents:tenant xmlns:virtagents='https://virtagents.dev/xmlns/1'>${set[tenant]}</virtagents:tenant></metadata>"
}

# A small translation cache saves memory, but QEMU 7.2 aborts on a vCPU hotplug once it is full.
features() { if [ "${set[max_vcpus]}" = "${set[vcpus]}" ]; then printf '%s' "<tcg><tb-cache unit='MiB'>32</tb-cache></tcg>"; fi; }

disk() {
    if [ -n "${set[disk_xml]:-}" ]; then printf '%s' "${set[disk_xml]}"; return; fi
    # Past the host's cache, so that a VM can migrate; a tmpfs cannot do that.
    local cache=none
    [ "$(stat -fc %T "$(dirname "${set[disk]}")" 2>/dev/null)" != tmpfs ] || cache=writeback
    printf '%s' "<disk type='file' device='disk'><driver name='qemu' type='${set[format]}' cache='$cache' error_policy='${set[error_policy]}'/>" \
        "<source file='${set[disk]}'/><target dev='vda' bus='virtio'/></disk>"
}

panic_device() { if [ "${set[panic]}" != none ]; then printf '%s' "<panic model='${set[panic]}'/>"; fi; }

boot() { # HOST VM
    local command_line
    if [ "${set[system]}" = halted ]; then printf '%s' "<boot dev='hd'/>"; return; fi
    command_line="console=ttyS0 quiet mitigations=off nokaslr audit=0 lsm=capability tsc=reliable no_timer_check 8250.nr_uarts=1 panic=0"
    printf '%s' "<kernel>$TESTBED_IMAGES/vmlinux</kernel><initrd>$TESTBED_IMAGES/initrd</initrd>" \
        "<cmdline>$command_line va.address=$(vm_address "$2")/16 va.peer=$(host_link_address "$1") ${set[load]:-}</cmdline>"
}

definition() { # HOST VM
    cat <<XML
<domain type='qemu'>
  <name>$2</name><uuid>$(vm_uuid "$2")</uuid>$(metadata)
  <memory unit='MiB'>${set[memory]}</memory>
  <vcpu current='${set[vcpus]}'>${set[max_vcpus]}</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type>$(boot "$1" "$2")</os>
  <features><acpi/>$(features)</features>
  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>${set[on_crash]}</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    $(disk)
    <interface type='bridge'><mac address='$(vm_mac "$2")'/><source bridge='br0'/><target dev='t$2'/><model type='virtio'/></interface>
    <serial type='file'><source path='/var/log/libvirt/$2.console'/></serial>
    <channel type='unix'><target type='virtio' name='org.virtagents.control'/></channel>
    <memballoon model='virtio'><stats period='2'/></memballoon>
    $(panic_device)<controller type='usb' model='none'/>
  </devices>
</domain>
XML
}

define() { # HOST VM NAME=VALUE...
    local host=$1 vm=$2 file; shift 2
    check_host_name "$host"; check_vm_name "$vm"
    [ -n "$(host_pid "$host")" ] || fail "host $host is down"
    read_settings "$vm" "$@"
    "$SCRIPTS/image.sh"
    mkdir -p "$SHARED"
    if [ -z "${set[disk_xml]:-}" ] && ! inside "$host" test -e "${set[disk]}"; then
        inside "$host" qemu-img create -q -f "${set[format]}" "${set[disk]}" "${set[disk_mib]}M"
    fi
    # A boot sector that switches interrupts off and halts: cli; hlt; jmp back.
    [ "${set[system]}" != halted ] || printf '\372\364\353\374%506s\125\252' '' | dd of="${set[disk]}" conv=notrunc status=none
    file=$(host_dir "$host")/$vm.xml
    definition "$host" "$vm" >"$file"
    virsh -q -c "$(host_uri "$host")" define "$file" >/dev/null
}

order() { # HOST VM ORDER
    local pid; pid=$(host_pid "$1"); [ -n "$pid" ] || fail "host $1 is down"
    python3 "$SCRIPTS/order.py" "/proc/$pid/root/var/lib/libvirt/qemu/channel/target" "$2" "$3"
}

pid() { # HOST VM: the host's own number is the last of NSpid
    local inner status; inner=$(inside "$1" cat "/run/libvirt/qemu/$2.pid" 2>/dev/null) || fail "VM $2 does not run on host $1"
    for status in /proc/[0-9]*/status; do
        if grep -qsE "^NSpid:.*[[:space:]]$inner\$" "$status" \
            && [ "$(readlink "${status%/status}/ns/mnt")" = "$(cat "$(host_dir "$1")/namespace")" ]; then
            basename "${status%/status}"; return
        fi
    done
    fail "VM $2 has no process on host $1"
}

action=${1:-}; shift || usage
case $action in
    up) [ $# -ge 2 ] || usage; define "$@"; virsh -q -c "$(host_uri "$1")" start "$2"; echo "VM $2 started on host $1";;
    define) [ $# -ge 2 ] || usage; define "$@";;
    order) [ $# -eq 3 ] || usage; order "$@";;
    pid) [ $# -eq 2 ] || usage; pid "$@";;
    *) usage;;
esac
