/* SPDX-License-Identifier: MIT */
/* Heads: the same answer at once and byte by byte; what is accepted lies
 * within what was given and, written again, is read as the same. */
#include "core/http/head.h"

#include "fuzz.h"

enum { FIELDS = 32 };

struct read {
    struct http_field fields[FIELDS];
    struct http_fields found;
    struct http_request req;
    struct http_response res;
    struct http_framing framing;
    size_t used;
};

static const struct head_limits limits = {1024, FIELDS};

static enum sl_rc read_some(struct read *r, struct head *h, struct str in,
                            bool is_response)
{
    enum sl_rc rc;

    if (is_response)
        rc = head_response(h, in, &limits, HTTP_GET, r->fields, &r->res,
                           &r->framing, NULL);
    else
        rc =
            head_request(h, in, &limits, r->fields, &r->req, &r->framing, NULL);
    r->found = is_response ? r->res.fields : r->req.fields;
    r->used = h->used;
    return rc;
}

static enum sl_rc read_slowly(struct read *r, struct str in, size_t first,
                              size_t step, bool is_response)
{
    struct head h = {0};
    enum sl_rc rc;

    for (size_t n = first;; n += step) {
        /* Elsewhere each time, and of the exact size. */
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)in.p, n < in.n ? n : in.n);

        rc = read_some(r, &h, copy, is_response);
        fuzz_free(copy);
        if (rc != SL_AGAIN || n >= in.n)
            return rc;
    }
}

static void write_again(const struct read *first, bool is_response)
{
    struct read second = {.used = 0};
    struct head h = {0};
    struct buf out;

    buf_init(&out, &fuzz_mem, 8192);
    if (is_response)
        head_write_response(&out, first->res.status, &first->found,
                            &first->framing);
    else
        head_write_request(&out, first->req.method_text, first->req.target,
                           &first->found, &first->framing);
    FUZZ_CHECK(!out.failed);
    if (out.n < limits.bytes && !(is_response && first->res.status < 200)) {
        enum sl_rc rc = read_some(&second, &h, buf_str(&out), is_response);

        /* It is 1.1 now, which needs a host. */
        if (rc == SL_SYNTAX && !is_response)
            FUZZ_CHECK(first->req.is_http10);
        else
            FUZZ_CHECK(rc == SL_OK && second.used == out.n &&
                       second.framing.length == first->framing.length);
    }
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    bool is_response = (fuzz_byte(&text) & 1) != 0;
    size_t cut = fuzz_byte(&text);
    struct read at_once = {.used = 0};
    struct read slowly = {.used = 0};
    struct head h = {0};
    enum sl_rc rc = read_some(&at_once, &h, text, is_response);

    FUZZ_CHECK(read_slowly(&slowly, text, cut, text.n + 1, is_response) == rc);
    FUZZ_CHECK(slowly.used == at_once.used);
    FUZZ_CHECK(read_slowly(&slowly, text, 0, 1, is_response) == rc);
    FUZZ_CHECK(slowly.used == at_once.used);
    if (rc == SL_OK) {
        FUZZ_CHECK(at_once.used <= text.n);
        FUZZ_CHECK(slowly.framing.length == at_once.framing.length &&
                   slowly.framing.body == at_once.framing.body &&
                   slowly.found.n == at_once.found.n);
        write_again(&at_once, is_response);
    }
    fuzz_free(in);
    return 0;
}
