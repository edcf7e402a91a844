package ci.intent_test

import data.ci.intent
import rego.v1

now := 1790000000000

spec := "5a0000000000000000000000000000000000000000000000000000000000beef"

founder := {"kind": "human", "permission": "admin"}

approve := {
	"actorId": 7, "class": "self-attested", "presence": "account", "permission": "admin", "specSha": "5a00000", "manifestDigest": null,
	"at": now - 1000, "exact": true, "revokedAt": null, "edited": false, "viaApp": false, "pusher": false,
}

base := {
	"now": now,
	"state": "open",
	"author": founder,
	"labeller": founder,
	"config": {"approval": {"presence": "account", "maxAgeMs": 604800000, "barePublishedMs": 60000, "classes": ["independent", "self-attested"], "quorum": {"human": 1, "agent": 1, "assay": 1}, "coolDownMs": {"normal": 0, "high": 0}, "movedBase": "touching", "rebase": "equal"}},
	"spec": {"sha256": spec, "publishedAt": now - 120000, "outcome": "pass"},
	"approvals": [approve],
	"rejected": false,
	"budget": {"spent": 0, "committed": 0, "forecast": 5000000, "cap": 150000000, "asOf": now},
}

decide(patch) := decision if decision := intent.decision with input as object.union(base, patch)

with_approval(patch) := decide({"approvals": [object.union(approve, patch)]})

test_approved_spec_is_built if {
	d := decide({})
	d.plan == true
	d.build == true
	d.codes == []
	d.approval == {"outcome": "pass", "code": "APPROVAL_OK", "class": "self-attested", "actorId": 7}
}

test_no_approvals_plans_but_does_not_build if {
	d := decide({"approvals": []})
	d.plan == true
	d.build == false
	d.codes == ["APPROVAL_NEEDED"]
}

test_each_absent_field_denied if {
	every key in object.keys(base) {
		d := intent.decision with input as object.remove(base, [key])
		d.plan == false
		d.build == false
	}
}

test_no_object_denied if {
	every value in [null, 0, "", [], {}] {
		d := intent.decision with input as value
		d.plan == false
		d.build == false
	}
}

test_label_of_a_stranger_or_a_bot_does_not_count if {
	every permission in ["none", "read", "triage"] {
		d := decide({"labeller": {"kind": "human", "permission": permission}})
		d.plan == false
		d.build == false
		d.codes == ["INTENT_LABELLER_PERMISSION"]
	}
	decide({"labeller": {"kind": "agent", "permission": "admin"}}).codes == ["INTENT_LABELLER_AGENT"]
	decide({"labeller": {"kind": "assay", "permission": "admin"}}).plan == false
	decide({"labeller": null}).codes == ["INTENT_NOT_LABELLED"]
}

# What an outsider wrote may be planned once somebody with write put the label on.
test_author_may_be_a_stranger if decide({"author": {"kind": "human", "permission": "read"}}).plan == true

test_spec_pending_or_refused_is_not_built if {
	pending := decide({"spec": null})
	pending.plan == true
	pending.build == false
	"INTENT_SPEC_PENDING" in pending.codes
	gap := decide({"spec": {"sha256": spec, "publishedAt": now - 120000, "outcome": "spec_gap"}})
	gap.build == false
	gap.codes == ["APPROVAL_SLOTS_NOT_READY", "INTENT_SPEC_REFUSED"]
}

test_unpublished_spec_cannot_be_approved if {
	d := decide({"spec": {"sha256": spec, "publishedAt": null, "outcome": "pass"}})
	d.build == false
	d.codes == ["APPROVAL_NOT_PUBLISHED"]
}

test_other_spec_or_short_prefix if {
	with_approval({"specSha": "5a00001"}).codes == ["APPROVAL_STALE_SHA"]
	with_approval({"specSha": "5a0000"}).codes == ["APPROVAL_STALE_SHA"]
	with_approval({"specSha": ""}).build == false
	with_approval({"specSha": 5}).codes == ["INPUT_APPROVALS"]
}

test_bare_approval_waits_for_publication if {
	with_approval({"exact": false, "specSha": spec, "at": now - 60000}).build == true
	with_approval({"exact": false, "specSha": spec, "at": now - 60001}).codes == ["APPROVAL_TOO_EARLY"]
	with_approval({"exact": false}).codes == ["APPROVAL_STALE_SHA"]
}

test_old_approval_of_the_same_spec_still_counts if with_approval({"at": now - 604800001}).build == true

test_rejected_intent_stops if {
	d := decide({"rejected": true})
	d.plan == false
	d.build == false
	d.codes == ["APPROVAL_REJECTED", "INTENT_REJECTED"]
}

test_closed_intent_stops if decide({"state": "closed"}).codes == ["INTENT_NOT_OPEN"]

test_budget_stops if {
	decide({"budget": {"spent": 150000000, "committed": 0, "forecast": 1, "cap": 150000000, "asOf": now}}).codes == ["BUDGET_CAP"]
	decide({"budget": {"spent": 0, "committed": 0, "forecast": 0, "cap": 1, "asOf": now - 86400001}}).codes == ["BUDGET_STALE"]
	decide({"budget": {"spent": -5, "committed": 0, "forecast": 0, "cap": 1, "asOf": now}}).codes == ["INPUT_BUDGET"]
}
