/* SPDX-License-Identifier: MIT */
/* Streams: held until the first meaningful event, then passed on event by
 * event. The one hard idea: how a stream ends is always said, by the end mark
 * of its dialect or by an error event, never by silence. */
#include "core/api/answer_parts.h"

#include "core/api/pings.h"

/* ---- streams ---- */

static void begin_stream(struct exchange *x, struct answer *an)
{
    if (answer_refuses_loss(x, an))
        return;
    answer_commit(x, an);
    an->is_streaming = true;
    x->record.is_stream = true;
    pings_start(x);
    if (!x->head_sent) {
        answer_reply_begin_own(x, an);
        if (answer_kept_field(an, STR("cache-control")).n == 0)
            reply_field(x, STR("cache-control"), STR("no-cache"));
        reply_head_send(x, -1);
    }
    if (an->held.n != 0)
        reply_send(x, exchange_keep(x, buf_str(&an->held)));
    buf_release(&an->held);
}

static void pass_event(struct exchange *x, struct answer *an,
                       const struct frame *frame)
{
    if (!frame->in_input) {
        answer_flush(x, an);
        reply_send(x, exchange_keep(x, frame->raw));
        return;
    }
    if (an->run.n != 0 && an->run.p + an->run.n == frame->raw.p) {
        an->run.n += frame->raw.n;
        return;
    }
    answer_flush(x, an);
    an->run = frame->raw;
}

/* A provider that talks on without saying anything has failed. */
static bool hold_event(struct exchange *x, struct answer *an, struct str raw)
{
    if (an->held.n + raw.n > (size_t)x->config->limits.answer) {
        answer_fail_or_again(
            x, an, SL_UP_GARBAGE,
            STR("nothing meaningful within limits.answer bytes of "
                "the stream"));
        return false;
    }
    buf_add(&an->held, raw);
    if (an->held.failed)
        x->failed = true;
    return !x->failed;
}

static void look_at(struct exchange *x, struct answer *an,
                    const struct frame *frame, struct look *look)
{
    struct openai_seen seen = {.is_json = true};

    if (!frame->has_data) {
        look_seen(&seen, look);
        return;
    }
    if (an->translation != NULL) {
        look_translated(x, an, translation_frame(an->translation, &frame->chat),
                        look);
        return;
    }
    openai_chunk_see(frame->chat.data, &seen);
    if (!an->endpoint->is_chat) {
        /* Without a chat's shape there is nothing to understand. */
        seen.is_json = true;
        seen.is_meaningful = true;
        seen.is_usage_only = false;
    }
    look_seen(&seen, look);
}

/* An error that the provider reports after the commit. False: it has been
 * told; true: its own bytes tell it. */
static bool error_in_stream(struct exchange *x, struct answer *an,
                            const struct look *look)
{
    struct failure f = {.rc = SL_UP_ERROR};
    struct chat_error told;

    if (an->request == NULL) {
        an->is_done = true;
        x->record.rc = SL_UP_CUT;
        x->record.error = STR("the provider reported an error in its stream");
        return true;
    }
    attempt_cancel(x, &an->attempt);
    told = answer_told_error(an, look->error_seen);
    f.status = told.status;
    f.type = told.type;
    f.code = told.code;
    f.what =
        JOIN(x, attempt_who(x, &an->attempt), STR(": "),
             told.message.n != 0 ? told.message : rc_info(SL_UP_ERROR)->text);
    answer_end_with_error(x, an, &f);
    return false;
}

/* The frame, or what it was translated into, to the client. */
static bool pass_on(struct exchange *x, struct answer *an,
                    const struct frame *frame)
{
    struct str bytes;

    if (an->request == NULL) {
        if (!an->attempt.committed)
            return hold_event(x, an, frame->raw);
        pass_event(x, an, frame);
        return !x->failed;
    }
    bytes = translation_take(an->translation);
    if (!an->attempt.committed)
        return hold_event(x, an, bytes);
    reply_send(x, bytes);
    return !x->failed;
}

