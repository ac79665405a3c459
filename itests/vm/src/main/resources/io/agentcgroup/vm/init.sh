#!/bin/busybox sh
# First process of the guest, from the initramfs: brings up the disks, lays a writable overlay over the read-only root
# file system, mounts what a running system has, and hands over to supervise in it. All by busybox, whose static program
# starts in a third of the time that the root file system's programs take.

bb=/bin/busybox

# What is said here goes to the kernel's console, which the host keeps in a file and shows when the guest dies.
fail() {
    echo "guest: $1"
    $bb sleep 1
    $bb poweroff -f
}

# Sets up the root file system's disks at /root.
mount_root() {
    $bb mount -t ext4 -o ro "$ROOT_DISK" /disk/root || fail "the root file system cannot be mounted: this kernel needs ext4"
    # Nobody will ever read the inode tables that a kernel thread would otherwise be clearing meanwhile.
    $bb mount -t ext4 -o noinit_itable "$SCRATCH_DISK" /disk/scratch || fail "the scratch disk cannot be mounted"
    $bb mkdir /disk/scratch/upper /disk/scratch/work
    lower=/disk/root
    if [ -n "$PAYLOAD_DISK" ]; then
        $bb mount -t ext4 -o ro "$PAYLOAD_DISK" /disk/payload || fail "what the host put into the guest cannot be mounted"
        lower=/disk/payload:/disk/root
    fi
    $bb mount -t overlay -o "lowerdir=$lower,upperdir=/disk/scratch/upper,workdir=/disk/scratch/work" root /root ||
        fail "this kernel needs overlayfs, built in or as a module"
}

mount_system() {
    $bb mkdir /dev/pts /dev/shm
    $bb mount -t devpts -o mode=620,ptmxmode=666,gid=5 devpts /dev/pts
    $bb mount -t tmpfs -o mode=1777 shm /dev/shm
    $bb mount -t tmpfs -o mode=1777 tmp /root/tmp
    $bb ln -s /proc/self/fd /dev/fd
    $bb ln -s fd/0 /dev/stdin
    $bb ln -s fd/1 /dev/stdout
    $bb ln -s fd/2 /dev/stderr
    # As systemd mounts it on a real host, but for favordynmods: without it moving a process waits 15 ms for a lock.
    $bb mount -t cgroup2 -o nsdelegate,memory_recursiveprot,favordynmods cgroup2 /sys/fs/cgroup ||
        $bb mount -t cgroup2 cgroup2 /sys/fs/cgroup || fail "this kernel has no cgroup v2"
    # Not every kernel that is worth testing has these.
    $bb mount -t bpf -o mode=700 bpf /sys/fs/bpf
    $bb mount -t tracefs tracefs /sys/kernel/tracing
    $bb mount -t debugfs debugfs /sys/kernel/debug
}

set_up_system() {
    echo guest > /proc/sys/kernel/hostname
    $bb ip link set lo up
    $bb mkdir -p /root/results /root/home/agent
    $bb chmod 1777 /root/results
    $bb chown 1000:1000 /root/home/agent
    if [ -n "$SWAP_BYTES" ]; then
        echo "$SWAP_BYTES" > /sys/block/zram0/disksize && $bb mkswap /dev/zram0 > /dev/null && $bb swapon /dev/zram0 ||
            fail "no swap: this kernel has no zram"
    fi
}

# Has systemd, as the first process, run supervise as a service of the last target.
prepare_systemd() {
    # Given, so that this is not the first boot of a new machine, which would be asked questions.
    echo 0123456789abcdef0123456789abcdef > /root/etc/machine-id
    $bb mkdir -p /run/systemd/system/multi-user.target.wants
    $bb cat > /run/systemd/system/guest.service <<-'UNIT'
	[Unit]
	Description=What the host wants to have run
	After=systemd-tmpfiles-setup.service

	[Service]
	ExecStart=/bin/bash /run/guest/supervise
	StandardOutput=null
	StandardError=journal+console
	KillMode=process
	OOMPolicy=continue
	UNIT
    # Terminals and devices that nobody uses here; they would take ten seconds.
    for unit in getty.target modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@fuse.service \
        modprobe@loop.service dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount systemd-remount-fs.service \
        systemd-random-seed.service systemd-sysctl.service systemd-modules-load.service systemd-update-utmp.service \
        systemd-update-utmp-runlevel.service systemd-user-sessions.service systemd-tmpfiles-setup-dev.service; do
        $bb ln -s /dev/null "/run/systemd/system/$unit"
    done
    $bb ln -s ../guest.service /run/systemd/system/multi-user.target.wants/guest.service
}

# A driver may find its device some time after it was loaded.
await() {
    tries=100
    until [ -e $1 ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "this kernel finds no $1: it needs virtio_pci and $2, built in or as modules"
        $bb sleep 0.1
    done
}

$bb mount -t devtmpfs dev /dev
exec > /dev/console 2>&1
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t tmpfs -o mode=755 run /run
while read -r module; do
    $bb insmod "/modules/$module.ko" || echo "module $module does not load"
done < /modules/order
. /guest/settings
await "$LAST_DISK" virtio_blk
await "/dev/vport*p4" virtio_console

mount_root
mount_system
set_up_system
$bb mkdir /run/guest
$bb cp /guest/* /run/guest/
$bb mkfifo -m 666 /run/guest/out /run/guest/err /run/guest/results
first=/run/guest/supervise
if [ -n "$SYSTEMD" ]; then
    prepare_systemd
    first=/lib/systemd/systemd
fi
for mount in dev proc sys run; do
    $bb mount -o move "/$mount" "/root/$mount"
done
# Booting may be talkative. What the command makes the kernel say must not cost it the time of a serial line.
echo 4 > /proc/sys/kernel/printk
exec $bb switch_root /root $first
