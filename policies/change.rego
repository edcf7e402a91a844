# METADATA
# title: May this change be merged
# description: >-
#   Says per slot whether it is needed, whether an approval counts, what the check `assay` concludes, whether Assay merges, and whether model calls
#   and execution may start. Absent or ill-typed input is denied with INPUT_*; codes and numbers come out, sentences are made elsewhere.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_CHANGE
#     - INPUT_AUTHOR
#     - INPUT_CONFIG
#     - INPUT_SLOTS
#     - INPUT_APPROVALS
#     - INPUT_REJECTED
#     - INPUT_PUBLISHED
#     - INPUT_RETRY_BY
#     - INPUT_BUDGET
#     - SLOT_PASS
#     - SLOT_PENDING
#     - SLOT_STALE_SHA
#     - SLOT_FAIL
#     - SLOT_ERROR
#     - SLOT_NEUTRAL
#     - SLOT_NOT_APPLICABLE
#     - SLOT_STALE
#     - SLOT_NOT_COMPARABLE
#     - SLOT_NOT_REPRODUCED
#     - SLOT_SPEC_GAP
#     - DOCS_ONLY
#     - WAIVER_ONLY
#     - CONFIG_ONLY
#     - CHANGE_NOT_OPEN
#     - CHANGE_DRAFT
#     - EXECUTE_NEEDS_RETRY
#     - ASSAY_PASS
package ci.change

import data.assay.approval
import data.assay.budget
import data.assay.types
import rego.v1

slot_names := ["guardrails", "supplyChain", "consensus", "saboteur"]

# Only these slots may be left out, and only for these kinds of change.
not_applicable := {
	"docs": {"consensus": "DOCS_ONLY", "saboteur": "DOCS_ONLY"},
	"waiver": {"consensus": "WAIVER_ONLY", "saboteur": "WAIVER_ONLY"},
	"config": {"consensus": "CONFIG_ONLY", "saboteur": "CONFIG_ONLY"},
	"code": {},
}

default decision := {
	"slots": {
		"guardrails": {"need": "required", "code": "INPUT_INVALID"},
		"supplyChain": {"need": "required", "code": "INPUT_INVALID"},
		"consensus": {"need": "required", "code": "INPUT_INVALID"},
		"saboteur": {"need": "required", "code": "INPUT_INVALID"},
	},
	"ready": false,
	"approval": {"outcome": "error", "code": "INPUT_INVALID", "class": null, "actorId": null},
	"approvals": [],
	"quorum": {"counted": 0, "needed": 1},
	"assay": {"outcome": "error", "codes": ["INPUT_INVALID"]},
	"merge": "never",
	"execute": false,
	"codes": ["INPUT_INVALID"],
}

decision := {
	"slots": slots,
	"ready": ready,
	"approval": the_approval,
	"approvals": [{"actorId": input.approvals[i].actorId, "code": code} | some i, code in approval_codes],
	"quorum": {"counted": count(approval.approvers(input.approvals, approval_codes)), "needed": needed},
	"assay": {"outcome": outcome, "codes": sort(assay_codes)},
	"merge": merge,
	"execute": execute,
	"codes": sort(((assay_codes | merge_codes) | execute_codes)),
} if {
	count(invalid) == 0
}

