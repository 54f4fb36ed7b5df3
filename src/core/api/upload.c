/* SPDX-License-Identifier: MIT */
/* Streamed request bodies. Until a fetch is there to take them all bytes must
 * be kept; afterwards only a body within limits.replay is. */
#include "core/api/upload.h"

void upload_init(struct exchange *x, struct upload *u)
{
    *u = (struct upload){.is_whole = true};
    buf_init(&u->kept, x->bodies, (size_t)x->config->limits.body);
}

void upload_release(struct upload *u)
{
    buf_release(&u->kept);
}

static bool keep(struct exchange *x, struct upload *u, struct str bytes)
{
    size_t replay = (size_t)x->config->limits.replay;

    if (u->is_sent && u->kept.n + bytes.n > replay) {
        /* What was pushed in this turn may still be on its way: the memory
         * goes when the exchange ends. */
        u->is_whole = false;
        return true;
    }
    buf_add(&u->kept, bytes);
    if (!u->kept.failed)
        return true;
    /* It streams all the same; it can't be sent again. */
    u->is_whole = false;
    if (u->is_sent)
        return true;
    if (buf_rc(&u->kept) == SL_TOO_LARGE)
        reply_rc(x, SL_TOO_LARGE,
                 STR("the request's body is over limits.body"));
    else
        reply_rc(x, SL_BUSY,
                 STR("too many request bodies are held at the moment"));
    return false;
}

static void send_kept(struct exchange *x, struct upload *u, struct fetch *c)
{
    struct str kept = buf_str(&u->kept);

    u->is_sent = true;
    fetch_push(x, c, str_first(kept, u->cut_at));
    fetch_push(x, c, u->instead);
    fetch_push(x, c, str_skip(kept, u->cut_at + u->cut_n));
    if (u->is_complete)
        fetch_end(x, c);
}

bool upload_take(struct exchange *x, struct upload *u, struct fetch *c,
                 struct str bytes, bool last)
{
    /* The attempt has failed and the key of the next one is being picked: all
     * must be kept for it. */
    if (!c->open || c->is_left)
        u->is_sent = false;
    u->is_complete = last;
    if (u->is_whole && bytes.n != 0 && !keep(x, u, bytes))
        return false;
    if (!u->is_sent) {
        if (last && c->open && fetch_wants_whole(c))
            send_kept(x, u, c);
        return true;
    }
    fetch_push(x, c, bytes);
    if (last)
        fetch_end(x, c);
    return true;
}

void upload_send(struct exchange *x, struct upload *u, struct fetch *c,
                 struct str cut, struct str instead)
{
    u->cut_at = cut.n == 0 ? 0 : (size_t)(cut.p - u->kept.p);
    u->cut_n = cut.n;
    u->instead = instead;
    if (u->is_complete || !fetch_wants_whole(c))
        send_kept(x, u, c);
}
