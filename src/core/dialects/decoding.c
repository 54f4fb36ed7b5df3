/* SPDX-License-Identifier: MIT */
/* From one frame's JSON to events. */
#include "core/dialects/decoding.h"

enum sl_rc decoding_parse(struct decoding *x, struct str text)
{
    enum sl_rc rc = json_parse(&x->doc, text, x->d->turn, NULL, NULL);

    if (rc == SL_NOMEM)
        return rc;
    if (rc != SL_OK || !json_is_obj(json_root(&x->doc)))
        return SL_UP_GARBAGE;
    x->root = json_root(&x->doc);
    return SL_OK;
}

enum sl_rc decoding_rc(const struct decoding *x)
{
    return x->failed ? SL_NOMEM : SL_OK;
}

struct str decoding_text(struct decoding *x, struct jval v)
{
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, x->d->turn, &text))
        x->failed = true;
    return text;
}

int64_t decoding_count(struct jval v)
{
    double n;

    if (!json_is_num(v) || !json_f64(v, &n) || n < 0 || n > (double)USAGE_MOST)
        return -1;
    return (int64_t)(n + 0.5);
}

void emit(struct decoding *x, enum chat_event_kind kind)
{
    decoder_emit(x->d, &(struct chat_event){.kind = kind});
}

void emit_text(struct decoding *x, enum chat_event_kind kind, struct jval v)
{
    struct str text = decoding_text(x, v);

    if (text.n != 0)
        decoder_emit(x->d, &(struct chat_event){.kind = kind, .text = text});
}

void emit_finish(struct decoding *x, enum chat_finish finish)
{
    decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_FINISH,
                                            .finish = finish});
}

void emit_arguments(struct decoding *x, uint32_t tool, struct jval arguments)
{
    struct str text = json_is_str(arguments)    ? decoding_text(x, arguments)
                      : json_is_null(arguments) ? (struct str){0}
                                                : json_raw(arguments);

    if (text.n != 0)
        decoder_emit(x->d,
                     &(struct chat_event){.kind = CHAT_EVENT_TOOL_ARGUMENTS,
                                          .tool = tool,
                                          .text = text});
}

void emit_call(struct decoding *x, uint32_t tool, struct jval id,
               struct jval name, struct jval arguments)
{
    decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_START,
                                            .tool = tool,
                                            .id = decoding_text(x, id),
                                            .name = decoding_text(x, name)});
    emit_arguments(x, tool, arguments);
    decoder_emit(
        x->d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_END, .tool = tool});
}

void emit_error(struct decoding *x, int status, struct str message)
{
    decoder_emit(x->d, &(struct chat_event){
                           .kind = CHAT_EVENT_ERROR,
                           .error = {.status = status, .message = message}});
}
