/* SPDX-License-Identifier: MIT */
/* Who is calling (DESIGN 11): the first non-empty carrier decides, of
 * `sluice-key`, `Authorization`, `x-api-key`, `x-goog-api-key`, `?key=`. */
#ifndef SL_AUTH_H
#define SL_AUTH_H

#include "core/config.h"
#include "core/http/http.h"

struct auth_result {
    bool is_known;      /* the caller may go on */
    size_t caller;      /* index of the secret; SIZE_MAX: open to all */
    bool by_sluice_key; /* Authorization is then not ours */
};

/* query: as sent. arena: for a decoded ?key=. */
struct auth_result auth_check(const struct config *c,
                              const struct http_fields *fields,
                              struct str query, struct arena *arena);
/* The client's own key for a provider it has named: Authorization, where
 * something else has said who is calling or nobody need say it. False: there
 * is none. A caller's secret is never one. Borrows fields. */
bool auth_own_key(const struct config *c, const struct auth_result *who,
                  const struct http_fields *fields, struct secret *key);
/* A field that may carry a caller's secret: never sent upstream. */
bool auth_is_carrier(struct str field_name);
/* A page of a foreign site in a browser on this machine could otherwise use a
 * gateway that is open on loopback: its Origin, what a browser fetches for it
 * without one (Sec-Fetch-Site), and a Host that is no loopback name (DNS
 * rebinding), are refused while no credentials are configured. */
bool auth_is_foreign(const struct config *c, const struct http_fields *fields);

#endif
