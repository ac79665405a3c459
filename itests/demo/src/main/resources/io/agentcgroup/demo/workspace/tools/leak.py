"""One process that takes more and more, up to a bound: `leak.py MIB`."""
import sys

CHUNK_MIB = 16

kept = []
while len(kept) * CHUNK_MIB < int(sys.argv[1]):
    kept.append(b"\x03" * (CHUNK_MIB * 1024 * 1024))
print("took", len(kept) * CHUNK_MIB, "MiB")
