/* SPDX-License-Identifier: MIT */
/* A client's chat for a provider of another dialect: the body read into the
 * middle form, once, and written for each target that needs it. */
#ifndef SL_TRANSLATED_H
#define SL_TRANSLATED_H

#include "core/api/surface.h"
#include "core/translate.h"
#include "core/way.h"

/* The held body in the middle form. False when it is wrong: why is a 400 with
 * the path of what is. */
bool translated_read(struct exchange *x, const struct dialect *client,
                     const struct translate_path *path,
                     struct chat_request **request, struct failure *why);
/* As this way wants it, in written->out: a buffer of the held bodies, as a
 * body may be larger than all else of an exchange. False when it can't be said
 * there, or not within limits.body: written->err. */
bool translated_write(struct exchange *x, const struct chat_request *request,
                      const struct chat_way *way, struct str model,
                      struct translate_written *written);
/* Takes out of n extras what says who shall answer; how many are left. */
size_t translated_forget(struct chat_extra *extras, size_t n);
/* What the client is told of written->err. */
struct failure translated_why(struct exchange *x, const struct err *err);

#endif
