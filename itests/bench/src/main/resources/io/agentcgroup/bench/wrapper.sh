#!/bin/bash
# The reference form of a cgroup for each tool call, written from its description: a shell script that makes a cgroup,
# moves a child into it by writing cgroup.procs, waits and removes it.
cgroup=$BENCH_CGROUP/tool_$$_$(date +%s)
mkdir "$cgroup"
(
	echo "$BASHPID" >"$cgroup/cgroup.procs"
	exec /bin/bash "$@"
)
code=$?
rmdir "$cgroup"
exit $code
