package ci.change_test

import data.ci.change
import rego.v1

now := 1790000000000

head := "1234567890abcdef1234567890abcdef12345678"

other := "fedcba0987654321fedcba0987654321fedcba09"

digest := "d1935700000000000000000000000000000000000000000000000000000000aa"

ok := {"outcome": "pass", "sha": head, "reading": "recomputed", "executing": null}

approve := {
	"actorId": 7, "class": "self-attested", "presence": "account", "permission": "admin", "headSha": "1234567", "manifestDigest": null,
	"at": now - 1000, "exact": true, "revokedAt": null, "edited": false, "viaApp": false, "pusher": true,
}

bare := object.union(approve, {"exact": false, "headSha": head})

base := {
	"now": now,
	"change": {
		"headSha": head, "baseSha": other, "draft": false, "weakening": false, "state": "open", "kind": "code",
		"author": {"kind": "human", "permission": "write", "fork": false},
	},
	"binding": {"known": true, "movement": "none", "since": null},
	"carried": null,
	"config": {
		"merge": "auto", "forks": {"reading": "recomputed", "executing": "dispatched"}, "hard": false, "pack": "baseline",
		"approval": {"presence": "account", "maxAgeMs": 604800000, "barePublishedMs": 60000, "classes": ["independent", "self-attested"], "quorum": {"human": 1, "agent": 1, "assay": 1}, "coolDownMs": {"normal": 0, "high": 0}, "movedBase": "touching", "rebase": "equal"},
	},
	"slots": {"guardrails": ok, "supplyChain": ok, "consensus": ok, "saboteur": ok},
	"approvals": [approve],
	"rejected": false,
	"published": {"headAt": now - 200000, "manifestAt": now - 100000, "manifestDigest": digest},
	"retryBy": null,
	"budget": {"spent": 0, "committed": 0, "forecast": 0, "cap": 150000000, "asOf": now},
}

decide(patch) := decision if decision := change.decision with input as object.union(base, patch)

with_approval(patch) := decide({"approvals": [object.union(approve, patch)]})

refused(decision, code) if {
	decision.approval.code == code
	decision.approval.outcome != "pass"
	decision.assay.outcome != "pass"
	decision.merge != "now"
}

test_everything_passes if {
	d := decide({})
	d.ready == true
	d.assay == {"outcome": "pass", "codes": ["ASSAY_PASS"]}
	d.merge == "now"
	d.execute == true
}

test_nothing_known_denied if {
	every value in [null, 0, "", [], {}] {
		d := change.decision with input as value
		d.assay.outcome == "error"
		d.merge == "never"
		d.execute == false
		d.ready == false
	}
}

test_each_absent_field_denied if {
	every key in object.keys(base) {
		d := change.decision with input as object.remove(base, [key])
		d.assay.outcome == "error"
		d.merge == "never"
		d.execute == false
	}
}

test_empty_lists if {
	d := decide({"approvals": []})
	refused(d, "APPROVAL_NEEDED")
	c := decide({"config": {"approval": {"classes": []}}})
	c.assay.codes == ["INPUT_CONFIG"]
	s := change.decision with input as object.union(object.remove(base, ["slots"]), {"slots": {}})
	s.assay.codes == ["INPUT_SLOTS"]
}

test_agents_can_never_be_an_approving_class if decide({"config": {"approval": {"classes": ["agent"]}}}).assay.codes == ["INPUT_CONFIG"]

test_slot_must_pass_for_this_head if {
	every name in ["guardrails", "supplyChain", "consensus", "saboteur"] {
		every outcome in ["fail", "error", "neutral", "not_applicable", "stale", "not_comparable", "not_reproduced", "spec_gap"] {
			d := decide({"slots": {name: {"outcome": outcome, "sha": head}}})
			d.ready == false
			refused(d, "APPROVAL_SLOTS_NOT_READY")
		}
		pending := change.decision with input as object.union(base, {"slots": {name: null}})
		pending.slots[name] == {"need": "required", "code": "SLOT_PENDING"}
		refused(pending, "APPROVAL_SLOTS_NOT_READY")
		stale := decide({"slots": {name: {"sha": other}}})
		stale.slots[name].code == "SLOT_STALE_SHA"
		stale.assay.outcome == "stale"
	}
}

