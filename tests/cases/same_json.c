/* SPDX-License-Identifier: MIT */
#include "same_json.h"

#include "core/base/json.h"

/* By depth: documents nest at most JSON_DEPTH levels. */
static bool same(struct jval a, struct jval b, struct arena *arena);

static bool same_object(struct jval a, struct jval b, struct arena *arena)
{
    struct jval_iter it = json_iter(a);

    if (json_count(a) != json_count(b))
        return false;
    while (json_iter_next(&it)) {
        struct str name;

        if (!json_text(it.name, arena, &name) ||
            !same(it.value, json_get(b, name), arena))
            return false;
    }
    return true;
}

static bool same_array(struct jval a, struct jval b, struct arena *arena)
{
    struct jval_iter x = json_iter(a);
    struct jval_iter y = json_iter(b);

    if (json_count(a) != json_count(b))
        return false;
    while (json_iter_next(&x) && json_iter_next(&y)) {
        if (!same(x.value, y.value, arena))
            return false;
    }
    return true;
}

static bool same_number(struct jval a, struct jval b)
{
    double x;
    double y;

    if (str_eq(json_raw(a), json_raw(b)))
        return true;
    return json_f64(a, &x) && json_f64(b, &y) && x <= y && x >= y;
}

static bool same(struct jval a, struct jval b, struct arena *arena)
{
    struct str x;
    struct str y;

    if (json_type(a) != json_type(b))
        return false;
    switch (json_type(a)) {
    case JSON_OBJECT:
        return same_object(a, b, arena);
    case JSON_ARRAY:
        return same_array(a, b, arena);
    case JSON_NUMBER:
        return same_number(a, b);
    case JSON_STRING:
        return json_text(a, arena, &x) && json_text(b, arena, &y) &&
               str_eq(x, y);
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        return true;
    case JSON_NONE:
        return false;
    }
    return false;
}

bool same_json(struct str a, struct str b, struct arena *arena)
{
    struct json x;
    struct json y;

    return json_parse(&x, a, arena, NULL, NULL) == SL_OK &&
           json_parse(&y, b, arena, NULL, NULL) == SL_OK &&
           same(json_root(&x), json_root(&y), arena);
}
