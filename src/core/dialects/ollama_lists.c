/* SPDX-License-Identifier: MIT */
/* Lists of models and the like in Ollama's words. Its clients want every member
 * of the details, so that those we know nothing of are empty. */
#include "core/dialects/ollama_lists.h"

#include "core/base/date.h"
#include "core/dialects/writing.h"

static void write_details(struct buf *out)
{
    member_raw(out, STR("details"),
               STR("{\"parent_model\":\"\",\"format\":\"\",\"family\":\"\","
                   "\"families\":[],\"parameter_size\":\"\","
                   "\"quantization_level\":\"\"}"));
}

static void write_time(struct buf *out, struct str name, int64_t unix_s)
{
    json_member(out, name);
    buf_add_char(out, '"');
    date_write(out, unix_s);
    buf_add_char(out, '"');
}

static void write_model(struct buf *out, const struct ollama_model *m)
{
    json_next(out);
    buf_add_char(out, '{');
    json_member(out, STR("name"));
    json_str(out, m->name);
    json_member(out, STR("model"));
    json_str(out, m->name);
    write_time(out, STR("modified_at"), m->modified_s);
    member_i64(out, STR("size"), 0);
    member_raw(out, STR("digest"), STR("\"\""));
    write_details(out);
    buf_add_char(out, '}');
}

void ollama_write_tags(struct buf *out, const struct ollama_model *models,
                       size_t n)
{
    buf_add(out, STR("{\"models\":["));
    for (size_t i = 0; i < n; i++)
        write_model(out, &models[i]);
    buf_add(out, STR("]}"));
}

void ollama_write_version(struct buf *out, struct str version)
{
    buf_add(out, STR("{\"version\":"));
    json_str(out, version);
    buf_add_char(out, '}');
}

/* Of a model that nothing is known of, its provider says what it takes when it
 * is asked. */
static void write_capabilities(struct buf *out, const struct ollama_model *m)
{
    json_member(out, STR("capabilities"));
    buf_add(out, STR("[\"completion\""));
    if (!m->has_facts || m->has_tools)
        buf_add(out, STR(",\"tools\""));
    if (m->has_vision)
        buf_add(out, STR(",\"vision\""));
    if (m->thinks)
        buf_add(out, STR(",\"thinking\""));
    buf_add_char(out, ']');
}

/* Clients look for "ARCHITECTURE.context_length". */
static void write_info(struct buf *out, const struct ollama_model *m)
{
    json_member(out, STR("model_info"));
    buf_add(out, STR("{\"general.architecture\":\"sluice\""));
    member_text(out, STR("general.basename"), m->name);
    if (m->context != 0)
        member_i64(out, STR("sluice.context_length"), m->context);
    buf_add_char(out, '}');
}

void ollama_write_show(struct buf *out, const struct ollama_model *model)
{
    buf_add(out, STR("{\"modelfile\":\"\",\"parameters\":\"\",\"template\":"
                     "\"\""));
    write_details(out);
    write_info(out, model);
    write_capabilities(out, model);
    write_time(out, STR("modified_at"), model->modified_s);
    buf_add_char(out, '}');
}

bool ollama_is_load(struct jval body)
{
    struct jval messages = json_get(body, STR("messages"));
    struct jval prompt = json_get(body, STR("prompt"));
    bool is_empty = json_is_null(prompt) || json_text_eq(prompt, STR(""));

    return json_is_obj(body) && is_empty &&
           (json_is_null(messages) ||
            (json_is_arr(messages) && json_count(messages) == 0));
}

/* keep_alive of 0, or "0", or "0s", lets go of the model. */
static bool is_unload(struct jval body)
{
    struct jval keep = json_get(body, STR("keep_alive"));
    int64_t seconds;

    return json_text_eq(keep, STR("0")) || json_text_eq(keep, STR("0s")) ||
           (json_i64(keep, &seconds) && seconds == 0);
}

void ollama_write_loaded(struct buf *out, struct jval body, bool is_generate,
                         int64_t now_s)
{
    struct str model = json_raw(json_get(body, STR("model")));

    buf_add_char(out, '{');
    member_raw(out, STR("model"), model.n != 0 ? model : STR("\"\""));
    write_time(out, STR("created_at"), now_s);
    if (is_generate)
        member_raw(out, STR("response"), STR("\"\""));
    else
        member_raw(out, STR("message"),
                   STR("{\"role\":\"assistant\",\"content\":\"\"}"));
    member_bool(out, STR("done"), true);
    member_text(out, STR("done_reason"),
                is_unload(body) ? STR("unload") : STR("load"));
    buf_add_char(out, '}');
}
