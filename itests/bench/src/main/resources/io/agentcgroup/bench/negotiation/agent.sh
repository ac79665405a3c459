#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A scripted agent: does its tasks one after the other, and tries each again when it fails. With "heeds" it reads what
# AgentCgroup says on stderr and does that; with "ignores" it is the same agent, to which nothing was said.
#
# usage: agent.sh heeds|ignores ATTEMPTS WORK TASKS
# TASKS: one a line: name, units of work, units at a time, MiB a unit, memory declared at first
# Standard output: one line a task: name, attempts, exit code of the last one.
set -u
heed=$1 attempts=$2 work=$3 tasks=$4
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# What to change for the next attempt; a suggestion that was followed already leaves only to narrow the command.
learn() {
	local hint
	hint=$(sed -n 's/^\[agentcgroup\] .*AGENT_RESOURCE_HINT=memory:\([0-9]*[mg]\).*/\1/p' "$said" | tail -n 1)
	if [ -n "$hint" ] && [ "$hint" != "$declared" ]; then
		declared=$hint
	elif grep -q '^\[agentcgroup\] .*fewer parallel jobs' "$said" && [ "$jobs" -gt 1 ]; then
		jobs=$((jobs / 2))
	fi
}

while read -r name units jobs mib declared <&3; do
	for ((attempt = 1; attempt <= attempts; attempt++)); do
		AGENT_RESOURCE_HINT=memory:$declared bash -c "python3 '$work' $units $jobs $mib" 2> "$said" < /dev/null
		status=$?
		[ "$status" -eq 0 ] && break
		[ "$heed" = heeds ] && learn
	done
	echo "$name $((attempt > attempts ? attempts : attempt)) $status"
done 3< "$tasks"
