"""A preview server that an agent starts on purpose and uses later: `preview.py start`, `preview.py get`.

`start` returns when the server answers, and leaves it running.
"""
import os
import socket
import socketserver
import sys
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler

PATH = "preview.sock"


class Handler(SimpleHTTPRequestHandler):
    def address_string(self):
        return "local"


def start():
    server = socketserver.ThreadingMixIn, socketserver.UnixStreamServer
    server = type("Server", server, {"daemon_threads": True})(PATH, Handler)
    if os.fork():
        print("preview is up")
        return
    os.setsid()
    log = os.open("preview.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for descriptor in (0, 1, 2):
        os.dup2(log, descriptor)
    server.serve_forever()


def get():
    connection = HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(PATH)
    connection.request("GET", "/src/tally.c")
    answer = connection.getresponse()
    print(answer.status, len(answer.read()), "bytes")


{"start": start, "get": get}[sys.argv[1]]()
