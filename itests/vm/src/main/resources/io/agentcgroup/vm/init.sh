#!/bin/busybox sh
# First process of the guest, from the initramfs: brings up the disks, lays a writable overlay over the read-only root
# file system, and hands over to supervise in it.

bb=/bin/busybox

# What is said here goes to the kernel's console, which the host keeps in a file and shows when the guest dies.
fail() {
    echo "guest: $1"
    $bb sleep 1
    $bb poweroff -f
}

$bb mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t tmpfs -o mode=755 run /run

while read -r module; do
    $bb insmod "/modules/$module.ko" || echo "guest: module $module does not load"
done < /modules/order

. /guest/settings

# A driver may find its device some time after it was loaded.
await() {
    tries=100
    until [ -e $1 ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "this kernel finds no $1: it needs virtio_pci and $2, built in or as modules"
        $bb sleep 0.1
    done
}
await "$LAST_DISK" virtio_blk
await "/dev/vport*p4" virtio_console

$bb mount -t ext4 -o ro "$ROOT_DISK" /disk/root || fail "the root file system cannot be mounted: this kernel needs ext4"
$bb mount -t ext4 "$SCRATCH_DISK" /disk/scratch || fail "the scratch disk cannot be mounted"
$bb mkdir -p /disk/scratch/upper /disk/scratch/work
lower=/disk/root
if [ -n "$PAYLOAD_DISK" ]; then
    $bb mount -t ext4 -o ro "$PAYLOAD_DISK" /disk/payload || fail "what the host put into the guest cannot be mounted"
    lower=/disk/payload:/disk/root
fi
$bb mount -t overlay -o "lowerdir=$lower,upperdir=/disk/scratch/upper,workdir=/disk/scratch/work" root /root ||
    fail "this kernel needs overlayfs, built in or as a module"

$bb mkdir -p /run/guest
$bb cp /guest/* /run/guest/
for mount in dev proc sys run; do
    $bb mount -o move "/$mount" "/root/$mount"
done
exec $bb switch_root /root /run/guest/supervise
