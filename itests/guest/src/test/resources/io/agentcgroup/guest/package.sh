# The life of the Debian package on a host with systemd, from installing to purging. Writes what it finds as lines NAME=VALUE, for the
# test to judge; what the tools say goes to standard error.
# Arguments: the package, and one of a later version with other defaults.

package=$1
later=$2
# The daemon is slow in an emulated machine, and its first answers are the slowest.
export AGENTCGROUP_TIMEOUT_MS=60000
cgroups=/sys/fs/cgroup/agentcgroup.slice
tree=$cgroups/agentcgroup-tree.service
drop_in=/run/systemd/system/agentcgroup.service.d
# A sign of life each 4 s, which the daemon of an emulated machine can keep.
watchdog_s=12
exec 3>&1 >&2

fact() {
    echo "$1=${*:2}" >&3
}

# What others do in their own time: the fact as soon as it is what is expected, or what it is after a minute.
awaited() {
    local name=$1 expected=$2 value tries
    shift 2
    for ((tries = 0; tries < 300; tries++)); do
        value=$("$@")
        [ "$value" = "$expected" ] && break
        sleep 0.2
    done
    fact "$name" "$value"
}

timed() {
    local name=$1 started=$EPOCHREALTIME
    shift
    "$@"
    fact "$name.code" $?
    fact "$name.ms" $(((${EPOCHREALTIME/./} - ${started/./}) / 1000))
}

# The guest has files of packages but no record of them: these are what ours depends on.
record_packages() {
    local name
    mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers
    for name in openjdk-17-jre-headless libc6 libelf1 zlib1g systemd; do
        printf 'Package: %s\nStatus: install ok installed\nVersion: 99\nArchitecture: amd64\nMaintainer: the guest\nDescription: there\n\n' "$name"
        : > "/var/lib/dpkg/info/$name.list"
    done > /var/lib/dpkg/status
}

# Everything that has our name, wherever it may be left.
traces() {
    find / \( -path /proc -o -path /opt/packages -o -path /results -o -path /run/guest -o -path /run/log -o -path /var/log \) -prune \
        -o -name '*agentcgroup*' -print 2> /dev/null | sort
}

traces_before=$(traces)
record_packages

timed install dpkg -i "$package"
fact active "$(systemctl is-active agentcgroup.service agentcgroup-tree.service | xargs)"
fact enabled "$(systemctl is-enabled agentcgroup.service)"
fact slice_min "$(cat $cgroups/memory.min)"
fact daemon_min "$(cat $cgroups/agentcgroup.service/memory.min)"
fact tier "$(grep -o 'limits are kept by .*' /var/lib/agentcgroup/log/agentcgroup.log | tail -n 1)"
fact capabilities "$(sed -n 's/CapBnd:\s*//p' "/proc/$(systemctl show -P MainPID agentcgroup)/status")"

fact call "$(agentcgroup run --session short -- bash -c 'bash -c "cat /proc/self/cgroup; true"; true')"
# Its first call lasts until it is told to end, its second until the package goes.
mkfifo /tmp/end
agentcgroup run --session lasting --memory 512m -- /bin/bash -c 'AGENT_RESOURCE_HINT=memory:100m bash -c "echo \$\$ > /tmp/pid; read -r < /tmp/end; exit 9"
    echo "code $?"; bash -c "sleep 1000; true"; true' > /tmp/agent.said 2>&1 &
for ((tries = 0; tries < 600; tries++)); do
    [ -s /tmp/pid ] && break
    sleep 0.1
done
pid=$(cat /tmp/pid)
call=$(sed 's/^0:://' "/proc/$pid/cgroup")
fact lasting "$call"
fact limit.before "$(cat "/sys/fs/cgroup$call/memory.max")"

# For the daemon that the upgrade starts, and only that one: a stop that writes an archive of classes may take longer here.
mkdir -p "$drop_in"
printf '[Service]\nWatchdogSec=%s\n' "$watchdog_s" > "$drop_in/watchdog.conf"

echo '# mine' >> /etc/agentcgroup/agentcgroup.properties
daemon=$(systemctl show -P MainPID agentcgroup)
timed upgrade dpkg --force-confold -i "$later"
rm -r "$drop_in"
systemctl daemon-reload
fact daemon_is_new "$([ "$(systemctl show -P MainPID agentcgroup)" != "$daemon" ] && echo yes)"
fact active_after "$(systemctl is-active agentcgroup.service agentcgroup-tree.service | xargs)"
fact mine "$(tail -n 1 /etc/agentcgroup/agentcgroup.properties)"
fact theirs "$(tail -n 1 /etc/agentcgroup/logback.xml)"
fact lasting.after "$(sed 's/^0:://' "/proc/$pid/cgroup")"
fact limit.after "$(cat "/sys/fs/cgroup$call/memory.max")"
fact next_call "$(agentcgroup exec --strict --session lasting -- sh -c 'cat /proc/self/cgroup')"

hang() {
    local tries
    kill -STOP "$daemon"
    fact hang.limit "$(cat "/sys/fs/cgroup$call/memory.max")"
    for ((tries = 0; tries < 400; tries++)); do
        [ "$(systemctl show -P MainPID agentcgroup)" != "$daemon" ] && systemctl -q is-active agentcgroup && return
        sleep 0.5
    done
    return 1
}

daemon=$(systemctl show -P MainPID agentcgroup)
# The second daemon of a version writes an archive of classes at its end, which takes its time here and is none of our business.
rm -f /var/lib/agentcgroup/classes-*
timed hang hang
fact hang.why "$(journalctl -b -u agentcgroup --no-pager -o cat | grep -o 'Watchdog timeout' | xargs)"
fact hang.call "$(sed 's/^0:://' "/proc/$pid/cgroup")"
fact hang.adopted_limit "$(cat "/sys/fs/cgroup$call/memory.max")"
timeout 60 sh -c 'echo > /tmp/end'
# The journal and the agent hear of the end at the same time.
for ((tries = 0; tries < 300; tries++)); do
    ended=$(grep '"exit_code":9' /var/lib/agentcgroup/tool-calls.jsonl) && grep -qx 'code .*' /tmp/agent.said && break
    sleep 0.2
done
fact hang.ended "$ended"
fact hang.agent "$(grep -x 'code .*' /tmp/agent.said)"

survivors() {
    pgrep -f agentcgroup | grep -vxF -e $$ | xargs -r ps -o args= -p
}

units() {
    systemctl list-units --all --plain --no-legend 'agentcgroup*' | xargs
}

timed purge dpkg -P agentcgroup
# Who started an agent leaves after it, systemd forgets units that are gone, and the kernel takes a scheduler down behind the back of
# whoever let go of it last.
awaited survivors '' survivors
awaited units '' units
awaited scheduler disabled cat /sys/kernel/sched_ext/state
fact left_over "$(comm -13 <(echo "$traces_before") <(traces) | xargs)"
journalctl -b -u 'agentcgroup*' --no-pager -o short-monotonic || true
cp /tmp/agent.said /results/ || true
