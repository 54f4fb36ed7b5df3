/* SPDX-License-Identifier: MIT */
/* Parts of messages as blocks of Converse (aws-bedrock section 5): objects with
 * one member that says their kind. Media come as bytes or lie in S3; a marker
 * for the cache is a block of its own behind what it marks. */
#include "core/dialects/bedrock.h"

#include "core/base/base64.h"
#include "core/dialects/writing.h"

enum { NAME_BYTES = 200 }; /* of a document's name */

struct format {
    struct str type, name;
};

static const struct format images[] = {
    {STR_INIT("image/png"), STR_INIT("png")},
    {STR_INIT("image/jpeg"), STR_INIT("jpeg")},
    {STR_INIT("image/jpg"), STR_INIT("jpeg")},
    {STR_INIT("image/gif"), STR_INIT("gif")},
    {STR_INIT("image/webp"), STR_INIT("webp")},
    {{0}, {0}},
};
static const struct format audios[] = {
    {STR_INIT("audio/mp3"), STR_INIT("mp3")},
    {STR_INIT("audio/mpeg"), STR_INIT("mp3")},
    {STR_INIT("audio/wav"), STR_INIT("wav")},
    {STR_INIT("audio/x-wav"), STR_INIT("wav")},
    {STR_INIT("audio/flac"), STR_INIT("flac")},
    {STR_INIT("audio/ogg"), STR_INIT("ogg")},
    {STR_INIT("audio/opus"), STR_INIT("opus")},
    {STR_INIT("audio/aac"), STR_INIT("aac")},
    {STR_INIT("audio/mp4"), STR_INIT("mp4")},
    {STR_INIT("audio/webm"), STR_INIT("webm")},
    {STR_INIT("audio/pcm"), STR_INIT("pcm")},
    {{0}, {0}},
};
static const struct format documents[] = {
    {STR_INIT("application/pdf"), STR_INIT("pdf")},
    {STR_INIT("text/csv"), STR_INIT("csv")},
    {STR_INIT("application/msword"), STR_INIT("doc")},
    {STR_INIT("application/vnd.openxmlformats-officedocument"
              ".wordprocessingml.document"),
     STR_INIT("docx")},
    {STR_INIT("application/vnd.ms-excel"), STR_INIT("xls")},
    {STR_INIT("application/vnd.openxmlformats-officedocument"
              ".spreadsheetml.sheet"),
     STR_INIT("xlsx")},
    {STR_INIT("text/html"), STR_INIT("html")},
    {STR_INIT("text/markdown"), STR_INIT("md")},
    {STR_INIT("text/plain"), STR_INIT("txt")},
    {STR_INIT("application/json"), STR_INIT("txt")},
    {{0}, {0}},
};

static struct str format_of(const struct format *f, struct str type)
{
    type = str_trim(str_before(type, ';'));
    while (f->type.n != 0 && !str_eq_nocase(f->type, type))
        f++;
    return f->name;
}

/* By the type; where that says nothing, by the end of the file's name. */
static struct str document_format(const struct chat_part *p)
{
    struct str name = format_of(documents, p->media_type);

    if (name.n != 0)
        return name;
    for (size_t i = 0; documents[i].type.n != 0; i++) {
        struct str end = documents[i].name;

        if (p->name.n > end.n && str_ends(p->name, end) &&
            p->name.p[p->name.n - end.n - 1] == '.')
            return end;
    }
    if (p->data.n == 0 && p->text.n != 0)
        return STR("txt");
    return p->media_type.n == 0 ? STR("pdf") : (struct str){0};
}

static struct str media_format(const struct chat_part *p)
{
    if (p->kind == CHAT_DOCUMENT)
        return document_format(p);
    if (p->kind == CHAT_AUDIO)
        return format_of(audios, p->media_type);
    return p->media_type.n == 0 ? STR("png") : format_of(images, p->media_type);
}

/* ---- what is taken ---- */

static void refuse(struct writer *x, struct str what)
{
    writing_refuse(x->w, STR("messages"), what);
}

static bool is_in_s3(const struct chat_part *p)
{
    return str_starts(p->url, STR("s3://"));
}

