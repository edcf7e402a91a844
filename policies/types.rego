# METADATA
# title: Type checks
# description: >-
#   Predicates that hold only for a well-typed value and are undefined for everything else, so that `not is_x(value)` denies what is absent,
#   null or of another type. Rego compares values of different types without complaint ("low" >= 9 holds), hence every rule asks here first.
package assay.types

import rego.v1

# The largest integer that JavaScript and JSON both carry exactly; it bounds money and time alike.
largest := 9007199254740991

# A count of micro-dollars or milliseconds: a number, finite, not negative.
is_amount(x) if {
	is_number(x)
	x >= 0
	x <= largest
}

is_text(x) if {
	is_string(x)
	x != ""
}

# A full git object name, SHA-1 or SHA-256.
is_sha(x) if {
	is_string(x)
	regex.match(`^([0-9a-f]{40}|[0-9a-f]{64})$`, x)
}

is_digest(x) if {
	is_string(x)
	regex.match(`^[0-9a-f]{64}$`, x)
}

# What a person may type for a sha or a digest: at least seven hex digits.
is_prefix(x) if {
	is_string(x)
	regex.match(`^[0-9a-f]{7,64}$`, x)
}

is_permission(x) if x in {"none", "read", "triage", "write", "maintain", "admin"}

may_write(x) if x in {"write", "maintain", "admin"}

is_author_kind(x) if x in {"human", "agent", "assay"}

is_outcome(x) if x in {
	"pass", "fail", "error", "neutral", "not_applicable",
	"stale", "not_comparable", "not_reproduced", "spec_gap",
}

# From worst to best, as in app/core/verdict.ts.
severity := [
	"error", "fail", "not_reproduced", "stale", "spec_gap",
	"not_comparable", "neutral", "pass", "not_applicable",
]

# The worst of a set of outcomes; an empty set judged nothing and is an error.
worst(set) := severity[min([i | some i, outcome in severity; outcome in set])] if count(set) > 0

worst(set) := "error" if count(set) == 0