test_failed_slot_makes_assay_fail if {
	d := decide({"slots": {"saboteur": {"outcome": "fail"}}})
	d.assay == {"outcome": "fail", "codes": ["APPROVAL_SLOTS_NOT_READY", "SLOT_FAIL"]}
	d.merge == "wait"
}

test_what_may_be_left_out if {
	left_out := {[kind, name] |
		some kind in ["code", "docs", "waiver", "config"]
		some name, slot in decide({"change": {"kind": kind}}).slots
		slot.need == "not_applicable"
	}
	left_out == {["docs", "consensus"], ["docs", "saboteur"], ["waiver", "consensus"], ["waiver", "saboteur"], ["config", "consensus"], ["config", "saboteur"]}
	d := decide({"change": {"kind": "docs"}, "slots": {"consensus": null, "saboteur": null}})
	d.slots.consensus == {"need": "not_applicable", "code": "DOCS_ONLY"}
	d.assay.outcome == "pass"
}

test_who_may_not_approve if {
	refused(with_approval({"class": "agent"}), "APPROVAL_AGENT")
	refused(with_approval({"viaApp": true}), "APPROVAL_AGENT")
	refused(with_approval({"edited": true}), "APPROVAL_EDITED")
	refused(with_approval({"revokedAt": now - 500}), "APPROVAL_REVOKED")
	refused(with_approval({"permission": "triage"}), "APPROVAL_PERMISSION")
	refused(with_approval({"permission": "none"}), "APPROVAL_PERMISSION")
	refused(with_approval({"class": "independent"}), "APPROVAL_PUSHER")
	refused(with_approval({"at": now + 1001}), "APPROVAL_FUTURE")
	refused(with_approval({"permission": "owner"}), "INPUT_INVALID")
	refused(with_approval({"at": "yesterday"}), "INPUT_INVALID")
}

test_class_not_configured if {
	d := decide({"config": {"approval": {"classes": ["independent"]}}})
	refused(d, "APPROVAL_CLASS")
}

test_presence if {
	refused(decide({"config": {"approval": {"presence": "passkey"}}}), "APPROVAL_PRESENCE")
	d := decide({"config": {"approval": {"presence": "passkey"}}, "approvals": [object.union(approve, {"presence": "passkey"})]})
	d.assay.outcome == "pass"
}

test_exact_line if {
	with_approval({"headSha": head}).approval.outcome == "pass"
	refused(with_approval({"headSha": "123456"}), "APPROVAL_STALE_SHA")
	refused(with_approval({"headSha": ""}), "APPROVAL_STALE_SHA")
	refused(with_approval({"headSha": "7654321"}), "APPROVAL_STALE_SHA")
	refused(with_approval({"headSha": "1234567890abcdef1234567890abcdef123456789"}), "APPROVAL_STALE_SHA")
	with_approval({"manifestDigest": "d193570"}).approval.outcome == "pass"
	refused(with_approval({"manifestDigest": "d19357"}), "APPROVAL_DIGEST")
	refused(with_approval({"manifestDigest": ""}), "APPROVAL_DIGEST")
	refused(with_approval({"manifestDigest": "0000000"}), "APPROVAL_DIGEST")
}

# Without the digest, the evidence must have been there; GitHub's whole seconds get one second of grace.
test_exact_line_before_publication if {
	with_approval({"at": now - 101000}).approval.outcome == "pass"
	refused(with_approval({"at": now - 101001}), "APPROVAL_TOO_EARLY")
	with_approval({"at": now - 150000, "manifestDigest": "d193570"}).approval.outcome == "pass"
}

bare_at(ms) := decide({"approvals": [object.union(bare, {"at": ms})]})

test_bare_line if {
	bare_at(now - 40000).approval.outcome == "pass"
	refused(bare_at(now - 40001), "APPROVAL_TOO_EARLY")
	late_head := decide({"approvals": [object.union(bare, {"at": now - 40000})], "published": {"headAt": now - 90000}})
	refused(late_head, "APPROVAL_TOO_EARLY")
	moved := decide({"approvals": [object.union(bare, {"at": now, "headSha": other})]})
	refused(moved, "APPROVAL_STALE_SHA")
	short := decide({"approvals": [object.union(bare, {"at": now, "headSha": "1234567"})]})
	refused(short, "APPROVAL_STALE_SHA")
}

test_nothing_published if refused(decide({"published": null}), "APPROVAL_NOT_PUBLISHED")

