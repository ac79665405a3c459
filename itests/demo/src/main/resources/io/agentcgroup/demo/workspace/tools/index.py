"""An index of N MiB that is held in memory: `index.py check N`, or `index.py serve N` and then `index.py ask`, `index.py stop`.

`check` loads it, goes through it and lets go. `serve` says "loaded" and answers until it is stopped, as a language server
or a test database does.
"""
import os
import socket
import sys

MIB = 1024 * 1024
PAGE = 4096
PATH = "index.sock"


def load(mebibytes):
    index = bytearray(int(mebibytes) * MIB)
    # One byte a page: the kernel gives the page, and no second copy exists even for a moment.
    index[::PAGE] = b"\x01" * (len(index) // PAGE)
    return index


def check(mebibytes):
    index = load(mebibytes)
    print(sum(index[::PAGE]), "pages are good")


def serve(mebibytes):
    index = load(mebibytes)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(PATH)
        listener.listen()
        print("loaded", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                if connection.recv(16) == b"stop":
                    break
                connection.sendall(f"{sum(index[::PAGE])} pages".encode())
    os.unlink(PATH)


def request(word):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(PATH)
        connection.sendall(word)
        print(connection.recv(64).decode())


verbs = {"check": check, "serve": serve, "ask": lambda: request(b"ask"), "stop": lambda: request(b"stop")}
verbs[sys.argv[1]](*sys.argv[2:])
