/* SPDX-License-Identifier: MIT */
/* The earlier config.jsonc: variables as members. Sluice reads it as it is;
 * importing it leaves out what is empty, and shows what is not taken. */
#include "core/config.h"
#include "server/import.h"

static bool is_blank(struct jval v)
{
    bool is_empty = (json_is_arr(v) || json_is_obj(v)) && json_count(v) == 0;

    return json_is_null(v) || is_empty || json_text_eq(v, STR(""));
}

static void add_endpoints(struct import *im, struct jval v)
{
    struct jval_iter it = json_iter(v);

    if (is_blank(v))
        return;
    if (!json_is_arr(v)) {
        import_add(im, IMPORT_MEMBERS, STR("CUSTOM_OPENAI_ENDPOINTS"),
                   import_compact(im, v));
        return;
    }
    while (json_iter_next(&it))
        import_add(im, IMPORT_ENDPOINTS, (struct str){0},
                   import_compact(im, it.value));
}

bool import_jsonc(struct import *im, struct jval root)
{
    static const struct str endpoints = STR_INIT("CUSTOM_OPENAI_ENDPOINTS");
    static const struct str last = STR_INIT("DEFAULT_MODEL");
    struct jval_iter it = json_iter(root);
    struct jval model = json_get(root, last);

    /* A default model may be one of an endpoint, so that comes first. */
    add_endpoints(im, json_get(root, endpoints));
    while (json_iter_next(&it)) {
        struct str name = import_text(im, it.name);

        if (!is_blank(it.value) && !str_eq(name, endpoints) &&
            !str_eq(name, last) && !str_eq(name, STR("$schema")))
            import_add(im, IMPORT_MEMBERS, name, import_compact(im, it.value));
    }
    if (!is_blank(model))
        import_add(im, IMPORT_MEMBERS, last, import_compact(im, model));
    return true;
}
