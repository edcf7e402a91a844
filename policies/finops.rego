# METADATA
# title: May more money be spent
# description: >-
#   Money is micro-dollars; what counts is spent + committed + forecast. A week above 115 % of its target (345 of 300 dollars) needs an optimisation
#   plan, a week above its ceiling (500) and a project above its cap (150) stop. Figures older than a day stop as well.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_AS_OF
#     - INPUT_WEEK
#     - INPUT_PROJECT
#     - INPUT_LIMITS
#     - INPUT_PLAN
#     - FINOPS_OK
#     - FINOPS_STALE
#     - FINOPS_WEEK_WARN
#     - FINOPS_PLAN_REQUIRED
#     - FINOPS_WEEK_STOP
#     - FINOPS_PROJECT_STOP
package ci.finops

import data.assay.budget
import data.assay.types
import rego.v1

default decision := {"allow": false, "outcome": "error", "planRequired": false, "weekTotal": null, "projectTotal": null, "codes": ["INPUT_INVALID"]}

decision := {
	"allow": count(stops) == 0,
	"outcome": outcome,
	"planRequired": warns,
	"weekTotal": week_total,
	"projectTotal": project_total,
	"codes": sort(codes),
} if {
	count(invalid) == 0
}

decision := {"allow": false, "outcome": "error", "planRequired": false, "weekTotal": null, "projectTotal": null, "codes": sort(invalid)} if {
	count(invalid) > 0
}

# `not f(input.x)` is undefined, not true, where x is absent: Rego evaluates the argument first. Hence a value of the wrong type for what is absent:
# null, or a text where null is allowed.
facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_AS_OF" if not types.is_amount(object.get(facts, "asOf", null))

invalid contains "INPUT_WEEK" if not is_sum(object.get(facts, "week", null))

invalid contains "INPUT_PROJECT" if not is_sum(object.get(facts, "project", null))

invalid contains "INPUT_LIMITS" if not are_limits(object.get(facts, "limits", null))

invalid contains "INPUT_PLAN" if not is_boolean(object.get(facts, "optimisationPlan", null))

is_sum(s) if {
	is_object(s)
	every key in ["spent", "committed", "forecast"] {
		types.is_amount(s[key])
	}
}

are_limits(l) if {
	is_object(l)
	every key in ["project", "weekTarget", "weekCeiling"] {
		types.is_amount(l[key])
	}
}

week_total := budget.total(input.week)

project_total := budget.total(input.project)

warns := (week_total * 100) > (input.limits.weekTarget * 115)

stops contains "FINOPS_STALE" if not budget.is_fresh(input.asOf, input.now)

stops contains "FINOPS_WEEK_STOP" if week_total > input.limits.weekCeiling

stops contains "FINOPS_PROJECT_STOP" if project_total > input.limits.project

stops contains "FINOPS_PLAN_REQUIRED" if {
	warns
	input.optimisationPlan == false
}

notes contains "FINOPS_WEEK_WARN" if warns

codes := stops | notes if count(stops | notes) > 0

codes := {"FINOPS_OK"} if count(stops | notes) == 0

# Old figures are not known to be bad, they are not known at all.
outcome := "error" if {
	"FINOPS_STALE" in stops
} else := "fail" if {
	count(stops & {"FINOPS_WEEK_STOP", "FINOPS_PROJECT_STOP"}) > 0
} else := "neutral" if {
	count(stops) > 0
} else := "pass"