decision := {
	"slots": {name: {"need": "required", "code": "INPUT_INVALID"} | some name in slot_names},
	"ready": false,
	"approval": {"outcome": "error", "code": "INPUT_INVALID", "class": null, "actorId": null},
	"approvals": [],
	"quorum": {"counted": 0, "needed": 1},
	"assay": {"outcome": "error", "codes": sort(invalid)},
	"merge": "never",
	"execute": false,
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

invalid contains "INPUT_CHANGE" if not is_change(object.get(facts, "change", null))

invalid contains "INPUT_AUTHOR" if not is_author(object.get(facts, ["change", "author"], null))

invalid contains "INPUT_CONFIG" if not is_config(object.get(facts, "config", null))

invalid contains "INPUT_SLOTS" if not are_slots(object.get(facts, "slots", null))

invalid contains "INPUT_APPROVALS" if not are_approvals(object.get(facts, "approvals", null))

invalid contains "INPUT_REJECTED" if not is_boolean(object.get(facts, "rejected", null))

invalid contains "INPUT_PUBLISHED" if not is_published(object.get(facts, "published", "absent"))

invalid contains "INPUT_RETRY_BY" if not is_retry(object.get(facts, "retryBy", "absent"))

invalid contains "INPUT_BUDGET" if not budget.is_valid(object.get(facts, "budget", null))

is_change(c) if {
	types.is_sha(c.headSha)
	types.is_sha(c.baseSha)
	is_boolean(c.draft)
	is_boolean(c.weakening)
	c.state in {"open", "closed", "merged"}
	c.kind in {"code", "docs", "waiver", "config"}
}

is_author(a) if {
	types.is_author_kind(a.kind)
	types.is_permission(a.permission)
	is_boolean(a.fork)
}

is_config(c) if {
	c.merge in {"auto", "human"}
	approval.is_config(c.approval)
	is_boolean(c.hard)
	types.is_text(c.pack)
}

are_slots(s) if {
	is_object(s)
	every name in slot_names {
		is_slot(s[name])
	}
}

is_slot(s) if s == null

is_slot(s) if {
	types.is_outcome(s.outcome)
	types.is_sha(s.sha)
}

are_approvals(list) if {
	is_array(list)
	every a in list {
		approval.is_valid(a)
		is_string(a.headSha)
	}
}

is_published(p) if p == null

is_published(p) if {
	types.is_amount(p.headAt)
	types.is_amount(p.manifestAt)
	types.is_digest(p.manifestDigest)
}

is_retry(r) if r == null

is_retry(r) if {
	types.is_permission(r.permission)
	types.is_sha(r.sha)
}

# --- slots ---

slots := {name: slot | some name in slot_names; slot := slot_of(name)}

slot_of(name) := {"need": "not_applicable", "code": code} if {
	code := not_applicable[input.change.kind][name]
} else := {"need": "required", "code": "SLOT_PENDING"} if {
	input.slots[name] == null
} else := {"need": "required", "code": "SLOT_STALE_SHA"} if {
	input.slots[name].sha != input.change.headSha
} else := {"need": "required", "code": concat("_", ["SLOT", upper(input.slots[name].outcome)])}

# Only `pass` for this very head passes; a verdict `not_applicable` on a required slot does not.
slot_suffices(slot) if slot.need == "not_applicable"

slot_suffices(slot) if slot.code == "SLOT_PASS"

open_slots := [name | some name, slot in slots; not slot_suffices(slot)]

ready := count(open_slots) == 0

slot_outcome(name) := "neutral" if slots[name].code in {"SLOT_PENDING", "SLOT_NOT_APPLICABLE"}

slot_outcome(name) := "stale" if slots[name].code == "SLOT_STALE_SHA"

slot_outcome(name) := input.slots[name].outcome if {
	not slots[name].code in {"SLOT_PENDING", "SLOT_NOT_APPLICABLE", "SLOT_STALE_SHA"}
}

# --- approval ---

target := {
	"now": input.now,
	"sha": input.change.headSha,
	"ready": ready,
	"published": published,
	"config": input.config.approval,
	"maxAgeMs": max_age,
	"coolDownMs": input.config.approval.coolDownMs[tier],
	"bindsContent": false,
	"weakening": input.change.weakening,
}

# Both the head and its manifest must have been there to be read.
published := {"at": max([input.published.headAt, input.published.manifestAt]), "digest": input.published.manifestDigest} if {
	input.published != null
} else := null

max_age := min([input.config.approval.maxAgeMs, approval.hour_ms]) if input.config.hard

max_age := input.config.approval.maxAgeMs if not input.config.hard

approval_codes := [approval.judge(a, a.headSha, target) | some a in input.approvals]

tier := "high" if input.config.hard

tier := "normal" if not input.config.hard

needed := input.config.approval.quorum[input.change.author.kind]

the_approval := approval.answer(input.approvals, approval_codes, needed, input.rejected)

# --- assay, merge, execute ---

missing_outcomes := {slot_outcome(name) | some name in open_slots} | {the_approval.outcome | the_approval.outcome != "pass"}

passes if {
	ready
	the_approval.outcome == "pass"
	input.rejected == false
	count(missing_outcomes) == 0
}

outcome := "pass" if passes

outcome := types.worst(missing_outcomes) if not passes

assay_codes := {"ASSAY_PASS"} if passes

assay_codes := {slots[name].code | some name in open_slots} | {the_approval.code | the_approval.outcome != "pass"} if not passes

merge := "never" if {
	input.rejected
} else := "never" if {
	input.change.state != "open"
} else := "wait" if {
	not passes
} else := "human" if {
	input.config.merge == "human"
} else := "wait" if {
	input.change.draft
} else := "now"

merge_codes contains "CHANGE_NOT_OPEN" if input.change.state != "open"

merge_codes contains "CHANGE_DRAFT" if input.change.draft

execute_codes contains "EXECUTE_NEEDS_RETRY" if not trusted_to_execute

execute_codes contains code if some code in budget.problems(input.budget, input.now)

execute if {
	count(execute_codes) == 0
	input.change.state == "open"
	input.rejected == false
} else := false

# Strangers' code costs money and runs only when someone with write said so for this very commit.
trusted_to_execute if input.change.author.kind == "assay"

trusted_to_execute if types.may_write(input.change.author.permission)

trusted_to_execute if {
	types.may_write(input.retryBy.permission)
	input.retryBy.sha == input.change.headSha
}
