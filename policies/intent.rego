# METADATA
# title: May this intent be planned and built
# description: >-
#   Planning costs money, so the label counts only from a human who may write; building needs an approval of the very spec that was published.
#   An approval of a spec binds its digest and does not expire: the work it starts outlives any such limit.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_STATE
#     - INPUT_AUTHOR
#     - INPUT_LABELLER
#     - INPUT_CONFIG
#     - INPUT_SPEC
#     - INPUT_APPROVALS
#     - INPUT_REJECTED
#     - INPUT_BUDGET
#     - INTENT_NOT_OPEN
#     - INTENT_NOT_LABELLED
#     - INTENT_LABELLER_AGENT
#     - INTENT_LABELLER_PERMISSION
#     - INTENT_REJECTED
#     - INTENT_SPEC_PENDING
#     - INTENT_SPEC_REFUSED
package ci.intent

import data.assay.approval
import data.assay.budget
import data.assay.types
import rego.v1

default decision := {
	"plan": false,
	"build": false,
	"approval": {"outcome": "error", "code": "INPUT_INVALID", "class": null, "actorId": null},
	"approvals": [],
	"codes": ["INPUT_INVALID"],
}

decision := {
	"plan": plan,
	"build": build,
	"approval": the_approval,
	"approvals": [{"actorId": input.approvals[i].actorId, "code": code} | some i, code in approval_codes],
	"codes": sort(((plan_codes | spec_codes) | approval_code)),
} if {
	count(invalid) == 0
}

decision := {
	"plan": false,
	"build": false,
	"approval": {"outcome": "error", "code": "INPUT_INVALID", "class": null, "actorId": null},
	"approvals": [],
	"codes": sort(invalid),
} if {
	count(invalid) > 0
}

# --- input ---

# `not f(input.x)` is undefined, not true, where x is absent: Rego evaluates the argument first. Hence a value of the wrong type for what is absent:
# null, or a text where null is allowed.
facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_STATE" if not object.get(facts, "state", null) in {"open", "closed"}

invalid contains "INPUT_AUTHOR" if not is_person(object.get(facts, "author", null))

invalid contains "INPUT_LABELLER" if not is_labeller(object.get(facts, "labeller", "absent"))

invalid contains "INPUT_CONFIG" if not approval.is_config(object.get(facts, ["config", "approval"], null))

invalid contains "INPUT_SPEC" if not is_spec(object.get(facts, "spec", "absent"))

invalid contains "INPUT_APPROVALS" if not are_approvals(object.get(facts, "approvals", null))

invalid contains "INPUT_REJECTED" if not is_boolean(object.get(facts, "rejected", null))

invalid contains "INPUT_BUDGET" if not budget.is_valid(object.get(facts, "budget", null))

is_person(p) if {
	types.is_author_kind(p.kind)
	types.is_permission(p.permission)
}

is_labeller(l) if l == null

is_labeller(l) if is_person(l)

is_spec(s) if s == null

is_spec(s) if {
	types.is_digest(s.sha256)
	types.is_outcome(s.outcome)
	types.is_amount(s.publishedAt)
}

# A spec that is not shown yet cannot be approved; it is well-typed all the same.
is_spec(s) if {
	types.is_digest(s.sha256)
	types.is_outcome(s.outcome)
	s.publishedAt == null
}

are_approvals(list) if {
	is_array(list)
	every a in list {
		approval.is_valid(a)
		is_string(a.specSha)
	}
}

# --- plan ---

plan_codes contains "INTENT_NOT_OPEN" if input.state != "open"

plan_codes contains "INTENT_REJECTED" if input.rejected

plan_codes contains "INTENT_NOT_LABELLED" if input.labeller == null

plan_codes contains "INTENT_LABELLER_AGENT" if {
	input.labeller != null
	input.labeller.kind != "human"
}

plan_codes contains "INTENT_LABELLER_PERMISSION" if {
	input.labeller != null
	not types.may_write(input.labeller.permission)
}

plan_codes contains code if some code in budget.problems(input.budget, input.now)

plan := count(plan_codes) == 0

# --- build ---

spec_codes contains "INTENT_SPEC_PENDING" if input.spec == null

spec_codes contains "INTENT_SPEC_REFUSED" if {
	input.spec != null
	input.spec.outcome != "pass"
}

target := {
	"now": input.now,
	"sha": spec_sha,
	"ready": count(spec_codes) == 0,
	"published": published,
	"config": input.config.approval,
	"maxAgeMs": null,
	"coolDownMs": 0,
	"bindsContent": true,
	"weakening": false,
	"boundSince": null,
}

spec_sha := input.spec.sha256 if {
	input.spec != null
} else := ""

published := {"at": input.spec.publishedAt, "digest": input.spec.sha256} if {
	input.spec != null
	input.spec.publishedAt != null
} else := null

approval_codes := [approval.judge(a, a.specSha, target) | some a in input.approvals]

# One person suffices for a spec: what is built from it is approved again, by as many as the configuration asks.
the_approval := approval.answer(input.approvals, approval_codes, 1, input.rejected)

approval_code := {the_approval.code | the_approval.outcome != "pass"}

build if {
	plan
	count(spec_codes) == 0
	the_approval.outcome == "pass"
} else := false