test_expiry if {
	old := {"approvals": [object.union(approve, {"at": now - 3600001})], "published": {"headAt": now - 5000000, "manifestAt": now - 5000000}}
	decide(old).approval.outcome == "pass"
	refused(decide(object.union(old, {"config": {"hard": true}})), "APPROVAL_EXPIRED")
	refused(decide(object.union(old, {"config": {"approval": {"maxAgeMs": 3600000}}})), "APPROVAL_EXPIRED")
	decide(object.union(old, {"config": {"hard": true}})).approval.outcome == "stale"
}

test_independent_counts_before_self_attested if {
	independent := object.union(approve, {"actorId": 9, "class": "independent", "pusher": false, "at": now})
	d := decide({"approvals": [approve, independent]})
	d.approval.actorId == 9
	d.approval.class == "independent"
}

# One bad approval beside a good one changes nothing; each is answered by its own code.
test_each_is_judged if {
	d := decide({"approvals": [object.union(approve, {"permission": "read", "actorId": 3}), approve]})
	d.approvals == [{"actorId": 3, "code": "APPROVAL_PERMISSION"}, {"actorId": 7, "code": "APPROVAL_OK"}]
	d.assay.outcome == "pass"
}

test_rejected if {
	d := decide({"rejected": true})
	d.assay.outcome == "fail"
	d.approval.code == "APPROVAL_REJECTED"
	d.merge == "never"
	d.execute == false
}

test_merge if {
	decide({"config": {"merge": "human"}}).merge == "human"
	decide({"approvals": []}).merge == "wait"
	draft := decide({"change": {"draft": true}})
	draft.merge == "wait"
	"CHANGE_DRAFT" in draft.codes
	decide({"change": {"state": "closed"}}).merge == "never"
	decide({"change": {"state": "merged"}}).merge == "never"
}

test_strangers_need_retry if {
	stranger := {"author": {"kind": "human", "permission": "read", "fork": true}}
	d := decide({"change": stranger})
	d.execute == false
	"EXECUTE_NEEDS_RETRY" in d.codes
	decide({"change": stranger, "retryBy": {"permission": "write", "sha": head}}).execute == true
	decide({"change": stranger, "retryBy": {"permission": "write", "sha": other}}).execute == false
	decide({"change": stranger, "retryBy": {"permission": "triage", "sha": head}}).execute == false
	decide({"change": {"author": {"kind": "assay", "permission": "none"}}}).execute == true
}

test_budget_stops_execution_not_merge if {
	d := decide({"budget": {"spent": 150000001}})
	d.execute == false
	"BUDGET_CAP" in d.codes
	d.merge == "now"
	decide({"budget": {"asOf": now - 86400001}}).execute == false
	decide({"budget": {"spent": "0"}}).assay.codes == ["INPUT_BUDGET"]
	decide({"budget": {"committed": -1}}).execute == false
}

independent := object.union(approve, {"actorId": 8, "class": "independent", "pusher": false})

test_quorum_counts_people_not_approvals if {
	two := {"config": {"approval": {"quorum": {"human": 2}}}}
	alone := decide(object.union(two, {"approvals": [approve, object.union(approve, {"at": now - 500})]}))
	refused(alone, "APPROVAL_QUORUM")
	alone.quorum == {"counted": 1, "needed": 2}
	alone.assay.outcome == "neutral"
	both := decide(object.union(two, {"approvals": [approve, independent]}))
	both.merge == "now"
	both.quorum == {"counted": 2, "needed": 2}
	both.approval.class == "independent"
}

test_quorum_is_that_of_the_author if {
	config := {"approval": {"quorum": {"human": 1, "agent": 2, "assay": 1}}}
	decide({"config": config}).merge == "now"
	refused(decide({"config": config, "change": {"author": {"kind": "agent"}}}), "APPROVAL_QUORUM")
	every n in [0, 0.5, -1, "1", null] {
		decide({"config": {"approval": {"quorum": {"human": n}}}}).assay.codes == ["INPUT_CONFIG"]
	}
}

test_quorum_only_of_those_who_count if {
	two := {"config": {"approval": {"quorum": {"human": 2}}}}
	every other_one in [{"class": "agent"}, {"permission": "read"}, {"pusher": true}, {"viaApp": true}, {"edited": true}, {"revokedAt": now - 10}] {
		d := decide(object.union(two, {"approvals": [approve, object.union(independent, other_one)]}))
		refused(d, "APPROVAL_QUORUM")
	}
}

