/* SPDX-License-Identifier: MIT */
/* Digests and signatures of the native host: known values, and the tests' own
 * SHA-256 as a second opinion. */
#include "support.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "server/sign.h"
#include "sha256.h"

static void check_hex(struct str got, const char *want)
{
    char hex[2 * SHA256_BYTES];

    assert_int_equal(got.n, SHA256_BYTES);
    for (size_t i = 0; i < got.n; i++) {
        unsigned char c = (unsigned char)got.p[i];

        hex[2 * i] = "0123456789abcdef"[c >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[c & 15];
    }
    check_str(((struct str){hex, sizeof hex}), str_of(want));
}

static enum sl_rc run(struct buf *out, const struct sign_job *job)
{
    static struct test_mem m;

    test_mem_init(&m);
    buf_init(out, &m.mem, SIGN_BYTES);
    return sign_do(job, out);
}

static void digests(void **state)
{
    const struct secret secret = secret_of(STR("b"));
    const struct sign_part abc[] = {
        {STR_INIT("a"), &secret}, {{0}, NULL}, {STR_INIT("c"), NULL}};
    struct buf out;

    (void)state;
    assert_int_equal(run(&out, &(struct sign_job){.kind = SIGN_SHA256}), SL_OK);
    check_hex(buf_str(&out), "e3b0c44298fc1c149afbf4c8996fb924"
                             "27ae41e4649b934ca495991b7852b855");
    buf_release(&out);
    assert_int_equal(
        run(&out,
            &(struct sign_job){.kind = SIGN_SHA256, .parts = abc, .n = 3}),
        SL_OK);
    check_hex(buf_str(&out), "ba7816bf8f01cfea414140de5dae2223"
                             "b00361a396177a9cb410ff61f20015ad");
    buf_release(&out);
}

/* The keys of docs on AWS's signatures, and the tests' own HMAC. */
static void chains(void **state)
{
    const struct secret key =
        secret_of(STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    const struct sign_part parts[] = {{STR_INIT("20260115"), NULL},
                                      {STR_INIT("us-east-1"), NULL},
                                      {STR_INIT("bedrock"), NULL},
                                      {STR_INIT("aws4_request"), NULL}};
    static const char *const want[] = {
        "3b871eb9be3e2866e4451da9d2a59e078c9535db363972684d5ce611285d3bea",
        "6eb6a882a13bb16f880bede1e99cbdcc584a50d19c4562a95391ab297d619526",
        "4b2c2cb2f53a44530358915194f1f286ddae37585c1f460ce0027801d54f57b7",
        "61dbb1faa6f55b130699b28cdab1ec8b5ae1f3cf97e5c05fc56c3e887ba13586"};

    (void)state;
    for (size_t n = 1; n <= SL_LEN(parts); n++) {
        struct buf out;

        assert_int_equal(
            run(&out,
                &(struct sign_job){SIGN_HMAC, {STR("AWS4"), &key}, parts, n}),
            SL_OK);
        check_hex(buf_str(&out), want[n - 1]);
        buf_release(&out);
    }
}

static void a_second_opinion(void **state)
{
    char text[300];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(unsigned char)(i * 7 & 0xff);
    for (size_t n = 1; n <= sizeof text; n += 13) {
        struct str s = {text, n};
        const struct sign_part part = {s, NULL};
        unsigned char sum[SHA256_BYTES];
        struct buf out;

        assert_int_equal(
            run(&out, &(struct sign_job){SIGN_SHA256, {{0}, NULL}, &part, 1}),
            SL_OK);
        sha256(s, sum);
        check_str(buf_str(&out), ((struct str){(char *)sum, sizeof sum}));
        buf_release(&out);
        assert_int_equal(
            run(&out, &(struct sign_job){SIGN_HMAC, part, &part, 1}), SL_OK);
        hmac_sha256(s, s, sum);
        check_str(buf_str(&out), ((struct str){(char *)sum, sizeof sum}));
        buf_release(&out);
    }
}

/* ---- RSA ---- */

static bool verifies(EVP_PKEY *key, struct str text, struct str signature)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok =
        EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n,
                         (const unsigned char *)text.p, text.n) == 1;

    EVP_MD_CTX_free(md);
    return ok;
}

static void rsa_signatures(void **state)
{
    const struct sign_part parts[] = {{STR_INIT("head."), NULL},
                                      {STR_INIT("claims"), NULL}};
    EVP_PKEY *key = EVP_RSA_gen(2048);
    BIO *bio = BIO_new(BIO_s_mem());
    struct secret pem;
    struct buf out;
    char *p;
    long n;

    (void)state;
    assert_non_null(key);
    assert_int_equal(
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
    n = BIO_get_mem_data(bio, &p);
    pem = secret_of((struct str){p, (size_t)n});
    assert_int_equal(
        run(&out, &(struct sign_job){SIGN_RSA, {{0}, &pem}, parts, 2}), SL_OK);
    assert_int_equal(out.n, 256);
    assert_true(verifies(key, STR("head.claims"), buf_str(&out)));
    assert_false(verifies(key, STR("head.claim"), buf_str(&out)));
    buf_release(&out);
    BIO_free(bio);
    EVP_PKEY_free(key);
}

static void no_rsa_keys(void **state)
{
    static const char ec[] =
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n";
    static const char *const bad[] = {
        "", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ec};
    const struct sign_part part = {STR_INIT("text"), NULL};

    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        const struct secret pem = secret_of(str_of(bad[i]));
        struct buf out;

        assert_int_equal(
            run(&out, &(struct sign_job){SIGN_RSA, {{0}, &pem}, &part, 1}),
            SL_UP_KEY);
        assert_int_equal(out.n, 0);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests),          cmocka_unit_test(chains),
        cmocka_unit_test(a_second_opinion), cmocka_unit_test(rsa_signatures),
        cmocka_unit_test(no_rsa_keys),
    };

    return test_run("sign", tests, SL_LEN(tests));
}
