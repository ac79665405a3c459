"""Checks everything in parallel, each worker with its own copy of the data: `check_all.py WORKERS MIB_EACH`.

The classic of agents' tool calls: each process is small, together they are far too big.
"""
import os
import sys

MIB = 1024 * 1024


def worker(mebibytes, ready, go):
    data = bytearray()
    while len(data) < mebibytes * MIB:
        data += b"\x02" * MIB
    os.write(ready, b".")
    # Nobody is done before all are: that is what "in parallel" costs.
    os.read(go, 1)
    os._exit(0)


ready_end, ready = os.pipe()
go, go_end = os.pipe()
children = []
for _ in range(int(sys.argv[1])):
    child = os.fork()
    if child == 0:
        os.close(ready_end)
        os.close(go_end)
        worker(int(sys.argv[2]), ready, go)
    children.append(child)
os.close(ready)
# Ends early when a worker dies: then nobody holds its end of the pipe any more.
loaded = 0
while loaded < len(children) and os.read(ready_end, 1):
    loaded += 1
os.close(go_end)
failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
print(len(children) - failed, "checked,", failed, "failed")
sys.exit(1 if failed else 0)
