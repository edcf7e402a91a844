# METADATA
# title: Budget of one project
# description: >-
#   Money is micro-dollars. What counts is spent + committed + forecast, so that a call which is reserved but not settled can never be spent twice.
#   Figures must carry the time they were taken, no older than a day and not from the future.
# custom:
#   codes: [BUDGET_INVALID, BUDGET_STALE, BUDGET_CAP]
package assay.budget

import data.assay.types
import rego.v1

day_ms := 86400000

is_valid(b) if {
	is_object(b)
	every key in ["spent", "committed", "forecast", "cap", "asOf"] {
		types.is_amount(b[key])
	}
}

total(b) := (b.spent + b.committed) + b.forecast

is_fresh(as_of, now) if {
	types.is_amount(as_of)
	types.is_amount(now)
	as_of <= now
	now - as_of <= day_ms
}

# Why this budget stops model calls; the empty set lets them start.
problems(b, _) := {"BUDGET_INVALID"} if not is_valid(b)

problems(b, now) := {"BUDGET_STALE"} if {
	is_valid(b)
	not is_fresh(b.asOf, now)
}

problems(b, now) := {"BUDGET_CAP"} if {
	is_valid(b)
	is_fresh(b.asOf, now)
	total(b) > b.cap
}

problems(b, now) := set() if {
	is_valid(b)
	is_fresh(b.asOf, now)
	total(b) <= b.cap
}
