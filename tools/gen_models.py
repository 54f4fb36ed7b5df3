#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/core/tbl/models.h, the table of what models take, can and cost,
from tools/models.csv.

    tools/gen_models.py > src/core/tbl/models.h

Only what a plan can lead to is kept: models that read and write text, and
embeddings. Names are in the spelling that model_facts.c compares: lower case,
"-" for ".". """
import csv
import os
import sys

MODES = {"chat", "responses", "completion", "embedding", "rerank", "moderation"}
ABILITIES = ("tools", "vision", "reasoning")

HEAD = """\
/* SPDX-License-Identifier: MIT */
/* Models by provider and name: made by tools/gen_models.py from
 * tools/models.csv, don't edit. P(provider, number of its models),
 * X(number, name, context, most output, input price, output price, abilities):
 * tokens, 0 when not known; micro-USD for a million tokens, 4294967295 when
 * not known; bits 1 tools, 2 vision, 4 reasoning, 8 these are known.
 * Included by model_facts.c. */
/* clang-format off */
"""


def spelled(name):
    return name.lower().replace(".", "-")


def micro_usd(text):
    return round(float(text) * 1e6) if text else 2**32 - 1


def abilities(row):
    bits = sum(1 << i for i, a in enumerate(ABILITIES) if row[a])
    # A row without any says nothing rather than that there are none.
    return bits | 8 if bits else 0


def read(path):
    with open(path, newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            if row["mode"] in MODES and "month-commitment" not in row["model"]:
                yield row


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    models = {}
    for row in read(os.path.join(here, "models.csv")):
        known = models.setdefault(row["provider"], {})
        known.setdefault(spelled(row["model"]).encode(), row)
    out = [HEAD]
    at = 0
    for provider in sorted(models, key=str.encode):
        rows = sorted(models[provider].items())
        out.append(f'P("{provider}", {len(rows)})\n')
        for name, row in rows:
            numbers = (row["max_input_tokens"] or 0, row["max_output_tokens"] or 0,
                       micro_usd(row["input_usd_per_million"]),
                       micro_usd(row["output_usd_per_million"]), abilities(row))
            out.append(f'X({at}, "{name.decode()}", ' +
                       ", ".join(f"{n}" + ("U" if int(n) > 2**31 else "")
                                 for n in numbers) + ")\n")
            at += 1
    out.append("/* clang-format on */\n")
    sys.stdout.write("".join(out))


if __name__ == "__main__":
    main()
