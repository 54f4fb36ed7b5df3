/* SPDX-License-Identifier: MIT */
/* The store in one file of SQLite. The one hard idea: the file says which
 * layout it has (user_version), so that an older program never writes into
 * what a newer one has made. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/store.h"

enum {
    LAYOUT = 1,
    BUSY_MS = 5000, /* another process has the file locked */
    PATH_BYTES = 4096,
};

struct sqlite {
    struct store store; /* first: stores are found by it */
    sqlite3 *db;
};

static void close_file(struct store *s)
{
    struct sqlite *q = (struct sqlite *)s;

    /* Also what could not be opened has to be closed. */
    sqlite3_close(q->db);
    free(q);
}

static bool run(struct sqlite *q, const char *sql)
{
    return sqlite3_exec(q->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool read_turns(struct store *s, store_each_turn *each, void *ctx)
{
    struct sqlite *q = (struct sqlite *)s;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(q->db, "SELECT name, step, among FROM turns",
                                -1, &st, NULL);

    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        struct store_turn t = {0};

        t.name.p = (const char *)sqlite3_column_text(st, 0);
        t.name.n = (size_t)sqlite3_column_bytes(st, 0);
        t.turn.step = (uint64_t)sqlite3_column_int64(st, 1);
        t.turn.among = (uint64_t)sqlite3_column_int64(st, 2);
        each(ctx, &t);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE;
}

static bool write_turn(sqlite3_stmt *st, const struct store_turn *t)
{
    bool ok;

    sqlite3_bind_text(st, 1, t->name.p, (int)t->name.n, SQLITE_STATIC);
    sqlite3_bind_int64(st, 2, (sqlite3_int64)t->turn.step);
    sqlite3_bind_int64(st, 3, (sqlite3_int64)t->turn.among);
    ok = sqlite3_step(st) == SQLITE_DONE;
    return sqlite3_reset(st) == SQLITE_OK && ok;
}

static bool write_turns(struct store *s, const struct store_turn *v, size_t n)
{
    struct sqlite *q = (struct sqlite *)s;
    sqlite3_stmt *st = NULL;
    bool ok;

    if (!run(q, "BEGIN IMMEDIATE"))
        return false;
    ok = sqlite3_prepare_v2(q->db,
                            "INSERT OR REPLACE INTO turns (name, step, among) "
                            "VALUES (?, ?, ?)",
                            -1, &st, NULL) == SQLITE_OK;
    for (size_t i = 0; ok && i < n; i++)
        ok = write_turn(st, &v[i]);
    sqlite3_finalize(st);
    if (ok && run(q, "COMMIT"))
        return true;
    (void)run(q, "ROLLBACK");
    return false;
}

static const struct store_ops ops = {
    .close = close_file,
    .read_turns = read_turns,
    .write_turns = write_turns,
    .lasts = true,
};

static int layout_of(struct sqlite *q)
{
    sqlite3_stmt *st = NULL;
    int layout = -1;

    if (sqlite3_prepare_v2(q->db, "PRAGMA user_version", -1, &st, NULL) ==
            SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        layout = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return layout;
}

static bool prepare(struct sqlite *q, const char *path, char why[STORE_WHY])
{
    int layout = layout_of(q);

    if (layout > LAYOUT) {
        snprintf(why, STORE_WHY, "%.100s was made by a newer sluice", path);
        return false;
    }
    if (layout >= 0 &&
        run(q, "PRAGMA synchronous = NORMAL;"
               "BEGIN IMMEDIATE;"
               "CREATE TABLE IF NOT EXISTS turns (name TEXT PRIMARY KEY,"
               " step INTEGER NOT NULL, among INTEGER NOT NULL) WITHOUT ROWID;"
               "PRAGMA user_version = 1;"
               "COMMIT"))
        return true;
    snprintf(why, STORE_WHY, "%.100s: %.100s", path, sqlite3_errmsg(q->db));
    return false;
}

struct store *sqlite_open(struct str file, char why[STORE_WHY])
{
    struct sqlite *q = calloc(1, sizeof(*q));
    char path[PATH_BYTES];

    if (q == NULL || file.n >= sizeof(path)) {
        snprintf(why, STORE_WHY, "the file's name is too long");
        free(q);
        return NULL;
    }
    memcpy(path, file.p, file.n);
    path[file.n] = '\0';
    q->store.ops = &ops;
    if (sqlite3_open_v2(path, &q->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                            SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        snprintf(why, STORE_WHY, "%.100s: %.100s", path,
                 q->db != NULL ? sqlite3_errmsg(q->db) : "out of memory");
        close_file(&q->store);
        return NULL;
    }
    sqlite3_busy_timeout(q->db, BUSY_MS);
    if (prepare(q, path, why))
        return &q->store;
    close_file(&q->store);
    return NULL;
}
