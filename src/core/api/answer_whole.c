/* SPDX-License-Identifier: MIT */
/* Whole answers: held until they are complete, so that a failure means another
 * attempt; translated, or passed on as they are. And what a frame or a whole
 * answer has shown, for both kinds. */
#include "core/api/answer_parts.h"

#include "core/api/follow.h"
#include "core/api/request.h"
#include "core/api/whole.h"

/* ---- whole answers ---- */

void answer_commit(struct exchange *x, struct answer *an)
{
    race_won(x, an);
    attempt_commit(x, &an->attempt);
    answer_record(x, an);
    /* What was translated borrows it, and so may the answer's encoder, and what
     * the host has yet to push to a leg that lost. */
    if (an->request == NULL && x->record.hedges == 0)
        body_release(x);
    answer_expect_more(x, an);
}

static void note_finish(struct exchange *x, struct answer *an,
                        struct str finish)
{
    if (finish.n != 0 && an->finish.n == 0 &&
        !arena_copy(&x->arena, finish, &an->finish))
        x->failed = true;
}

void answer_note(struct exchange *x, struct answer *an, const struct look *look)
{
    struct str finish;

    if (an->translation != NULL) {
        const struct translation_seen *seen = &an->translation->seen;

        if (seen->has_usage)
            an->usage = seen->usage;
        note_finish(x, an, chat_finish_name(seen->finish));
    } else {
        if (look->usage.n != 0)
            openai_usage_read(look->usage, &an->usage);
        if (look->finish.n != 0 &&
            json_raw_text(look->finish, &x->arena, &finish) == SL_OK)
            note_finish(x, an, finish);
    }
    if (an->attempt.committed)
        answer_record(x, an);
}

void look_seen(const struct openai_seen *seen, struct look *look)
{
    *look = (struct look){
        .is_understood = seen->is_json || seen->is_done,
        .is_meaningful = seen->is_meaningful,
        .is_finish = seen->is_finish,
        .is_done = seen->is_done,
        .is_usage_only = seen->is_usage_only,
        .has_error = seen->error.n != 0,
        .error = seen->error,
        .usage = seen->usage,
        .finish = seen->finish,
    };
}

void look_translated(struct exchange *x, const struct answer *an, enum sl_rc rc,
                     struct look *look)
{
    const struct translation_seen *seen = &an->translation->seen;

    if (rc == SL_NOMEM)
        x->failed = true;
    *look = (struct look){
        .is_understood = rc == SL_OK,
        .is_meaningful = seen->is_meaningful,
        .is_finish = seen->is_finished,
        .is_done = seen->has_end,
        .has_error = seen->has_error,
        .error_seen = &seen->error,
    };
}

/* An error inside of a 200. */
void answer_error_inside(struct exchange *x, struct answer *an,
                         const struct look *look)
{
    const struct chat_error *seen = look->error_seen;
    int status = seen != NULL ? seen->status : openai_error_status(look->error);
    struct chat_error error = {0};

    if (answer_again_after(x, an, status == 0 ? 500 : status, NULL))
        return;
    attempt_cancel(x, &an->attempt);
    an->status = status != 0 ? status : 502;
    if (seen == NULL) {
        answer_tell_error(x, an,
                          JOIN(x, STR("{\"error\":"), look->error, STR("}")));
        return;
    }
    error = *seen;
    error.status = an->status;
    answer_note_error(x, an);
    answer_reply_error(x, an, &error);
}

/* Its bytes reach the client as they are. */
bool answer_is_relayed(const struct answer *an)
{
    return an->request == NULL && an->whole == NULL;
}

/* What embedders, painters and speakers make of it. */
static struct str read_other(struct exchange *x, struct answer *an,
                             struct str body, struct look *look)
{
    struct media_given given = {
        .type = answer_kept_field(an, STR("content-type")),
        .body = body,
        .now_s = answer_now_s(x),
    };
    enum sl_rc rc;

    an->reply = arena_new(&x->arena, struct media_reply);
    rc = an->reply == NULL ? SL_NOMEM
                           : whole_answer(x, an->whole, &given, an->reply);
    *look = (struct look){.is_understood = rc == SL_OK,
                          .has_error = rc == SL_UP_ERROR};
    if (rc == SL_NOMEM)
        x->failed = true;
    if (look->has_error)
        look->error_seen = &an->reply->error;
    if (rc != SL_OK)
        return (struct str){0};
    an->usage = an->reply->usage;
    return an->reply->body;
}

/* Some providers keep the connection busy with empty lines, which are JSON, or
 * with comments of SSE before an answer that is no stream. */
static struct str skip_comments(struct str body)
{
    struct str rest = str_trim(body);

    if (!str_starts(rest, STR(":")))
        return body;
    while (str_starts(rest, STR(":")))
        rest = str_trim(str_skip(rest, str_find(rest, '\n')));
    return rest;
}

/* A whole answer as the client gets it; {0} and look says why not. */
static struct str read_whole(struct exchange *x, struct answer *an,
                             struct str body, struct look *look)
{
    struct openai_seen seen = {.is_json = true};
    enum sl_rc rc;

