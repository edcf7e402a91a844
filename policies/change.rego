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
#     - INPUT_BINDING
#     - INPUT_CARRIED
#     - INPUT_FORKS
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
#     - SLOT_GRADE
#     - BINDING_UNKNOWN
#     - BINDING_MOVED
#     - APPROVAL_STALE_SHA
#     - APPROVAL_OK
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
	"binding": "unknown",
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
	"binding": binding,
	"assay": {"outcome": outcome, "codes": sort(assay_codes)},
	"merge": merge,
	"execute": execute,
	"codes": sort((((assay_codes | merge_codes) | execute_codes) | binding_codes)),
} if {
	count(invalid) == 0
}

decision := {
	"slots": {name: {"need": "required", "code": "INPUT_INVALID"} | some name in slot_names},
	"ready": false,
	"approval": {"outcome": "error", "code": "INPUT_INVALID", "class": null, "actorId": null},
	"approvals": [],
	"quorum": {"counted": 0, "needed": 1},
	"binding": "unknown",
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

invalid contains "INPUT_BINDING" if not is_binding(object.get(facts, "binding", null))

invalid contains "INPUT_CARRIED" if not is_carried(object.get(facts, "carried", "absent"))

invalid contains "INPUT_FORKS" if not is_forks(object.get(facts, ["config", "forks"], null))

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

is_binding(b) if {
	is_boolean(b.known)
	b.movement in {"none", "elsewhere", "touching", "rewritten", "retargeted"}
	is_since(b.since)
}

is_since(t) if t == null

is_since(t) if types.is_amount(t)

is_carried(c) if c == null

is_carried(c) if {
	types.is_sha(c.headSha)
	types.is_digest(c.manifestDigest)
	types.is_amount(c.publishedAt)
}

is_forks(f) if {
	f.reading in {"attested", "recomputed", "unattested"}
	f.executing in {"attested", "dispatched"}
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
	s.reading in {"attested", "recomputed", "unattested", null}
	s.executing in {"attested", "dispatched", "local", null}
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
} else := {"need": "required", "code": "SLOT_GRADE"} if {
	# Only what would pass has to be believed; what fails, fails.
	input.slots[name].outcome == "pass"
	input.change.author.fork
	not believed(input.slots[name])
} else := {"need": "required", "code": concat("_", ["SLOT", upper(input.slots[name].outcome)])}

# Of a fork's change: what only reads must have been read by the App itself or by a run that signed for it; what executes, by a run that the App dispatched.
believed(slot) if {
	slot.reading in reading_grades[input.config.forks.reading]
	slot.executing in executing_grades[input.config.forks.executing]
}

reading_grades := {
	"attested": {null, "attested"},
	"recomputed": {null, "attested", "recomputed"},
	"unattested": {null, "attested", "recomputed", "unattested"},
}

executing_grades := {
	"attested": {null, "attested"},
	"dispatched": {null, "attested", "dispatched"},
}

# Only `pass` for this very head passes; a verdict `not_applicable` on a required slot does not.
slot_suffices(slot) if slot.need == "not_applicable"

slot_suffices(slot) if slot.code == "SLOT_PASS"

open_slots := [name | some name, slot in slots; not slot_suffices(slot)]

ready := count(open_slots) == 0

slot_outcome(name) := "neutral" if slots[name].code in {"SLOT_PENDING", "SLOT_NOT_APPLICABLE", "SLOT_GRADE"}

slot_outcome(name) := "stale" if slots[name].code == "SLOT_STALE_SHA"

slot_outcome(name) := input.slots[name].outcome if {
	not slots[name].code in {"SLOT_PENDING", "SLOT_NOT_APPLICABLE", "SLOT_GRADE", "SLOT_STALE_SHA"}
}

# --- binding ---

# Evidence and approval are of one merge: where the base has moved into it, or by another's hand than forward, they are of another one.
binding := "unknown" if {
	not input.binding.known
} else := "rebind" if {
	input.binding.movement in voiding[input.config.approval.movedBase]
} else := "holds"

voiding := {
	"touching": {"touching", "rewritten", "retargeted"},
	"any": {"elsewhere", "touching", "rewritten", "retargeted"},
}

binding_codes := {"BINDING_UNKNOWN"} if binding == "unknown"

binding_codes := {"BINDING_MOVED"} if binding == "rebind"

binding_codes := set() if binding == "holds"

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
	"boundSince": bound_since,
}

# Another binding than the one that the approval was given for, from then on; while it is being bound anew, no approval is of what is to come.
bound_since := input.now + 1 if binding == "rebind"

bound_since := input.binding.since if binding != "rebind"

# The same patches on another base, merging into the same tree: what was approved for the head before is approved for this one.
carried_target := object.union(target, {"sha": input.carried.headSha, "published": {"at": input.carried.publishedAt, "digest": input.carried.manifestDigest}, "boundSince": null})

code_of(a) := "APPROVAL_OK" if {
	approval.judge(a, a.headSha, target) == "APPROVAL_STALE_SHA"
	input.carried != null
	input.config.approval.rebase == "equal"
	input.config.approval.movedBase != "any"
	binding == "holds"
	a.exact
	approval.judge(a, a.headSha, carried_target) == "APPROVAL_OK"
} else := approval.judge(a, a.headSha, target)

# Both the head and its manifest must have been there to be read.
published := {"at": max([input.published.headAt, input.published.manifestAt]), "digest": input.published.manifestDigest} if {
	input.published != null

	# What was published is of the merge before.
	binding != "rebind"
} else := null

max_age := min([input.config.approval.maxAgeMs, approval.hour_ms]) if input.config.hard

max_age := input.config.approval.maxAgeMs if not input.config.hard

approval_codes := [code_of(a) | some a in input.approvals]

tier := "high" if input.config.hard

tier := "normal" if not input.config.hard

needed := input.config.approval.quorum[input.change.author.kind]

the_approval := approval.answer(input.approvals, approval_codes, needed, input.rejected)

# --- assay, merge, execute ---

missing_outcomes := ({slot_outcome(name) | some name in open_slots} | {the_approval.outcome | the_approval.outcome != "pass"}) | {"neutral" | binding != "holds"}

passes if {
	ready
	the_approval.outcome == "pass"
	input.rejected == false
	binding == "holds"
	count(missing_outcomes) == 0
}

outcome := "pass" if passes

outcome := types.worst(missing_outcomes) if not passes

assay_codes := {"ASSAY_PASS"} if passes

assay_codes := ({slots[name].code | some name in open_slots} | {the_approval.code | the_approval.outcome != "pass"}) | binding_codes if not passes

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
