# METADATA
# title: May this release be deployed
# description: >-
#   Looks at the release's attestation, whose signature Assay verified itself, field by field, and at the gate's own facts: the changes in it are
#   approved, the vulnerability budget holds with exceptions that are approved and not expired, and there is a way back.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_RELEASE
#     - INPUT_ATTESTATION
#     - INPUT_BUDGET
#     - INPUT_CHANGES
#     - RELEASE_OK
#     - RELEASE_ATTESTATION_ABSENT
#     - RELEASE_ATTESTATION_UNVERIFIED
#     - RELEASE_COMMIT
#     - RELEASE_ARTIFACT
#     - RELEASE_BUILDER
#     - RELEASE_FUTURE
#     - RELEASE_TESTS
#     - RELEASE_SAST
#     - RELEASE_SECRETS
#     - RELEASE_CVE_BUDGET
#     - RELEASE_EXCEPTION_EXPIRED
#     - RELEASE_EXCEPTION_UNAPPROVED
#     - RELEASE_CHANGE_UNAPPROVED
#     - RELEASE_NO_CHANGES
#     - RELEASE_NO_WAY_BACK
package ci.release

import data.assay.types
import rego.v1

default decision := {"allow": false, "outcome": "error", "codes": ["INPUT_INVALID"]}

decision := {"allow": count(problems) == 0, "outcome": outcome, "codes": sort(codes)} if count(invalid) == 0

decision := {"allow": false, "outcome": "error", "codes": sort(invalid)} if count(invalid) > 0

# --- input ---

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_RELEASE" if not is_release(object.get(facts, "release", null))

invalid contains "INPUT_ATTESTATION" if not is_attestation(object.get(facts, "attestation", "absent"))

invalid contains "INPUT_BUDGET" if not is_budget(object.get(facts, "cveBudget", null))

invalid contains "INPUT_CHANGES" if not are_changes(object.get(facts, "changes", null))

is_release(r) if {
	types.is_text(r.version)
	types.is_sha(r.commit)
	types.is_digest(r.artifactSha256)
	is_array(r.builders)
	is_boolean(r.rollbackPlan)
}

is_attestation(a) if a == null

# The twelve fields, by the names under which they are exported; `verified` is ours.
is_attestation(a) if {
	is_boolean(a.verified)
	types.is_text(a.build_id)
	types.is_sha(a.git_commit)
	types.is_text(a.builder)
	types.is_amount(a.timestamp)
	is_boolean(a.tests_passed)
	types.is_outcome(a.sast_result)
	types.is_outcome(a.secret_scan_result)
	types.is_digest(a.sbom_digest)
	types.is_digest(a.artifact_digest)
	is_report(a.vuln_report)
	are_exceptions(a.cve_exceptions)
	types.is_text(a.provenance_signature)
}

is_report(r) if {
	types.is_digest(r.digest)
	every key in ["critical", "high", "unknown", "overdue"] {
		types.is_amount(r[key])
	}
}

are_exceptions(list) if {
	is_array(list)
	every x in list {
		types.is_text(x.id)
		types.is_text(x.purl)
		x.severity in {"critical", "high", "medium", "low"}
		types.is_amount(x.until)
		is_boolean(x.approved)
	}
}

is_budget(b) if {
	every key in ["critical", "high", "excepted"] {
		types.is_amount(b[key])
	}
}

are_changes(list) if {
	is_array(list)
	every change in list {
		types.is_sha(change.sha)
		types.is_outcome(change.outcome)
		is_boolean(change.approved)
	}
}

# --- conditions ---

problems contains "RELEASE_ATTESTATION_ABSENT" if input.attestation == null

attestation := input.attestation if input.attestation != null

problems contains "RELEASE_ATTESTATION_UNVERIFIED" if attestation.verified == false

problems contains "RELEASE_COMMIT" if attestation.git_commit != input.release.commit

problems contains "RELEASE_ARTIFACT" if attestation.artifact_digest != input.release.artifactSha256

problems contains "RELEASE_BUILDER" if {
	builder := attestation.builder
	not builder in input.release.builders
}

problems contains "RELEASE_FUTURE" if attestation.timestamp > input.now

problems contains "RELEASE_TESTS" if attestation.tests_passed == false

problems contains "RELEASE_SAST" if attestation.sast_result != "pass"

problems contains "RELEASE_SECRETS" if attestation.secret_scan_result != "pass"

# `excepted` is how many findings of high severity may stand with an approved exception; the report counts what no exception covers.
problems contains "RELEASE_CVE_BUDGET" if attestation.vuln_report.critical > input.cveBudget.critical

problems contains "RELEASE_CVE_BUDGET" if attestation.vuln_report.high + attestation.vuln_report.unknown > input.cveBudget.high

problems contains "RELEASE_CVE_BUDGET" if attestation.vuln_report.overdue > 0

problems contains "RELEASE_CVE_BUDGET" if count([x | some x in attestation.cve_exceptions; x.severity == "high"]) > input.cveBudget.excepted

problems contains "RELEASE_CVE_BUDGET" if {
	some x in attestation.cve_exceptions
	x.severity == "critical"
}

problems contains "RELEASE_EXCEPTION_EXPIRED" if {
	some x in attestation.cve_exceptions
	x.until <= input.now
}

problems contains "RELEASE_EXCEPTION_UNAPPROVED" if {
	some x in attestation.cve_exceptions
	x.approved == false
}

problems contains "RELEASE_CHANGE_UNAPPROVED" if {
	some change in input.changes
	not is_approved(change)
}

is_approved(change) if {
	change.outcome == "pass"
	change.approved == true
}

# A release of nothing was put together from nothing that anybody approved.
problems contains "RELEASE_NO_CHANGES" if count(input.changes) == 0

problems contains "RELEASE_NO_WAY_BACK" if input.release.rollbackPlan == false

# --- answer ---

outcome := "pass" if {
	count(problems) == 0
} else := "error" if {
	count(problems & {"RELEASE_ATTESTATION_ABSENT", "RELEASE_ATTESTATION_UNVERIFIED", "RELEASE_FUTURE", "RELEASE_NO_CHANGES"}) > 0
} else := "fail"

codes := problems if count(problems) > 0

codes := {"RELEASE_OK"} if count(problems) == 0
