#!/bin/sh
# oneonone guard 3: refuses a commit that holds a private text in clear, or a record that does not parse.
# oneonone put this here and keeps it up to date while the line above stands; `git config oneonone.guard false`
# keeps it away.
program='@PROGRAM@'
[ -x "$program" ] || program=$(command -v oneonone)
if [ -n "$program" ]; then
    words=$("$program" check --staged 2>&1 >/dev/null) && exit 0
    printf '%s\n' "$words" 'error: nothing was committed' >&2
    exit 1
fi
# Without the program, awk looks for the one thing that must not happen: a text in clear that is to be sealed. In doubt
# it refuses: only the header of a table, outside of every text and list, ends an entry.
git diff --cached --name-only --diff-filter=d -- pair.toml agenda.toml meetings | {
    code=0
    while IFS= read -r file; do
        git show ":$file" | LC_ALL=C awk '
            function key(name) { return "[ \t]*[\"\047]?" name "[\"\047]?[ \t]*=[ \t]*" }
            # A concern that a hand wrote and that says nothing of its readers is to be sealed. An entry that follows
            # another may be.
            function judge() {
                if (text && (concern || follows) && !own && !within_entry) found = 1
                private = text = concern = follows = own = 0
            }
            # Goes through a line: which text is open at its end, and how many brackets.
            function follow(line,   ends, c, triple) {
                for (;;) {
                    ends = quote == "" ? "[][{}#\"\047]" : (quote ~ /"/ ? "[\"\\\\]" : "\047")
                    if (!match(line, ends)) break
                    c = substr(line, RSTART, 1)
                    triple = substr(line, RSTART, 3) == (c c c)
                    if (quote == "" && c == "#") break
                    line = substr(line, RSTART + 1)
                    if (c == "\\") line = substr(line, 2)
                    else if (quote == "" && (c == "\"" || c == "\047")) {
                        quote = triple ? c c c : c
                        if (triple) line = substr(line, 3)
                    } else if (quote == "") {
                        depth += (c == "[" || c == "{") ? 1 : -1
                        if (depth < 0) depth = 0
                    } else if (length(quote) == 1) quote = ""
                    else if (triple) {
                        # A text may end in quotes of its own.
                        while (substr(line, 1, 1) == c) line = substr(line, 2)
                        quote = ""
                    }
                }
                if (length(quote) == 1) quote = ""
            }
            BEGIN {
                name = "[ \t]*([A-Za-z0-9_-]+|\"[^\"]*\"|\047[^\047]*\047)[ \t]*"
                path = name "([.]" name ")*"
                header = "^[ \t]*(\\[" path "\\]|\\[\\[" path "\\]\\])[ \t\r]*(#.*)?$"
                begins = "(^|[{,])"
                is_private = begins key("visibility") "[\"\047]+@VISIBILITIES@"
                is_concern = begins key("kind") "[\"\047]+@KINDS@[\"\047]"
                is_re = begins key("re")
                is_text = begins key("text")
                is_own = "^" key("(id|visibility|sealed)")
            }
            {
                line = tolower($0)
                if (quote == "" && depth == 0) {
                    if ($0 ~ header) { judge(); within_entry = line ~ /^[^#]*[.]/ }
                    if (line ~ is_own) own = 1
                }
                if (line ~ is_private) private = 1
                if (line ~ is_concern) concern = 1
                if (line ~ is_re) follows = 1
                if (line ~ is_text) text = 1
                if (private && text) found = 1
                follow($0)
            }
            END { judge(); exit found + 0 }' || {
            printf '%s\n' "error: $file holds a text in clear that is to be sealed; nothing was committed" \
                'hint: oneonone is not found; where it is, this seals it and commits the record' \
                '    oneonone sync' >&2
            code=1
        }
    done
    exit $code
}
