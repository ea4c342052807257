#!/usr/bin/env bash
# Installs what the tests on real hypervisors and databases need on Debian or Ubuntu. Starts no service. Does nothing when all is there.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "install.sh: root is needed" >&2; exit 1; }
wanted=(libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils busybox-static lz4 iproute2 python3 postgresql influxdb victoria-metrics prometheus)
# The type check of dashboards takes any Node.js, also one that is not a package.
command -v node >/dev/null && command -v npm >/dev/null || wanted+=(nodejs npm)

# libvirt's QEMU driver does not start without its user, which only the package with the system's own daemon makes.
if ! getent passwd libvirt-qemu >/dev/null; then
    getent group kvm >/dev/null || groupadd --system kvm
    getent group libvirt-qemu >/dev/null || groupadd --system libvirt-qemu
    useradd --system --gid kvm --groups libvirt-qemu --home-dir /var/lib/libvirt --shell /usr/sbin/nologin libvirt-qemu
fi

missing=()
for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then echo "testbed: nothing to install"; exit 0; fi

# A container or build machine must not start the system's own libvirtd: the testbed brings its own.
guard=/usr/sbin/policy-rc.d
if [ ! -e $guard ]; then
    trap 'rm -f $guard' EXIT
    printf '#!/bin/sh\nexit 101\n' >$guard; chmod +x $guard
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
