/* SPDX-License-Identifier: MIT */
/* Where to listen: "127.0.0.1:8787", "[::1]:8787", ":8787" (every address),
 * "localhost:8787" (both loopbacks), "unix:/path". */
#ifndef SL_ADDRESS_H
#define SL_ADDRESS_H

#include <sys/socket.h>
#include <sys/un.h>

#include "core/base/str.h"

enum {
    ADDRESSES = 2,      /* most that one text stands for */
    ADDRESS_TEXT = 128, /* room for address_write; a Unix path needs it all */
};

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_storage storage;
    } u;
    socklen_t size;
    bool is_unix;
    bool is_loopback; /* or a Unix socket: this machine alone */
    bool is_any;      /* IPv6 and IPv4 alike */
    bool is_optional; /* a second family, which the machine may lack */
};

/* Returns how many it stands for; 0: malformed, and *why a sentence. */
size_t address_parse(struct str text, struct address out[ADDRESSES],
                     const char **why);
/* 0 when it is a Unix socket. */
uint16_t address_port(const struct address *a);
void address_set_port(struct address *a, uint16_t port);
/* Every address, on a machine without IPv6. */
void address_set_any4(struct address *a);
/* "127.0.0.1:8787", "[::1]:8787", "unix:/path"; NUL-terminated. */
void address_write(const struct address *a, char out[ADDRESS_TEXT]);
/* A peer for the log: no port, "unix" for Unix sockets; an IPv4 peer of an
 * IPv6 socket in its own form. Returns the length. */
size_t address_write_peer(const struct sockaddr_storage *peer, char *out,
                          size_t room);

#endif
