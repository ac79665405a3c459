# The life of the Debian package on a host with systemd, from installing to purging. Writes what it finds as lines NAME=VALUE, for the
# test to judge; what the tools say goes to standard error.
# Arguments: the package, and one of a later version with other defaults.

package=$1
later=$2
# The daemon is slow in an emulated machine, and its first answers are the slowest.
export AGENTCGROUP_TIMEOUT_MS=60000
cgroups=/sys/fs/cgroup/agentcgroup.slice
tree=$cgroups/agentcgroup-tree.service
exec 3>&1 >&2

fact() {
    echo "$1=${*:2}" >&3
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
agentcgroup run --session lasting --memory 512m -- bash -c 'AGENT_RESOURCE_HINT=memory:100m bash -c "echo \$\$ > /tmp/pid; sleep 1000; true"; true' > /tmp/agent.said 2>&1 &
for ((tries = 0; tries < 100; tries++)); do
    [ -s /tmp/pid ] && break
    sleep 0.1
done
pid=$(cat /tmp/pid)
call=$(sed 's/^0:://' "/proc/$pid/cgroup")
fact lasting "$call"
fact limit.before "$(cat "/sys/fs/cgroup$call/memory.max")"

echo '# mine' >> /etc/agentcgroup/agentcgroup.properties
daemon=$(systemctl show -P MainPID agentcgroup)
timed upgrade dpkg --force-confold -i "$later"
fact daemon_is_new "$([ "$(systemctl show -P MainPID agentcgroup)" != "$daemon" ] && echo yes)"
fact active_after "$(systemctl is-active agentcgroup.service agentcgroup-tree.service | xargs)"
fact mine "$(tail -n 1 /etc/agentcgroup/agentcgroup.properties)"
fact theirs "$(tail -n 1 /etc/agentcgroup/logback.xml)"
fact lasting.after "$(sed 's/^0:://' "/proc/$pid/cgroup")"
fact limit.after "$(cat "/sys/fs/cgroup$call/memory.max")"
fact next_call "$(agentcgroup exec --strict --session lasting -- sh -c 'cat /proc/self/cgroup')"

timed purge dpkg -P agentcgroup
fact survivors "$(pgrep -f agentcgroup | grep -vxF -e $$ | xargs -r ps -o args= -p)"
fact left_over "$(comm -13 <(echo "$traces_before") <(traces) | xargs)"
fact units "$(systemctl list-units --all --plain --no-legend 'agentcgroup*' | xargs)"
fact scheduler "$(cat /sys/kernel/sched_ext/state)"
journalctl -b -u 'agentcgroup*' --no-pager -o short-monotonic || true
cp /tmp/agent.said /results/ || true
