# METADATA
# title: Is the supply chain of a change proven
# description: >-
#   Believes statements that Assay verified itself, for this very head, and nothing the judged build says of itself. Each piece of evidence has a grade:
#   attested (signed by the workflow), recomputed (by the App, from the files), unattested. A vulnerability of unknown severity counts as high.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_HEAD
#     - INPUT_REQUIRED
#     - INPUT_EVIDENCE
#     - INPUT_VULNERABILITIES
#     - SUPPLYCHAIN_OK
#     - EVIDENCE_ABSENT
#     - EVIDENCE_UNVERIFIED
#     - EVIDENCE_OTHER_HEAD
#     - EVIDENCE_FUTURE
#     - EVIDENCE_OLD
#     - EVIDENCE_GRADE
#     - SBOM_INCOMPLETE
#     - DATABASE_STALE
#     - DATABASE_CANARY
#     - CVE_BUDGET
#     - CVE_OVERDUE
#     - EXCEPTION_EXPIRED
package ci.supplychain

import data.assay.types
import rego.v1

kinds := ["sbom", "vulnerabilities", "provenance", "signature", "tests"]

grades := ["unattested", "recomputed", "attested"]

default decision := {"allow": false, "outcome": "error", "codes": ["INPUT_INVALID"], "wanting": []}

decision := {"allow": count(problems) == 0, "outcome": outcome, "codes": sort(codes), "wanting": sort(wanting)} if {
	count(invalid) == 0
}

decision := {"allow": false, "outcome": "error", "codes": sort(invalid), "wanting": []} if {
	count(invalid) > 0
}

# --- input ---

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_HEAD" if not types.is_sha(object.get(facts, "headSha", null))

invalid contains "INPUT_REQUIRED" if not is_required(object.get(facts, "required", null))

invalid contains "INPUT_EVIDENCE" if not are_evidence(object.get(facts, "evidence", null))

invalid contains "INPUT_VULNERABILITIES" if not are_vulnerabilities(object.get(facts, "vulnerabilities", "absent"))

# An empty list of demands would let everything through: there is no such configuration.
is_required(r) if {
	is_array(r.kinds)
	count(r.kinds) > 0
	every kind in r.kinds {
		kind in kinds
	}
	r.grade in grades
	types.is_amount(r.maxAgeMs)
	types.is_amount(r.databaseAgeMs)
	every key in ["critical", "high"] {
		types.is_amount(r[key])
	}
}

are_evidence(e) if {
	is_object(e)
	every kind in kinds {
		is_piece(object.get(e, kind, "absent"))
	}
}

is_piece(p) if p == null

is_piece(p) if {
	is_boolean(p.verified)
	types.is_sha(p.headSha)
	types.is_amount(p.at)
	types.is_digest(p.digest)
	p.grade in grades
	is_boolean(p.complete)
}

are_vulnerabilities(v) if v == null

are_vulnerabilities(v) if {
	every key in ["critical", "high", "unknown", "overdue"] {
		types.is_amount(v[key])
	}
	types.is_amount(v.databaseAt)
	is_boolean(v.canary)
	is_array(v.exceptions)
	every exception in v.exceptions {
		is_exception(exception)
	}
}

is_exception(x) if {
	types.is_text(x.id)
	types.is_text(x.purl)
	types.is_text(x.ticket)
	types.is_amount(x.until)
}

# --- evidence ---

needed := {kind | some kind in input.required.kinds}

piece_problem(kind) := "EVIDENCE_ABSENT" if {
	input.evidence[kind] == null
} else := "EVIDENCE_UNVERIFIED" if {
	not input.evidence[kind].verified == true
} else := "EVIDENCE_OTHER_HEAD" if {
	input.evidence[kind].headSha != input.headSha
} else := "EVIDENCE_FUTURE" if {
	input.evidence[kind].at > input.now
} else := "EVIDENCE_OLD" if {
	input.now - input.evidence[kind].at > input.required.maxAgeMs
} else := "EVIDENCE_GRADE" if {
	rank(input.evidence[kind].grade) < rank(input.required.grade)
}

rank(grade) := i if {
	some i, name in grades
	name == grade
}

wanting contains kind if {
	some kind in needed
	piece_problem(kind)
}

problems contains piece_problem(kind) if some kind in needed

# An incomplete bill of materials is said, it does not block: nobody can make a registry tell what it does not know.
notes contains "SBOM_INCOMPLETE" if {
	"sbom" in needed
	input.evidence.sbom != null
	input.evidence.sbom.complete == false
}

# --- vulnerabilities ---

problems contains "EVIDENCE_ABSENT" if {
	"vulnerabilities" in needed
	input.vulnerabilities == null
}

judged := input.vulnerabilities if "vulnerabilities" in needed

problems contains "DATABASE_STALE" if judged.databaseAt > input.now

problems contains "DATABASE_STALE" if input.now - judged.databaseAt > input.required.databaseAgeMs

# A database that does not know a package known to be vulnerable knows nothing.
problems contains "DATABASE_CANARY" if judged.canary == false

problems contains "CVE_BUDGET" if judged.critical > input.required.critical

problems contains "CVE_BUDGET" if judged.high + judged.unknown > input.required.high

problems contains "CVE_OVERDUE" if judged.overdue > 0

problems contains "EXCEPTION_EXPIRED" if {
	some exception in judged.exceptions
	exception.until <= input.now
}

# --- answer ---

# What is not known is an error; what is known to be bad is a failure.
unknown := {"EVIDENCE_ABSENT", "EVIDENCE_UNVERIFIED", "EVIDENCE_FUTURE", "DATABASE_STALE", "DATABASE_CANARY"}

outcome := "pass" if {
	count(problems) == 0
} else := "error" if {
	count(problems & unknown) > 0
} else := "stale" if {
	count(problems & {"EVIDENCE_OTHER_HEAD", "EVIDENCE_OLD"}) > 0
} else := "fail"

codes := problems | notes if count(problems | notes) > 0

codes := {"SUPPLYCHAIN_OK"} if count(problems | notes) == 0
