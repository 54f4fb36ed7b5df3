/* SPDX-License-Identifier: MIT */
/* AWS signatures: a vector that botocore agrees with, and the spellings of
 * path, query and fields. */
#include "support.h"

#include "core/base/buf.h"
#include "core/secret.h"
#include "core/sigv4.h"
#include "sha256.h"

enum { FIELDS = 8, HEX = 2 * SHA256_BYTES };

static struct test_mem mem;

static struct str hex_of(const unsigned char *sum, char *hex)
{
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    }
    return (struct str){hex, HEX};
}

static struct str hash(struct str text, char *hex)
{
    unsigned char sum[SHA256_BYTES];

    sha256(text, sum);
    return hex_of(sum, hex);
}

/* With the secret where it belongs. */
static void canonical(struct buf *out, const struct sigv4 *s,
                      struct str body_hash)
{
    const struct secret *secret;
    struct buf text;
    size_t at;

    buf_init(&text, &mem.mem, 4096);
    buf_init(out, &mem.mem, 4096);
    sigv4_canonical(&text, s, body_hash, &at, &secret);
    buf_add(out, str_first(buf_str(&text), at));
    if (secret != NULL)
        secret_write(out, secret);
    buf_add(out, str_skip(buf_str(&text), at));
    assert_false(text.failed || out->failed);
    buf_release(&text);
}

static void sign(const struct sigv4 *s, struct str to_sign, char *hex)
{
    struct str links[] = {str_first(s->time, 8), s->region, s->service,
                          STR("aws4_request"), to_sign};
    unsigned char sum[SHA256_BYTES], next[SHA256_BYTES];
    struct str key = STR("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    for (size_t i = 0; i < SL_LEN(links); i++) {
        hmac_sha256(key, links[i], next);
        memcpy(sum, next, sizeof(sum));
        key = (struct str){(char *)sum, sizeof(sum)};
    }
    (void)hex_of(sum, hex);
}

static const char body[] =
    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";

static const char vector[] =
    "POST\n"
    "/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse\n"
    "\n"
    "content-type:application/json\n"
    "host:bedrock-runtime.us-east-1.amazonaws.com\n"
    "x-amz-date:20260115T123456Z\n"
    "\n"
    "content-type;host;x-amz-date\n"
    "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0";

static void check_vector(bool has_token, const char *want_hash,
                         const char *want_signature)
{
    const struct secret token = secret_of(STR("SESSIONTOKENEXAMPLE"));
    struct http_field v[] = {
        {.name = STR("host"),
         .value = STR("bedrock-runtime.us-east-1.amazonaws.com")},
        {.name = STR("Content-Type"), .value = STR("application/json")},
        {.name = STR("accept"), .value = STR("*/*")},
        {.name = STR("x-amz-date"), .value = STR("20260115T123456Z")},
        {.name = STR("x-amz-security-token"), .secret = &token},
    };
    const struct http_fields fields = {v, has_token ? 5 : 4};
    const struct http_field *chosen[FIELDS];
    struct sigv4 s = {
        .method = STR("POST"),
        .target =
            STR("/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"),
        .fields = chosen,
        .n = sigv4_select(&fields, chosen),
        .time = STR("20260115T123456Z"),
        .region = STR("us-east-1"),
        .service = STR("bedrock"),
    };
    char body_hash[HEX], request_hash[HEX], signature[HEX];
    struct buf out, text;

    canonical(&out, &s, hash(str_of(body), body_hash));
    if (!has_token)
        check_str(buf_str(&out), str_of(vector));
    check_str(hash(buf_str(&out), request_hash), str_of(want_hash));
    buf_init(&text, &mem.mem, 4096);
    sigv4_to_sign(&text, &s, (struct str){request_hash, HEX});
    sign(&s, buf_str(&text), signature);
    check_str(((struct str){signature, HEX}), str_of(want_signature));
    buf_reset(&text);
    sigv4_authorization(&text, &s, STR("AKIDEXAMPLE"), STR("SIG"));
    check_str(buf_str(&text),
              has_token
                  ? STR("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/"
                        "us-east-1/bedrock/aws4_request, SignedHeaders="
                        "content-type;host;x-amz-date;x-amz-security-token, "
                        "Signature=SIG")
                  : STR("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/"
                        "us-east-1/bedrock/aws4_request, SignedHeaders="
                        "content-type;host;x-amz-date, Signature=SIG"));
    buf_release(&text);
    buf_release(&out);
}

