/* SPDX-License-Identifier: MIT */
/* What a proxy says: the same outcome however each thing it says is cut, and
 * nothing is written that was not put together at the start. */
#include "core/http/tunnel.h"

#include "fuzz.h"

/* Feeds piece by piece, a piece at most `step` bytes at a time. Whoever is cut
 * may get an answer in the middle of what the other finds too much. */
static enum sl_rc talk(struct tunnel *t, struct str says, size_t step,
                       size_t *written)
{
    enum sl_rc rc = SL_AGAIN;

    while (says.n != 0 && rc == SL_AGAIN) {
        struct str piece = str_first(says, step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str next;

        says = str_skip(says, step);
        rc = tunnel_feed(t, copy, &next);
        fuzz_free(copy);
        *written += next.n;
        if (next.n != 0 && says.n != 0)
            return SL_UP_REFUSED;
    }
    return rc == SL_OK && says.n != 0 ? SL_UP_REFUSED : rc;
}

static void compare(const struct proxy *proxy, const struct origin *origin,
                    struct str in)
{
    size_t n_a = 0, n_b = 0;
    struct tunnel a, b;
    enum sl_rc rc = SL_AGAIN;

    if (tunnel_init(&a, proxy, origin, &fuzz_mem) != SL_OK ||
        tunnel_init(&b, proxy, origin, &fuzz_mem) != SL_OK)
        sl_panic(__FILE__, __LINE__, "memory for tunnels");
    while (in.n != 0 && rc == SL_AGAIN) {
        size_t n = (size_t)fuzz_byte(&in) + 1;
        struct str says = str_first(in, n);

        in = str_skip(in, n);
        rc = talk(&a, says, n, &n_a);
        FUZZ_CHECK(talk(&b, says, 1, &n_b) == rc);
        FUZZ_CHECK(rc != SL_AGAIN || n_a == n_b);
        FUZZ_CHECK((rc == SL_UP_REFUSED) == (a.text[0] != '\0'));
    }
    FUZZ_CHECK(n_a <= a.out.n);
    tunnel_release(&a);
    tunnel_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size), rest = in;
    uint8_t kind = fuzz_byte(&rest);
    struct proxy proxy = {.kind = kind % 2 == 0 ? PROXY_HTTP : PROXY_SOCKS5,
                          .has_login = kind % 4 > 1,
                          .login = secret_of(STR("\1\1u\1p"))};
    struct origin origin = {.host = STR("api.x.ai"), .port = 443};

    compare(&proxy, &origin, rest);
    fuzz_free(in);
    return 0;
}