static bool takes_media(struct writer *x, enum run run,
                        const struct chat_part *p)
{
    if (run != RUN_USER) {
        writing_skip_part(x->w, CHAT_ROLE_ASSISTANT, p);
        return false;
    }
    if (p->detail.n != 0 && !str_eq(p->detail, STR("auto")))
        writer_lose(x, STR("messages.image_url.detail"), CHAT_DROPPED);
    if (p->file_id.n != 0)
        refuse(x, STR("this provider does not have the file that a file_id "
                      "names: send the data itself"));
    else if (p->url.n != 0 && !is_in_s3(p))
        refuse(x, STR("this provider reads no URLs but s3://: send the data "
                      "itself"));
    else if (p->data.n + p->url.n + p->text.n == 0)
        refuse(x, STR("an image or a document has no data"));
    else if (media_format(p).n == 0)
        refuse(x, STR("this provider does not take media of this type"));
    else
        return true;
    return false;
}

/* {"redactedContent":"…"} of a state: the text; {0}: it is a signature. */
static struct str redacted(struct writer *x, const struct chat_part *p)
{
    struct json doc;
    struct str text = {0};

    if (json_raw_type(p->state.bytes) != JSON_OBJECT ||
        json_parse(&doc, p->state.bytes, x->w->arena, NULL, NULL) != SL_OK ||
        !json_text(json_get(json_root(&doc), STR("redactedContent")),
                   x->w->arena, &text))
        return (struct str){0};
    return text;
}

/* Only what the model itself has signed is taken back. */
static bool takes_reasoning(struct writer *x, enum run run,
                            const struct chat_part *p)
{
    bool is_ours = p->state.bytes.n != 0 && str_eq(p->state.maker, BEDROCK);

    if (is_ours && run == RUN_ASSISTANT) {
        if (p->text.n != 0 && redacted(x, p).n != 0)
            writer_lose(x, STR("messages.reasoning"), CHAT_DROPPED);
        return true;
    }
    writer_lose(x, STR("messages.reasoning"), CHAT_DROPPED);
    return false;
}

bool bedrock_takes_block(struct writer *x, enum run run,
                         const struct chat_part *p)
{
    if (p->state.bytes.n != 0 && p->kind != CHAT_REASONING)
        writer_lose(x, STR("messages.state"), CHAT_DROPPED);
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        return str_trim(p->text).n != 0; /* blank ones are refused */
    case CHAT_IMAGE:
    case CHAT_DOCUMENT:
    case CHAT_AUDIO:
        return takes_media(x, run, p);
    case CHAT_REASONING:
        return takes_reasoning(x, run, p);
    case CHAT_TOOL_CALL:
        return run == RUN_ASSISTANT;
    case CHAT_TOOL_RESULT:
        return writer_takes_result(x, p);
    }
    return false;
}

/* ---- blocks ---- */

void bedrock_cache_point(struct writer *x, struct str cache_raw)
{
    struct json_want want = {.name = STR("ttl")};

    buf_add(x->out, STR("{\"cachePoint\":{\"type\":\"default\""));
    if (json_scan(cache_raw, &want, 1, NULL) == SL_OK &&
        json_raw_type(want.value) == JSON_STRING)
        member_raw(x->out, STR("ttl"), want.value);
    buf_add(x->out, STR("}}"));
}

/* Letters, digits, blanks, hyphens, parentheses and brackets; what stands
 * behind the last dot is said by the format. */
static void write_name(struct writer *x, struct str name)
{
    size_t dot = name.n;

    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    name = str_trim(str_first(name, dot > 1 ? dot - 1 : name.n));
    name = str_first(name.n == 0 ? STR("document") : name, NAME_BYTES);
    json_member(x->out, STR("name"));
    buf_add_char(x->out, '"');
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool is_fit = char_is_alpha(c) || char_is_digit(c) || c == '(' ||
                      c == ')' || c == '[' || c == ']' ||
                      (c == ' ' && name.p[i - 1] != ' ');

        buf_add_char(x->out, is_fit ? c : '-');
    }
    buf_add_char(x->out, '"');
}

