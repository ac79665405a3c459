"""A fork bomb with a bound, so that a host without a limit survives it too: `spread.py PROCESSES SECONDS`.

Says "spread" when it can start no more or has started all, and takes every free place for SECONDS more; then all end.
"""
import os
import signal
import sys
import time

RETRY_SECONDS = 0.02

if os.getpgrp() != os.getpid():
    os.setpgid(0, 0)
bound = int(sys.argv[1])
started, refused, end = 0, False, None
while end is None or time.monotonic() < end:
    try:
        if started < bound:
            if os.fork() == 0:
                signal.pause()
            started += 1
    except OSError:
        refused = True
    full = refused or started == bound
    if full and end is None:
        print("spread", flush=True)
        end = time.monotonic() + float(sys.argv[2])
    if full:
        time.sleep(RETRY_SECONDS)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.killpg(0, signal.SIGTERM)
if refused:
    sys.exit(f"could not start more than {started} of {bound} processes")
