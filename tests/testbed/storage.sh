#!/usr/bin/env bash
# Places for images that can be made to fail.
#   storage.sh small HOST NAME MIB   a tmpfs of that size in the host; prints its path
#   storage.sh grow HOST NAME MIB    changes the size of such a tmpfs
#   storage.sh serve NAME MIB        a raw image behind a network block device server; prints the server's socket
#   storage.sh faulty NAME MIB SECTOR   the same, but writes to that sector fail with an I/O error
#   storage.sh stop NAME             kills such a server
#   storage.sh hang NAME | wake NAME   makes such a server answer nothing for a while
#   storage.sh disk NAME             the <disk> element of such a server, for vm.sh disk_xml=...
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

usage() { sed -n '3,9s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

place() { printf '%s/%s' "$TESTBED_ROOT/storage" "$1"; }

small() { # HOST NAME MIB
    inside "$1" sh -ec 'mkdir -p "$1"; mount -t tmpfs -o "size=$2m" tmpfs "$1"' small "$(place "$2")" "$3"
    place "$2"; echo
}

serve() { # NAME MIB [SECTOR]
    local at image source; at=$(place "$1"); image=$SHARED/$1.raw
    mkdir -p "$SHARED" "$(dirname "$at")"
    [ -e "$image" ] || qemu-img create -q -f raw "$image" "$2M"
    source=driver=raw,file.driver=file,file.filename=$image
    if [ $# -eq 3 ]; then
        printf '[inject-error]\nevent = "pwritev"\nerrno = "5"\nonce = "off"\nsector = "%d"\n' "$3" >"$at.faults"
        source=driver=raw,file.driver=blkdebug,file.config=$at.faults,file.image.driver=file,file.image.filename=$image
    fi
    qemu-nbd --image-opts "$source" -k "$at.socket" -x "$1" --persistent -e 8 --fork --pid-file="$at.pid"
    echo "$at.socket"
}

stop() { # NAME
    local at; at=$(place "$1")
    [ ! -s "$at.pid" ] || kill -KILL "$(cat "$at.pid")" 2>/dev/null || :
    rm -f "$at.pid" "$at.socket"
}

hang() { kill -STOP "$(cat "$(place "$1").pid")"; }

wake() { kill -CONT "$(cat "$(place "$1").pid")"; }

disk() { # NAME
    printf '%s\n' "<disk type='network' device='disk'><driver name='qemu' type='raw' error_policy='stop'/><source protocol='nbd' name='$1'><host transport='unix' socket='$(place "$1").socket'/></source><target dev='vda' bus='virtio'/></disk>"
}

action=${1:-}; shift || usage
case $action in
    small) [ $# -eq 3 ] || usage; small "$@";;
    grow) [ $# -eq 3 ] || usage; inside "$1" mount -o "remount,size=$3m" "$(place "$2")";;
    serve) [ $# -eq 2 ] || usage; serve "$@";;
    faulty) [ $# -eq 3 ] || usage; serve "$@";;
    stop|hang|wake|disk) [ $# -eq 1 ] || usage; "$action" "$1";;
    *) usage;;
esac
