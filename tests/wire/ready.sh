#!/bin/sh
# SPDX-License-Identifier: MIT
# ready.sh SOCKET: waits until the server on that Unix socket says that it is healthy, 10 s at most.
exec python3 - "$1" <<'END'
import socket, sys, time
until = time.monotonic() + 10
while time.monotonic() < until:
    try:
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(1)
        s.connect(sys.argv[1])
        s.sendall(b'GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
        if s.recv(12) == b'HTTP/1.1 200':
            sys.exit(0)
    except OSError:
        pass
    time.sleep(0.01)
sys.exit('not ready')
END
