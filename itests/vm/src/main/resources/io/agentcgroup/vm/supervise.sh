#!/bin/bash
# First process of the guest once init has set it up, or a service of systemd where that is wanted as the first: runs the command, sends its output, its exit code and its results
# to the host, and powers off when the host has it all.
#
# Between guest and host are four virtio-serial ports:
#   1 standard output   2 standard error   3 control, line by line   4 results, a tar archive
# Control, guest to host:  ready <kernel release>
#                          exit <code> <bytes of output> <bytes of error> <bytes of results>
# Control, host to guest:  stop   end the command now
#                          bye    everything has arrived, power off
# The host counts bytes because what is in flight when a machine powers off is lost.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
run=/run/guest
. $run/settings

# Ports may be opened once only, so the command writes to pipes, like under any shell, and these pump and count.
# To be started in the background.
pump() {
    exec dd bs=64k < "$1" > "$2" 2> "$1.said"
}

counted() {
    local bytes
    bytes=$(sed -n 's/^\([0-9]*\) bytes\?.*/\1/p' "$run/$1.said")
    echo "${bytes:-0}"
}

# Ends every process but those of this script and of the kernel, which have no memory of their own.
end_all_others() {
    local process pid statm
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        case " 1 $BASHPID $keep " in
        *" $pid "*) continue ;;
        esac
        read -r statm < "$process/statm" && [ "${statm%% *}" != 0 ] && kill -KILL "$pid"
    done
} 2> /dev/null

# What the command leaves running holds the pipes open.
end_leftovers() {
    while :; do
        end_all_others
        sleep 0.2
    done
}

# End of file is the host's death.
obey_host() {
    local word
    while read -r word <&9; do
        case $word in
        stop) end_all_others ;;
        bye) break ;;
        esac
    done
    echo o > /proc/sysrq-trigger
}

# What systemd gives to services.
ulimit -Hn 524288
ulimit -Sn 1024
ulimit -c 0
# Whatever the command does to memory, its output and exit code shall arrive.
echo -1000 > /proc/self/oom_score_adj

set -- /dev/vport*p3
port=${1%3}
exec 9<> "${port}3"
pump $run/out "${port}1" &
pumps=$!
pump $run/err "${port}2" &
pumps+=" $!"
keep=$pumps
obey_host &
keep+=" $!"

echo "ready $(< /proc/sys/kernel/osrelease)" >&9
(
    exec > $run/out 2> $run/err < /dev/null 9>&-
    echo 0 > /proc/self/oom_score_adj
    exec setsid /bin/bash $run/command
) &
command=$!
wait $command
code=$?

end_leftovers &
leftovers=$!
keep+=" $leftovers"
wait $pumps
kill $leftovers

results=0
if [ -n "$WANT_RESULTS" ]; then
    pump $run/results "${port}4" &
    tar -C /results -cf $run/results . 2>> $run/log
    wait $!
    results=$(counted results)
fi
echo "exit $code $(counted out) $(counted err) $results" >&9
while :; do
    wait
    sleep 1
done