test_cool_down_of_the_self_attested if {
	waits := {"config": {"approval": {"coolDownMs": {"normal": 100001, "high": 200000}}}}
	refused(decide(waits), "APPROVAL_COOL_DOWN")
	decide(waits).assay.outcome == "neutral"
	decide(object.union(waits, {"approvals": [independent]})).merge == "now"
	over := {"approval": {"coolDownMs": {"normal": 100000, "high": 200000}}}
	decide({"config": over}).merge == "now"
	refused(decide({"config": object.union(over, {"hard": true})}), "APPROVAL_COOL_DOWN")
	decide({"config": {"approval": {"coolDownMs": {"normal": "0"}}}}).assay.codes == ["INPUT_CONFIG"]
}

rebased := object.union(base, {
	"carried": {"headSha": other, "manifestDigest": digest, "publishedAt": now - 100000},
	"approvals": [object.union(approve, {"headSha": "fedcba0", "manifestDigest": "d193570"})],
})

test_a_mere_rebase_carries_the_approval if {
	d := change.decision with input as rebased
	d.assay.outcome == "pass"
	d.approvals[0].code == "APPROVAL_OK"
}

test_a_rebase_carries_nothing_where_policy_says_so if {
	every patch in [{"rebase": "never"}, {"movedBase": "any"}] {
		d := change.decision with input as object.union(rebased, {"config": {"approval": patch}})
		d.approvals[0].code == "APPROVAL_STALE_SHA"
		d.merge != "now"
	}
}

test_a_rebase_carries_no_other_evidence if {
	d := change.decision with input as object.union(rebased, {"carried": {"manifestDigest": "aa00000000000000000000000000000000000000000000000000000000000000"}})
	d.approvals[0].code == "APPROVAL_STALE_SHA"
}

test_a_base_that_moved_into_the_change_voids if {
	every movement in ["touching", "rewritten", "retargeted"] {
		d := decide({"binding": {"movement": movement}})
		d.binding == "rebind"
		refused(d, "APPROVAL_BASE_MOVED")
		"BINDING_MOVED" in d.codes
	}
}

test_naming_the_evidence_of_the_merge_before_is_no_way_round if {
	d := change.decision with input as object.union(base, {"binding": {"known": true, "movement": "retargeted", "since": null}, "approvals": [object.union(approve, {"manifestDigest": "d193570"})]})
	refused(d, "APPROVAL_BASE_MOVED")
}

test_a_base_that_moved_elsewhere_voids_only_under_any if {
	d := decide({"binding": {"movement": "elsewhere"}})
	d.binding == "holds"
	d.merge == "now"
	strict := decide({"binding": {"movement": "elsewhere"}, "config": {"approval": {"movedBase": "any"}}})
	refused(strict, "APPROVAL_BASE_MOVED")
}

test_an_approval_from_before_the_binding_is_void if {
	refused(decide({"binding": {"since": now - 500}}), "APPROVAL_BASE_MOVED")
	d := change.decision with input as object.union(base, {"binding": {"known": true, "movement": "none", "since": now - 500}, "approvals": [object.union(approve, {"manifestDigest": "d193570"})]})
	d.merge == "now"
}

test_a_merge_that_is_not_tried_yet_waits if {
	d := decide({"binding": {"known": false}})
	d.binding == "unknown"
	d.merge == "wait"
	"BINDING_UNKNOWN" in d.assay.codes
}

from_fork(reading, executing, forks) := decide({
	"change": {"author": {"fork": true}},
	"slots": {"guardrails": object.union(ok, {"reading": reading, "executing": executing})},
	"config": {"forks": forks},
})

test_a_forks_change_counts_as_it_is_graded if {
	lax := {"reading": "recomputed", "executing": "dispatched"}
	from_fork("recomputed", null, lax).slots.guardrails.code == "SLOT_PASS"
	from_fork("attested", "dispatched", lax).slots.guardrails.code == "SLOT_PASS"
	from_fork("unattested", null, lax).slots.guardrails.code == "SLOT_GRADE"
	from_fork("recomputed", "local", lax).slots.guardrails.code == "SLOT_GRADE"
	from_fork("recomputed", null, {"reading": "attested", "executing": "attested"}).slots.guardrails.code == "SLOT_GRADE"
	from_fork("attested", "dispatched", {"reading": "attested", "executing": "attested"}).slots.guardrails.code == "SLOT_GRADE"
	from_fork("unattested", null, lax).merge == "wait"
}