static void known_vectors(void **state)
{
    (void)state;
    test_mem_init(&mem);
    check_vector(
        false,
        "92845fcfb60ac334b68ff33cc4337aef44f680cdd76c35308b9becaf29c1c26e",
        "9125ccc75b5a0e1f81a9467c5cbcf8666581c09a887d888eff6ecb5586217700");
    check_vector(
        true,
        "70d720500a53f3f16f9eaa0039c3a0f23d86fb2d0cc31f12c5f48b4eb2276ed3",
        "29024c29af2e0273ac9ae1214f5beec2a64291ba80c98db464448a8e4c85b311");
    assert_int_equal(mem.live, 0);
}

/* Path and query, as they travel and as they are signed. */
static const struct {
    const char *target, *path, *query;
} targets[] = {
    {"/", "/", ""},
    {"", "/", ""},
    {"/a/b:c/d%2Fe", "/a/b%3Ac/d%252Fe", ""},
    {"/a?b=2&a=1", "/a", "a=1&b=2"},
    {"/a?a=2&a=1&a=2", "/a", "a=1&a=2&a=2"},
    {"/a?b&a=&c=x%20y+z:%zz", "/a", "a=&b=&c=x%20y%2Bz%3A%25zz"},
    {"/a?&&x=~._-", "/a", "x=~._-"},
};

static void spells_targets(void **state)
{
    (void)state;
    test_mem_init(&mem);
    for (size_t i = 0; i < SL_LEN(targets); i++) {
        struct str rest, path, query, line;
        struct sigv4 s = {.method = STR("GET"),
                          .target = str_of(targets[i].target)};
        struct buf out;

        canonical(&out, &s, STR("-"));
        rest = buf_str(&out);
        assert_true(str_split(&rest, '\n', &line));
        assert_true(str_split(&rest, '\n', &path));
        assert_true(str_split(&rest, '\n', &query));
        check_str_case(targets[i].target, path, str_of(targets[i].path));
        check_str_case(targets[i].target, query, str_of(targets[i].query));
        buf_release(&out);
    }
}

static void spells_fields(void **state)
{
    struct http_field v[] = {
        {.name = STR("X-Amz-Z"), .value = STR("  a   b\t c ")},
        {.name = STR("Host"), .value = STR("h")},
        {.name = STR("x-amz-a"), .value = STR("2")},
        {.name = STR("x-amzn-bedrock-trace"), .value = STR("on")},
        {.name = STR("user-agent"), .value = STR("u")},
        {.name = STR("X-AMZ-A"), .value = STR("1")},
        {.name = STR("x-amz-a-b"), .value = STR("3")},
    };
    const struct http_fields fields = {v, SL_LEN(v)};
    const struct http_field *chosen[FIELDS];
    struct sigv4 s = {.method = STR("GET"),
                      .target = STR("/"),
                      .fields = chosen,
                      .n = sigv4_select(&fields, chosen)};
    struct buf out;

    (void)state;
    test_mem_init(&mem);
    canonical(&out, &s, STR("-"));
    check_str(buf_str(&out),
              STR("GET\n/\n\nhost:h\nx-amz-a:2,1\nx-amz-a-b:3\nx-amz-z:a b c\n"
                  "\nhost;x-amz-a;x-amz-a-b;x-amz-z\n-"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_vectors),
        cmocka_unit_test(spells_targets),
        cmocka_unit_test(spells_fields),
    };

    return test_run("sigv4", tests, SL_LEN(tests));
}
