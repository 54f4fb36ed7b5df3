/* SPDX-License-Identifier: MIT */
/* Plays a case on the exchange, by the host of the unit tests. */
#ifndef SL_CASE_PLAY_H
#define SL_CASE_PLAY_H

#include "case.h"
#include "host.h"

/* How what an upstream sends is cut: whole, once behind `at` bytes, or into
 * pieces of `at` bytes. */
enum play_cut { PLAY_WHOLE, PLAY_ONCE, PLAY_PIECES };

struct play {
    const struct case_file *file;
    struct host *host;
    struct arena *arena; /* for what comparing needs; emptied by the caller */
    enum play_cut cut;
    size_t at;
    bool is_told;   /* the first failure was printed */
    size_t longest; /* bytes that an upstream sent at once */
};

/* One turn, to its end; false: the exchange did not end, printed. */
bool play_turn(struct play *p, const struct case_turn *t);
/* What came against what the turn says; false: printed. */
bool play_check(struct play *p, const struct case_turn *t);

/* The golden text of what an upstream got, of what the client got. */
void play_write_get(struct play *p, struct buf *out,
                    const struct case_part *want, size_t call);
void play_write_reply(struct play *p, struct buf *out,
                      const struct case_part *want);

#endif
