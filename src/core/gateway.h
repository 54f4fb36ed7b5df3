/* SPDX-License-Identifier: MIT */
/* Cloudflare's AI Gateway, a proxy in front of many providers: which one an
 * exchange uses, and how a provider's request becomes one to the gateway. It
 * stands at {AI_GATEWAY_BASE_URL}/{account}/{gateway}/{slug}/…, where the slug
 * names the provider and its own path follows. */
#ifndef SL_GATEWAY_H
#define SL_GATEWAY_H

#include "core/fetch.h"

/* Can it be a gateway's name? */
bool gateway_is_name(struct str name);

/* Sets x->gateway: the one that /g/{name}/ picks, which is taken off x->path,
 * else the configured one, else none. target: as sent. False: *f says what is
 * wrong with the prefix. */
bool gateway_choose(struct exchange *x, struct str target, struct failure *f);

/* Is the provider's path asked for through the gateway with this key? A key of
 * another account than the gateway's goes to its own account directly. */
bool gateway_takes(const struct exchange *x, const struct provider *p,
                   size_t key, struct str path);
/* The keys in a row that are of the gateway's account; first > last: none. */
struct key_range gateway_keys(const struct provider *p);
/* The target of a fetch that is about to be opened. Behind a gateway the
 * fetch goes to its host, with its token and the client's own cf-aig-* fields;
 * path: after the provider's base path. A fetch that holds keys goes to the
 * universal endpoint. */
struct str gateway_target(struct exchange *x, struct fetch *c, struct str path);

/* A field for the gateway: such ones go to no one else. */
bool gateway_is_field(struct str name);
/* Can it be chatted with through the gateway's compat interface? */
bool gateway_chats(const struct provider *p);
/* A provider that a gateway knows, by the slug or our name for it. *p is ours
 * and NULL where we know nothing of it. False: it does not know it. */
bool gateway_knows(const struct config *c, struct str name, struct str *slug,
                   const struct provider **p);

#endif