/* False: the stream is over, one way or another. */
static bool stream_event(struct exchange *x, struct answer *an,
                         const struct frame *frame)
{
    struct look look;

    look_at(x, an, frame, &look);
    if (x->failed)
        return false;
    if (look.has_error && !an->attempt.committed) {
        answer_error_inside(x, an, &look);
        return false;
    }
    if (!look.is_understood) {
        answer_fail_or_again(x, an, SL_UP_GARBAGE,
                             STR("an event of the stream is not JSON"));
        return false;
    }
    answer_note(x, an, &look);
    /* Of several choices a translation knows better. */
    an->is_finished = an->translation != NULL
                          ? an->translation->seen.is_finished
                          : an->is_finished || look.is_finish;
    an->is_done = an->is_done || look.is_done;
    if (look.has_error && !error_in_stream(x, an, &look))
        return false;
    /* A client that wants the answer whole gets it at the end. */
    if (an->request != NULL && !an->asked_stream)
        return true;
    if (!an->attempt.committed && (look.is_meaningful || look.is_done)) {
        begin_stream(x, an);
        if (!an->attempt.committed)
            return false;
    }
    if (look.is_usage_only && an->hides_usage)
        return true;
    return pass_on(x, an, frame);
}

/* What stands between the last event and the end of the client's stream. */
static void close_stream(struct exchange *x, struct answer *an)
{
    answer_flush(x, an);
    if (an->request != NULL) {
        if (translation_end(an->translation) != SL_OK) {
            x->failed = true;
            return;
        }
        reply_send(x, translation_take(an->translation));
        if (translation_loss(an->translation).n != 0)
            x->record.loss = translation_loss(an->translation);
    } else if (!an->is_done && an->provider != NULL) {
        /* Some providers leave the end mark out (quirks: missing [DONE]). */
        reply_send(x, an->provider->end_mark);
    }
}

/* A stream that the client wanted whole. */
static void deliver_folded(struct exchange *x, struct answer *an)
{
    struct str bytes;

    if (translation_end(an->translation) != SL_OK) {
        x->failed = true;
        return;
    }
    bytes = translation_take(an->translation);
    if (answer_refuses_loss(x, an))
        return;
    answer_commit(x, an);
    an->state = ANSWER_OVER;
    answer_reply_begin_own(x, an);
    reply_head_send(x, (int64_t)bytes.n);
    reply_send(x, bytes);
    reply_end(x);
}

/* The provider's last byte has come. */
static void stream_end(struct exchange *x, struct answer *an)
{
    struct frame frame;
    enum sl_rc rc = framing_finish(&an->framing, &frame);

    if (rc == SL_OK) {
        if (!stream_event(x, an, &frame))
            return;
        if (frame.has_data && an->attempt.committed && an->request == NULL) {
            answer_flush(x, an);
            reply_send(x, STR("\n\n"));
        }
    }
    if (!an->endpoint->is_chat)
        an->is_done = an->is_done || an->attempt.committed;
    if (rc == SL_UP_CUT || (!an->is_done && !an->is_finished)) {
        answer_fail_or_again(x, an, SL_UP_CUT,
                             STR("the stream ended before the answer did"));
        return;
    }
    if (an->request != NULL && !an->asked_stream) {
        deliver_folded(x, an);
        return;
    }
    close_stream(x, an);
    if (x->failed)
        return;
    an->state = ANSWER_OVER;
    reply_end(x);
}

void answer_stream_body(struct exchange *x, struct answer *an, struct str in,
                        bool last)
{
    struct frame frame;
    enum sl_rc rc;

    while ((rc = framing_next(&an->framing, &in, &frame)) == SL_OK) {
        if (!stream_event(x, an, &frame))
            return;
    }
    answer_flush(x, an);
    if (rc == SL_NOMEM) {
        x->failed = true;
        return;
    }
    if (rc != SL_AGAIN) {
        answer_fail_or_again(
            x, an, SL_UP_GARBAGE,
            rc == SL_TOO_LARGE
                ? STR("an event of the stream is over limits.event")
                : STR("the stream is broken"));
        return;
    }
    if (last)
        stream_end(x, an);
    else if (an->attempt.committed)
        answer_expect_more(x, an);
}
