/* SPDX-License-Identifier: MIT */
/* Reading them from the raw values that one scan of the body has found: no
 * index is made, and a body without them costs nothing. */
#include "core/api/overrides.h"

#include "core/api/request.h"
#include "core/base/num.h"
#include "core/chat.h"
#include "core/plan.h"

void overrides_want(struct json_want *want)
{
    want[OVERRIDE_MODELS].name = STR("models");
    want[OVERRIDE_FALLBACKS].name = STR("fallbacks");
    want[OVERRIDE_PROVIDER].name = STR("provider");
}

enum { NAME_SHOWN = 100 }; /* bytes of a member that means nothing here */

/* Always false. */
static bool wrong(struct exchange *x, struct str path, struct str what)
{
    reply_failure(x, &(struct failure){
                         .rc = SL_BAD_REQUEST,
                         .code = STR("invalid_type"),
                         .param = path,
                         .what = JOIN(x, path, what),
                     });
    return false;
}

static struct str element_path(struct exchange *x, struct str path, size_t i)
{
    char text[24];

    return JOIN(x, path, STR("["), ((struct str){text, num_write_u64(text, i)}),
                STR("]"));
}

static bool is_absent(struct str raw)
{
    return raw.n == 0 || json_raw_type(raw) == JSON_NULL;
}

/* A name as it stays: the body that it borrows is given back before. */
static bool read_name(struct exchange *x, struct str raw, struct str path,
                      struct str *name)
{
    enum sl_rc rc = json_raw_text(raw, &x->arena, name);

    if (rc == SL_OK && !arena_copy(&x->arena, *name, name))
        rc = SL_NOMEM;
    if (rc == SL_NOMEM) {
        x->failed = true;
        return false;
    }
    if (rc != SL_OK || name->n == 0)
        return wrong(x, path, STR(" must be a string that is not empty"));
    if (name->n > MODEL_NAME_BYTES)
        return wrong(x, path, STR(" must not be longer than 2048 bytes"));
    return true;
}

static bool read_names(struct exchange *x, struct str raw, struct str path,
                       struct name_list *list)
{
    struct str rest = raw;
    struct str value;
    struct str *v;

    if (is_absent(raw))
        return true;
    if (json_raw_type(raw) != JSON_ARRAY)
        return wrong(x, path, STR(" must be an array of strings"));
    v = arena_array(&x->arena, struct str, OVERRIDES_NAMES);
    if (v == NULL) {
        x->failed = true;
        return false;
    }
    list->v = v;
    while (json_next_element(&rest, &value)) {
        if (list->n == OVERRIDES_NAMES)
            return wrong(x, path, STR(" must not have more than 16 names"));
        if (!read_name(x, value, element_path(x, path, list->n), &v[list->n]))
            return false;
        list->n++;
    }
    return true;
}

static bool read_sort(struct exchange *x, struct str raw, struct overrides *o)
{
    struct str text = {0};

    if (is_absent(raw))
        return true;
    if (json_raw_text(raw, &x->arena, &text) == SL_OK) {
        if (str_eq(text, STR("price")))
            o->sort = PLAN_BY_PRICE;
        else if (str_eq(text, STR("throughput")) ||
                 str_eq(text, STR("latency")))
            o->sort = PLAN_BY_SPEED;
    }
    return o->sort != PLAN_AS_GIVEN ||
           wrong(x, STR("provider.sort"),
                 STR(" must be \"price\", \"throughput\" or \"latency\""));
}

/* What else stands in `provider`: it goes nowhere, and the caller is told. */
static void note_loss(struct exchange *x, struct str raw,
                      const struct json_want *known, size_t n,
                      struct overrides *o)
{
    struct str rest = raw, name, value;
    struct chat_loss loss;

    chat_loss_init(&loss, &x->arena);
    while (json_next_member(&rest, &name, &value)) {
        struct str text;
        size_t i = 0;

        if (json_raw_text(name, &x->arena, &text) != SL_OK)
            continue;
        while (i < n && !str_eq(known[i].name, text))
            i++;
        if (i == n)
            chat_lose(&loss,
                      JOIN(x, STR("provider."), str_first(text, NAME_SHOWN)),
                      CHAT_DROPPED);
    }
    if (buf_rc(&loss.text) == SL_NOMEM)
        x->failed = true;
    o->loss = buf_str(&loss.text);
}

static bool read_provider(struct exchange *x, struct str raw,
                          struct overrides *o)
{
    struct json_want want[] = {
        {.name = STR_INIT("order")},  {.name = STR_INIT("only")},
        {.name = STR_INIT("ignore")}, {.name = STR_INIT("allow_fallbacks")},
        {.name = STR_INIT("sort")},
    };
    enum json_type allows;

    if (is_absent(raw))
        return true;
    if (json_raw_type(raw) != JSON_OBJECT ||
        json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return wrong(x, STR("provider"),
                     STR(" must be an object that names no member twice"));
    allows = json_raw_type(want[3].value);
    if (allows != JSON_NONE && allows != JSON_NULL && allows != JSON_TRUE &&
        allows != JSON_FALSE)
        return wrong(x, STR("provider.allow_fallbacks"),
                     STR(" must be true or false"));
    o->only_first = allows == JSON_FALSE;
    note_loss(x, raw, want, SL_LEN(want), o);
    return read_names(x, want[0].value, STR("provider.order"), &o->order) &&
           read_names(x, want[1].value, STR("provider.only"), &o->only) &&
           read_names(x, want[2].value, STR("provider.ignore"), &o->ignore) &&
           read_sort(x, want[4].value, o);
}

bool overrides_read(struct exchange *x, const struct json_want *want,
                    struct overrides *o)
{
    *o = (struct overrides){0};
    for (size_t i = 0; i < OVERRIDES; i++)
        o->is_set = o->is_set || !is_absent(want[i].value);
    return read_names(x, want[OVERRIDE_MODELS].value, STR("models"),
                      &o->models) &&
           read_names(x, want[OVERRIDE_FALLBACKS].value, STR("fallbacks"),
                      &o->fallbacks) &&
           read_provider(x, want[OVERRIDE_PROVIDER].value, o);
}

bool overrides_are_foreign(const struct exchange *x, struct str model)
{
    struct plan plan;

    if (x->supplier != NULL)
        return x->supplier->row->reads_overrides;
    switch (plan_resolve(x->config, model, 0, &plan)) {
    case PLAN_FOUND:
    case PLAN_NOT_READY:
    case PLAN_NO_MODEL:
        return plan.group == NULL && plan.one.provider->row->reads_overrides;
    case PLAN_BARE:
    case PLAN_NO_DEFAULT:
        break;
    }
    return false;
}

bool name_list_has(const struct name_list *l, const struct provider *p,
                   size_t *at)
{
    for (size_t i = 0; i < l->n; i++) {
        if (!str_eq_nocase(l->v[i], p->name) &&
            (p->row->alias.n == 0 || !str_eq_nocase(l->v[i], p->row->alias)))
            continue;
        *at = i;
        return true;
    }
    return false;
}
