#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the pages say of the program's tables is what the tables say: README
# has each provider with its keys and base URL, and each route; the design has
# each event, action, limit and time limit; and what either names is there.
# docs/configuration.md is made from the tables: tools/check_gen.sh.
set -u
cd "$(dirname "$0")/.." || exit 1

bad=0

say() {
    echo "$*" >&2
    bad=1
}

# Lines "name|alias|keys and base URL with blanks between them", one a row. A
# row is what stands between two lines that begin with {.name.
rows() {
    sed -n '/ catalogue\[\] = {/,/^};/p' src/core/catalogue.c |
        awk '
            function flush() { if (name != "") print name "|" alias "|" more }
            function texts(line,    found) {
                found = ""
                while (match(line, /"[^"]*"/)) {
                    found = found " " substr(line, RSTART + 1, RLENGTH - 2)
                    line = substr(line, RSTART + RLENGTH)
                }
                return found
            }
            /^ *[{]?\.[a-z_]+ =/ { member = $1; sub(/^[{]?\./, "", member) }
            /^    [{]\.name/ { flush(); alias = more = ""; name = substr(texts($0), 2) }
            member == "alias" { alias = alias substr(texts($0), 2) }
            member == "key_vars" || member == "base_url" { more = more texts($0) }
            END { flush() }'
}

n=0
while IFS='|' read -r name alias more; do
    n=$((n + 1))
    row=$(grep -F "| \`$name\`" README.md) || {
        say "README.md: no row of the provider $name"
        continue
    }
    [ -z "$alias" ] || more="$alias $more"
    for text in $more; do
        [[ $row == *"\`$text\`"* ]] || say "README.md: $name: \`$text\` is missing"
    done
done < <(rows)
in_table=$(sed -n '/^## Providers/,/^## /p' README.md | grep -c '^| `')
[ "$n" -gt 0 ] && [ "$n" -eq "$in_table" ] ||
    say "README.md: $in_table providers, src/core/catalogue.c: $n"

# "all FILE WHAT": each line of stdin stands between backquotes in the file.
all() {
    local text n=0

    while read -r text; do
        n=$((n + 1))
        grep -qF "\`$text\`" "$1" || say "$1: no $2 \`$text\`"
    done
    [ "$n" -gt 0 ] || say "no $2 was found: is the table still where it was?"
}

all README.md route < <(sed -nE 's|^    OPENAI\("([^"]+)".*|/v1\1|p; s|^    [{]STR_INIT\("([^"]+)"\),.*|\1|p' src/core/route.c)
all docs/design.md event < <(grep -oE '^    EVENT_[A-Z_]+' src/core/exchange.h | tr -d ' ')
all docs/design.md action < <(grep -oE '^    ACTION_[A-Z_]+' src/core/exchange.h | tr -d ' ')
all docs/design.md limit < <(grep -oE '^X\([a-z_]+, "[A-Za-z]+"' src/core/tbl/limits.h | cut -d'"' -f2)
all docs/design.md 'time limit' < <(grep -oE '^X\([a-z_]+, "[A-Za-z]+"' src/core/tbl/timeouts.h | sed -E 's/.*"(.*)"/timeouts.\1/')

# Files that are named, and pages that are linked to.
pages=(README.md docs/*.md docs/decisions/*.md)
for page in "${pages[@]}"; do
    while read -r path; do
        compgen -G "$path" >/dev/null || say "$page: there is no $path"
    done < <(grep -oE '`(src|tests|tools|docs|fuzz|bench|packaging|\.ci)/[A-Za-z0-9_./*-]+`' "$page" | tr -d '`' | sort -u)
    while read -r link; do
        [ -e "$(dirname "$page")/$link" ] || say "$page: the link to $link leads nowhere"
    done < <(grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -v '^https\?:' | sort -u)
done

# A test that is named beside its file is in it.
while read -r file name; do
    grep -q "\b$name\b" "$file" || say "docs/threat-model.md: $file has no $name"
done < <(tr '\n' ' ' <docs/threat-model.md |
    grep -oE '`tests/[a-z_/.]+` \(`[a-z_0-9]+`\)' | tr -d '`()')
exit "$bad"
