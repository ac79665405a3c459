# SPDX-License-Identifier: Apache-2.0
"""Work in units that each need memory for a moment, some of them at a time: a parallel build, as far as memory sees it.

usage: work.py UNITS AT_A_TIME MIB
"""
import os
import sys
import time

PAGE = 4096
HELD_S = 0.3


def unit(mib):
    held = bytearray(mib << 20)
    for at in range(0, len(held), PAGE):
        held[at] = 1
    time.sleep(HELD_S)


def main(units, at_a_time, mib):
    for first in range(0, units, at_a_time):
        workers = []
        for _ in range(min(at_a_time, units - first)):
            worker = os.fork()
            if worker == 0:
                unit(mib)
                os._exit(0)
            workers.append(worker)
        for worker in workers:
            if os.waitpid(worker, 0)[1] != 0:
                sys.exit(1)


main(*map(int, sys.argv[1:]))
