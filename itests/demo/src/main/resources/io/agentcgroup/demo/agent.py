#!/usr/bin/env python3
"""A scripted coding agent.

It does what the real ones do as far as the operating system can tell: it holds about as much memory as their runtimes
(its "context"), starts each tool call as `bash -c '<command>'`, found by PATH, in a process group of its own, sometimes several
at once, and waits for its user when it is done. It knows nothing of AgentCgroup.

    agent.py SCRIPT WORKSPACE

SCRIPT is JSON: {"context_mib": N, "steps": [...]}, each step one of
    {"id": "..", "command": ".."}                     run it and wait
    {"id": "..", "command": "..", "until": "line"}    run it in the background, go on when it has printed this line or ended
    {"join": ".."}                                    wait for a background call
Standard output: one JSON object a line, as things happen. Standard input: the user; the agent leaves when it is closed.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

MIB = 1024 * 1024


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class Call:
    """One tool call; what it wrote to stderr is what the model would read."""

    def __init__(self, step, workspace):
        self.step = step
        self.lines = []
        self.stderr = tempfile.TemporaryFile(mode="w+", errors="replace")
        self.started = time.monotonic()
        say("started", id=step["id"])
        self.process = subprocess.Popen(
            ["bash", "-c", step["command"]], cwd=workspace, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.stderr, text=True, errors="replace", start_new_session=True)

    def read_until(self, wanted):
        for line in self.process.stdout:
            self.lines.append(line)
            if line.strip() == wanted:
                return

    def finish(self):
        self.lines += self.process.stdout.readlines()
        status = self.process.wait()
        duration = time.monotonic() - self.started
        self.stderr.seek(0)
        say("ended", id=self.step["id"], exit_code=status if status >= 0 else None,
            signal=-status if status < 0 else None, duration_s=duration,
            stdout="".join(self.lines)[-2000:], stderr=self.stderr.read()[-8000:])


def work(steps, workspace):
    background = {}
    for step in steps:
        if "join" in step:
            call = background.pop(step["join"], None)
            if call:
                call.finish()
            continue
        try:
            call = Call(step, workspace)
        except OSError as problem:
            say("not_started", id=step["id"], error=problem.strerror)
            continue
        if "until" in step:
            background[step["id"]] = call
            call.read_until(step["until"])
        else:
            call.finish()


def main():
    with open(sys.argv[1], encoding="utf-8") as script_file:
        script = json.load(script_file)
    context = b"\xa5" * (script["context_mib"] * MIB)
    say("hello", pid=os.getpid())
    work(script["steps"], sys.argv[2])
    # The context is what a killed agent loses; it is intact if the agent can still read it.
    say("alive", context_bytes=len(context), context_intact=context.count(b"\xa5") == len(context))
    sys.stdin.read()


main()
