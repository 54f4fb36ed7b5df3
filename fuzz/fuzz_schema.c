/* SPDX-License-Identifier: MIT */
/* The first byte chooses a form: what a schema is brought down to is JSON, or
 * it is refused; and what is read back is JSON too. */
#include "core/schema.h"

#include "fuzz.h"

static void check_json(struct str text, struct arena *a)
{
    struct json doc;

    FUZZ_CHECK(json_parse(&doc, text, a, NULL, NULL) == SL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    bool is_openapi = fuzz_byte(&text) % 2 == 1;
    struct chat_loss loss;
    struct json doc;
    struct arena a;
    struct buf out;
    struct schema_job job = {
        .arena = &a, .out = &out, .loss = &loss, .name = STR("p")};

    arena_init(&a, &fuzz_mem, 4096, 64 * 1024 * 1024);
    chat_loss_init(&loss, &a);
    buf_init(&out, arena_mem(&a), 1 << 20);
    job.form = is_openapi ? SCHEMA_OPENAPI : SCHEMA_KEYWORDS;
    if (json_parse(&doc, text, &a, NULL, NULL) == SL_OK) {
        schema_write(&job, text);
        if (job.refused.n == 0 && !out.failed)
            check_json(buf_str(&out), &a);
        check_json(schema_from_openapi(json_root(&doc), &a), &a);
    }
    arena_release(&a);
    fuzz_free(in);
    return 0;
}
