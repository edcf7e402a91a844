# METADATA
# title: The ten business rules
# description: >-
#   Each rule has an outcome and a code of its own, so that a person sees which one holds and which one stops. Money is micro-dollars, time is
#   milliseconds. A rule whose facts are not there is an error; one that no guardrail of the pack judges is not applicable, and says so.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_DECEPTION
#     - INPUT_GATES
#     - INPUT_AUTONOMY
#     - INPUT_COST
#     - INPUT_TIME
#     - INPUT_QUALITY
#     - INPUT_DATA
#     - INPUT_ENVIRONMENT
#     - INPUT_SHUTOFF
#     - RULE_HOLDS
#     - RULE_PENDING
#     - RULE_NOT_JUDGED
#     - RULE_DECEPTION
#     - RULE_GATES
#     - RULE_AUTONOMY
#     - RULE_COST_CAP
#     - RULE_TIME_CAP
#     - RULE_QUALITY
#     - RULE_DATA_SAFETY
#     - RULE_ENVIRONMENT
#     - RULE_SHUTOFF
#     - RULE_COST_TRACKING
package ci.business_rules

import data.assay.types
import rego.v1

names := {
	"1": "deception", "2": "gates", "3": "autonomy", "4": "cost", "5": "time",
	"6": "quality", "7": "data", "8": "environment", "9": "shutoff", "10": "tracking",
}

# What is spent must be known to the minute, or the cap is kept by luck.
tracking_ms := 60000

quality_least := 85

default decision := {"allow": false, "outcome": "error", "rules": {}, "codes": ["INPUT_INVALID"]}

decision := {"allow": allow, "outcome": outcome, "rules": rules, "codes": sort(codes)} if count(invalid) == 0

decision := {"allow": false, "outcome": "error", "rules": {}, "codes": sort(invalid)} if count(invalid) > 0

# --- input ---

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_DECEPTION" if not are_verdicts(object.get(facts, "deception", null))

invalid contains "INPUT_GATES" if not are_verdicts(object.get(facts, "gates", null))

# No gate at all is no configuration of this product.
invalid contains "INPUT_GATES" if count(object.get(facts, "gates", {})) == 0

invalid contains "INPUT_AUTONOMY" if not types.is_amount(object.get(facts, ["autonomy", "outsideGates"], null))

invalid contains "INPUT_COST" if not is_cost(object.get(facts, "cost", null))

invalid contains "INPUT_TIME" if not is_time(object.get(facts, "time", null))

invalid contains "INPUT_QUALITY" if not is_quality(object.get(facts, "quality", "absent"))

invalid contains "INPUT_DATA" if not are_verdicts(object.get(facts, "data", null))

invalid contains "INPUT_ENVIRONMENT" if not are_verdicts(object.get(facts, "environment", null))

invalid contains "INPUT_SHUTOFF" if not is_shutoff(object.get(facts, "shutoff", null))

# Per guardrail its outcome; null: it is in the pack and has not answered yet.
are_verdicts(verdicts) if {
	is_object(verdicts)
	every outcome in verdicts {
		is_outcome_or_null(outcome)
	}
}

is_outcome_or_null(x) if x == null

is_outcome_or_null(x) if types.is_outcome(x)

is_cost(c) if {
	every key in ["spent", "committed", "forecast", "cap", "asOf"] {
		types.is_amount(c[key])
	}
}

is_time(t) if {
	types.is_amount(t.elapsedMs)
	types.is_amount(t.limitMs)
}

# `percent` is null while guardrails are still at work; `judged` is false where none of the pack can tell.
is_quality(q) if {
	is_boolean(q.judged)
	is_null_or_percent(q.percent)
}

is_null_or_percent(x) if x == null

is_null_or_percent(x) if {
	types.is_amount(x)
	x <= 100
}

is_shutoff(s) if {
	types.is_amount(s.violations)
	types.is_amount(s.running)
}

# --- rules ---

rules := {number: rule(number) | some number, _ in names}

rule("1") := verdicts_of(input.deception, "RULE_DECEPTION")

rule("2") := verdicts_of(input.gates, "RULE_GATES")

rule("3") := held(input.autonomy.outsideGates == 0, "RULE_AUTONOMY")

rule("4") := held(((input.cost.spent + input.cost.committed) + input.cost.forecast) <= input.cost.cap, "RULE_COST_CAP")

rule("5") := held(input.time.elapsedMs <= input.time.limitMs, "RULE_TIME_CAP")

rule("6") := {"outcome": "not_applicable", "code": "RULE_NOT_JUDGED"} if {
	input.quality.judged == false
} else := {"outcome": "neutral", "code": "RULE_PENDING"} if {
	input.quality.percent == null
} else := held(input.quality.percent >= quality_least, "RULE_QUALITY")

rule("7") := verdicts_of(input.data, "RULE_DATA_SAFETY")

rule("8") := verdicts_of(input.environment, "RULE_ENVIRONMENT")

# Once a rule that protects people or money is broken, nothing may go on running.
rule("9") := held(is_shut_off, "RULE_SHUTOFF")

rule("10") := held(is_tracked, "RULE_COST_TRACKING")

is_shut_off if {
	input.shutoff.violations == 0
} else if {
	input.shutoff.running == 0
} else := false

is_tracked if {
	input.cost.asOf <= input.now
	input.now - input.cost.asOf <= tracking_ms
} else := false

held(true, _) := {"outcome": "pass", "code": "RULE_HOLDS"}

held(false, code) := {"outcome": "fail", "code": code}

# The worst of what judged it. Only `pass` passes; nothing judged is not applicable.
verdicts_of(verdicts, _) := {"outcome": "not_applicable", "code": "RULE_NOT_JUDGED"} if count(judging(verdicts)) == 0

verdicts_of(verdicts, _) := {"outcome": "neutral", "code": "RULE_PENDING"} if {
	count(judging(verdicts)) > 0
	count(broken(verdicts)) == 0
	null in judging(verdicts)
}

verdicts_of(verdicts, code) := {"outcome": types.worst(broken(verdicts)), "code": code} if count(broken(verdicts)) > 0

verdicts_of(verdicts, _) := {"outcome": "pass", "code": "RULE_HOLDS"} if {
	count(judging(verdicts)) > 0
	count(broken(verdicts)) == 0
	not null in judging(verdicts)
}

judging(verdicts) := {outcome | some outcome in verdicts; outcome != "not_applicable"}

broken(verdicts) := {outcome | some outcome in verdicts; outcome != null; not outcome in {"pass", "not_applicable"}}

# --- answer ---

outcomes := {one.outcome | some one in rules; one.outcome != "not_applicable"}

outcome := types.worst(outcomes)

allow := outcome == "pass"

codes := {one.code | some one in rules; not one.code in {"RULE_HOLDS", "RULE_NOT_JUDGED"}} if not allow

codes := {"RULE_HOLDS"} if allow