    if (!an->endpoint->is_raw)
        body = skip_comments(body);
    if (an->whole != NULL)
        return read_other(x, an, body, look);
    if (an->translation == NULL) {
        if (!an->endpoint->is_raw)
            openai_answer_see(body, &seen);
        look_seen(&seen, look);
        return body;
    }
    rc = translation_whole(an->translation, body);
    if (rc == SL_OK && !an->translation->seen.has_error)
        rc = translation_end(an->translation);
    look_translated(x, an, rc, look);
    return an->request == NULL ? body : translation_take(an->translation);
}

/* What the client's form has no place for. */
static struct str answer_loss(const struct answer *an)
{
    if (an->whole != NULL)
        return an->reply->loss;
    return an->request == NULL ? (struct str){0}
                               : translation_loss(an->translation);
}

static struct str own_type(const struct answer *an)
{
    if (an->whole != NULL)
        return an->reply->type;
    return an->asked_stream && !an->is_array ? an->client->stream_type
                                             : STR("application/json");
}

/* How a translated answer differs from what the provider's head says: no client
 * asked for the thing that a 201 has made (Replicate). */
void answer_reply_begin_own(struct exchange *x, struct answer *an)
{
    int status = answer_is_relayed(an) ? an->status : 200;
    struct str loss = answer_loss(an);

    if (loss.n != 0)
        an->loss = an->loss.n == 0 ? JOIN(x, loss)
                                   : JOIN(x, an->loss, STR(", "), loss);
    answer_reply_begin(x, an, status, answer_is_relayed(an));
    if (!answer_is_relayed(an))
        reply_field(x, STR("content-type"), own_type(an));
}

/* The same, said before anything was sent. */
bool answer_refuses_loss(struct exchange *x, struct answer *an)
{
    struct str loss = answer_loss(an);

    if (loss.n == 0 || !request_is_strict(x))
        return false;
    answer_fail(x, an, SL_UP_GARBAGE,
                JOIN(x, STR("sluice-strict: the answer would lose: "), loss));
    return true;
}

/* The answer itself is still to be asked for. */
static bool is_promise(struct exchange *x, struct answer *an, struct str body)
{
    enum sl_rc rc = follow_answer(x, an, body);

    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_UP_GARBAGE)
        answer_fail_or_again(x, an, rc,
                             STR("its answer points to where it may not"));
    return rc != SL_EOF;
}

static void deliver_whole(struct exchange *x, struct answer *an,
                          struct str whole)
{
    struct look look;
    struct str bytes;

    if (is_promise(x, an, whole))
        return;
    bytes = read_whole(x, an, whole, &look);
    if (look.has_error) {
        answer_error_inside(x, an, &look);
        return;
    }
    if (!look.is_understood) {
        answer_fail_or_again(x, an, SL_UP_GARBAGE,
                             an->translation == NULL && an->whole == NULL
                                 ? STR("the answer is not a JSON object")
                                 : STR("the answer is not what this provider's "
                                       "format promises"));
        return;
    }
    answer_note(x, an, &look);
    if (answer_refuses_loss(x, an))
        return;
    answer_commit(x, an);
    an->state = ANSWER_OVER;
    x->record.is_stream = an->asked_stream && an->request != NULL;
    if (!x->head_sent) {
        answer_reply_begin_own(x, an);
        reply_head_send(x, (int64_t)bytes.n);
    }
    reply_send(x, bytes);
    reply_end(x);
}

/* Too large to be held: passed on as it comes. */
static void deliver_rest(struct exchange *x, struct answer *an,
                         struct str bytes, bool last)
{
    if (!an->attempt.committed) {
        answer_commit(x, an);
        answer_reply_begin(x, an, an->status, true);
        reply_head_send(x, an->length);
        reply_send(x, buf_str(&an->held));
    }
    reply_send(x, bytes);
    if (last) {
        an->state = ANSWER_OVER;
        reply_end(x);
        return;
    }
    answer_expect_more(x, an);
}

void answer_whole_body(struct exchange *x, struct answer *an, struct str bytes,
                       bool last)
{
    if (an->attempt.committed) {
        deliver_rest(x, an, bytes, last);
        return;
    }
    /* The client has the head of a stream already (pings.h). */
    if (x->head_sent && an->request == NULL) {
        answer_fail_or_again(x, an, SL_UP_GARBAGE,
                             STR("the provider did not answer with a stream"));
        return;
    }
    if (an->held.n == 0 && last) {
        deliver_whole(x, an, bytes);
        return;
    }
    if (answer_is_relayed(an) &&
        an->held.n + bytes.n > (size_t)x->config->limits.answer) {
        deliver_rest(x, an, bytes, last);
        return;
    }
    buf_add(&an->held, bytes);
    if (buf_rc(&an->held) == SL_TOO_LARGE)
        answer_fail_or_again(x, an, SL_UP_GARBAGE,
                             STR("the answer is over limits.body, and to be "
                                 "translated it must be held"));
    else if (an->held.failed)
        x->failed = true;
    else if (last)
        deliver_whole(x, an, buf_str(&an->held));
    else
        answer_expect_more(x, an);
}
