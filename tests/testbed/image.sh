#!/usr/bin/env bash
# Makes the kernel and the initrd of the test VMs. Does nothing when they are there and as new as guest/init.
# The kernel is Debian's for clouds, taken out of its package; nothing is installed.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
kernel=$TESTBED_IMAGES/vmlinux; initrd=$TESTBED_IMAGES/initrd; unpacked=$TESTBED_IMAGES/package
mkdir -p "$TESTBED_IMAGES"
exec 9>"$TESTBED_IMAGES/lock"; flock 9
if [ -s "$kernel" ] && [ "$initrd" -nt "$SCRIPTS/guest/init" ] && [ "$initrd" -nt "$SCRIPTS/image.sh" ]; then exit 0; fi

fetch_package() {
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
    if [ -z "$package" ]; then
        apt-get -q update >/dev/null
        package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
    fi
    [ -n "$package" ] || fail "apt has no linux-image-cloud-amd64: the test VMs need the kernel of Debian on amd64"
    rm -rf "$unpacked" "$unpacked.new"; mkdir "$unpacked.new"
    (cd "$unpacked.new" && apt-get -q download "$package" >/dev/null && dpkg -x ./*.deb . && rm ./*.deb) \
        || fail "the package $package could not be fetched"
    mv "$unpacked.new" "$unpacked"
}

# The kernel file unpacks itself at boot, which takes half of the boot when every instruction is emulated. Unpacked
# beforehand it can be entered directly (PVH). lz4 complains about what follows the packed part: the ELF magic decides.
unpack_kernel() {
    python3 - "$unpacked"/boot/vmlinuz-* <<'PY' | lz4 -dc >"$kernel.new" 2>/dev/null || true
import pathlib, sys
image = pathlib.Path(sys.argv[1]).read_bytes()
lz4_legacy_magic = bytes.fromhex("02214c18")
sys.stdout.buffer.write(image[image.index(lz4_legacy_magic):])
PY
    [ "$(head -c 4 "$kernel.new" | od -An -tx1 | tr -d ' \n')" = 7f454c46 ] || fail "the kernel in $unpacked could not be unpacked"
    mv "$kernel.new" "$kernel"
}

make_initrd() {
    local tree module file
    tree=$(mktemp -d); trap 'rm -rf "$tree"' RETURN
    mkdir -p "$tree"/{bin,dev,proc,run,sys,modules,memory}
    cp /bin/busybox "$tree/bin/busybox"
    install -m 755 "$SCRIPTS/guest/init" "$tree/init"
    # Each module comes after those it needs.
    for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover \
                  net_failover virtio_net virtio_balloon virtio_console pvpanic pvpanic-mmio button evdev; do
        file=$(find "$unpacked/lib/modules" -name "$module.ko" -print -quit)
        [ -n "$file" ] || fail "the kernel in $unpacked has no module $module"
        cp "$file" "$tree/modules/"; echo "$module" >>"$tree/modules/order"
    done
    (cd "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null | gzip -9) >"$initrd.new"
    mv "$initrd.new" "$initrd"
}

[ -d "$unpacked/lib/modules" ] || fetch_package
[ -s "$kernel" ] || unpack_kernel
make_initrd