static void write_source(struct writer *x, const struct chat_part *p)
{
    json_member(x->out, STR("source"));
    if (is_in_s3(p)) {
        buf_add(x->out, STR("{\"s3Location\":{\"uri\":"));
        json_str(x->out, p->url);
        buf_add(x->out, STR("}}"));
        return;
    }
    buf_add(x->out, STR("{\"bytes\":\""));
    if (p->data.n != 0)
        json_str_part(x->out, p->data);
    else
        base64_write(x->out, p->text, BASE64_STANDARD);
    buf_add(x->out, STR("\"}"));
}

static void write_media(struct writer *x, struct str kind,
                        const struct chat_part *p)
{
    json_member(x->out, kind);
    buf_add_char(x->out, '{');
    member_text(x->out, STR("format"), media_format(p));
    if (p->kind == CHAT_DOCUMENT)
        write_name(x, p->name);
    write_source(x, p);
    buf_add_char(x->out, '}');
}

static void write_reasoning(struct writer *x, const struct chat_part *p)
{
    struct str hidden = redacted(x, p);

    json_member(x->out, STR("reasoningContent"));
    buf_add_char(x->out, '{');
    if (hidden.n != 0) {
        member_text(x->out, STR("redactedContent"), hidden);
    } else {
        buf_add(x->out, STR("\"reasoningText\":{\"text\":"));
        json_str(x->out, p->text);
        member_text(x->out, STR("signature"), p->state.bytes);
        buf_add_char(x->out, '}');
    }
    buf_add_char(x->out, '}');
}

static void write_call(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, STR("\"toolUse\":{\"toolUseId\":"));
    writer_id(x, p->id);
    member_text(x->out, STR("name"), p->name);
    json_member(x->out, STR("input"));
    writer_input(x, p);
    buf_add_char(x->out, '}');
}

/* The one member of a block; a result's own blocks are never results. */
static void write_plain(struct writer *x, const struct chat_part *p)
{
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        member_text(x->out, STR("text"), p->text);
        break;
    case CHAT_IMAGE:
        write_media(x, STR("image"), p);
        break;
    case CHAT_AUDIO:
        write_media(x, STR("audio"), p);
        break;
    case CHAT_DOCUMENT:
        write_media(x, STR("document"), p);
        break;
    case CHAT_REASONING:
        write_reasoning(x, p);
        break;
    case CHAT_TOOL_CALL:
        write_call(x, p);
        break;
    case CHAT_TOOL_RESULT:
        break;
    }
}

static bool takes_in_result(struct writer *x, const struct chat_part *p)
{
    if (p->cache_raw.n != 0)
        writer_lose(x, STR("cache_control"), CHAT_DROPPED);
    if (p->kind == CHAT_AUDIO) {
        writing_skip_part(x->w, CHAT_ROLE_TOOL, p);
        return false;
    }
    return bedrock_takes_block(x, RUN_USER, p);
}

static void write_result(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, STR("\"toolResult\":{\"toolUseId\":"));
    writer_id(x, p->id);
    json_member(x->out, STR("content"));
    buf_add_char(x->out, '[');
    for (size_t i = 0; i < p->n_parts; i++) {
        if (!takes_in_result(x, &p->parts[i]))
            continue;
        json_next(x->out);
        buf_add_char(x->out, '{');
        write_plain(x, &p->parts[i]);
        buf_add_char(x->out, '}');
    }
    buf_add_char(x->out, ']');
    if (p->is_error)
        member_text(x->out, STR("status"), STR("error"));
    buf_add_char(x->out, '}');
}

void bedrock_block(struct writer *x, const struct chat_part *p)
{
    buf_add_char(x->out, '{');
    if (p->kind == CHAT_TOOL_RESULT)
        write_result(x, p);
    else
        write_plain(x, p);
    buf_add_char(x->out, '}');
    if (p->cache_raw.n == 0)
        return;
    if (!bedrock_family_find(x->w->model)->has_cache) {
        writer_lose(x, STR("cache_control"), CHAT_DROPPED);
        return;
    }
    buf_add_char(x->out, ',');
    bedrock_cache_point(x, p->cache_raw);
}
