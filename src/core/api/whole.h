/* SPDX-License-Identifier: MIT */
/* What is asked and answered whole and is no chat, for a target that takes it
 * in a form of its own: embeddings (embed.h), images and speech (media.h); or
 * for a client of Ollama's, who asks for embeddings in another form than
 * OpenAI's. Where neither is so the client's bytes pass unchanged.
 *
 *     if (whole_begin(&w, endpoint, target))
 *         whole_write(x, &w, target, &written, &why)        else: why not
 *         path and base_end of the request: whole_path, whole_base_end
 *         whole_answer(x, &w, &given, &reply)      what the client gets */
#ifndef SL_WHOLE_H
#define SL_WHOLE_H

#include "core/api/surface.h"
#include "core/dialects/ollama_embed.h"
#include "core/media.h"
#include "core/way.h"

struct attempt;
struct endpoint;
struct target;

/* {0} at first. */
struct whole {
    const struct whole_way *way; /* to the target at hand; NULL: OpenAI's */
    const struct endpoint *endpoint;
    /* private */
    const struct whole_form *form;
    struct failure unread; /* why the body can't be; SL_OK: it was not tried */
    bool is_read;          /* the one of these that is asked for: */
    struct ollama_embed embed;
    struct image_request *image;
    struct speech_request *speech;
    /* Of the held bodies' memory: vectors and images are larger than all else
     * of an exchange. */
    struct arena work;
};

/* False: the bytes pass unchanged, or this is a chat. */
bool whole_begin(struct whole *w, const struct endpoint *endpoint,
                 const struct target *t);
void whole_release(struct whole *w);
/* The body for the target. False, with why: it can't be said there, or the body
 * is wrong; or x->failed. */
bool whole_write(struct exchange *x, struct whole *w, const struct target *t,
                 struct media_written *written, struct failure *why);
struct str whole_path(struct exchange *x, const struct whole *w,
                      const struct attempt *a);
struct str whole_base_end(const struct whole *w);
/* Of the form that the target is asked in. */
struct str whole_form_name(const struct whole *w);
/* What comes may be a picture or a sound instead of JSON. */
struct str whole_accept(const struct whole *w);

/* reply->body lives as long as w, or as what was given. SL_OK; SL_UP_GARBAGE:
 * not understood; SL_UP_ERROR: reply->error; SL_NOMEM. */
SL_MUST_USE enum sl_rc whole_answer(struct exchange *x, struct whole *w,
                                    const struct media_given *given,
                                    struct media_reply *reply);

#endif
