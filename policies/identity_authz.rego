# METADATA
# title: May this subject do this
# description: >-
#   Attributes and roles decide, obligations say what else must happen. Nothing is allowed that no unexpired role of an active subject grants; a subject
#   that is an agent never gets what only people may do. `authStrength` is how the subject really proved itself, `approvedBy` who released an export.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_SUBJECT
#     - INPUT_ACTION
#     - INPUT_RESOURCE
#     - INPUT_ENVIRONMENT
#     - INPUT_CONTEXT
#     - AUTHZ_OK
#     - AUTHZ_SUBJECT_INACTIVE
#     - AUTHZ_NO_ROLE
#     - AUTHZ_AGENT
#     - AUTHZ_WORKSPACE
#     - AUTHZ_RESIDENCY
#     - AUTHZ_CLEARANCE
#     - AUTHZ_STEP_UP
#     - AUTHZ_EXPORT_APPROVAL
package identity.authz

import data.assay.types
import data.identity.residency
import rego.v1

# What each role may do. Roles of a repository carry GitHub's own names.
grants := {
	"read": {"read", "status", "explain"},
	"triage": {"read", "status", "explain"},
	"write": {"read", "write", "status", "explain", "approve", "reject", "revoke", "retry", "stop", "budget", "waive", "export"},
	"maintain": {"read", "write", "status", "explain", "approve", "reject", "revoke", "retry", "stop", "budget", "waive", "export", "rollback", "transfer"},
	"admin": {"read", "write", "status", "explain", "approve", "reject", "revoke", "retry", "stop", "budget", "waive", "export", "rollback", "transfer", "delete"},
	"planner": {"plan"},
	"builder": {"build"},
	"auditor": {"audit"},
	"saboteur": {"sabotage"},
}

# Decisions that only a person can take.
for_people := {"approve", "reject", "revoke", "retry", "stop", "budget", "waive", "export", "rollback", "transfer", "delete"}

# Everybody may look at what is public.
public_actions := {"read", "status", "explain"}

actions := {action | some granted in grants; some action in granted}

clearances := ["public", "internal", "confidential", "restricted"]

strengths := ["token", "password", "mfa", "passkey"]

default decision := {"decision": "deny", "allow": false, "reason": "INPUT_INVALID", "obligations": [], "codes": ["INPUT_INVALID"]}

decision := {"decision": "allow", "allow": true, "reason": "AUTHZ_OK", "obligations": sort(obligations), "codes": ["AUTHZ_OK"]} if {
	count(invalid) == 0
	count(denials) == 0
}

decision := {"decision": "deny", "allow": false, "reason": reason, "obligations": sort(obligations), "codes": sort(denials)} if {
	count(invalid) == 0
	count(denials) > 0
}

decision := {"decision": "deny", "allow": false, "reason": min(invalid), "obligations": [], "codes": sort(invalid)} if count(invalid) > 0

# --- input ---

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_SUBJECT" if not is_subject(object.get(facts, "subject", null))

invalid contains "INPUT_ACTION" if not object.get(facts, "action", null) in actions

invalid contains "INPUT_RESOURCE" if not is_resource(object.get(facts, "resource", null))

invalid contains "INPUT_ENVIRONMENT" if not is_environment(object.get(facts, "environment", null))

invalid contains "INPUT_CONTEXT" if not is_context(object.get(facts, "context", null))

is_subject(s) if {
	types.is_text(s.id)
	s.type in {"user", "service", "agent"}
	s.status in {"active", "suspended", "revoked"}
	s.clearance in clearances
	is_array(s.bindings)
	every binding in s.bindings {
		is_binding(binding)
	}
}

is_binding(b) if {
	types.is_text(b.role)
	types.is_text(b.workspace)
	is_null_or_amount(b.expiresAt)
}

is_null_or_amount(x) if x == null

is_null_or_amount(x) if types.is_amount(x)

is_resource(r) if {
	types.is_text(r.id)
	types.is_text(r.type)
	types.is_text(r.workspace)
	is_boolean(r.public)
	is_boolean(r.containsPii)
	r.requiredClearance in clearances
	r.sensitivity in {"low", "medium", "high"}
	is_place(r)
}

# Where it is and where it belongs. What holds no personal data may be anywhere, and nobody need know where.
is_place(r) if {
	r.region in residency.known_regions
	r.home in residency.known_regions
}

is_place(r) if {
	r.containsPii == false
	r.region == null
	r.home == null
}

is_environment(e) if {
	e.authStrength in strengths
	is_boolean(e.deviceTrusted)
}

# Who released an export: the account and when; null where nobody did.
is_context(c) if {
	is_object(c)
	is_release(object.get(c, "approvedBy", "absent"))
}

is_release(a) if a == null

is_release(a) if {
	types.is_text(a.id)
	types.is_text(a.ticket)
	types.is_amount(a.at)
}

# --- denials ---

denials contains "AUTHZ_SUBJECT_INACTIVE" if input.subject.status != "active"

denials contains "AUTHZ_NO_ROLE" if not is_granted

denials contains "AUTHZ_AGENT" if {
	input.action in for_people
	input.subject.type != "user"
}

denials contains "AUTHZ_WORKSPACE" if {
	not is_granted
	some binding in input.subject.bindings
	input.action in object.get(grants, binding.role, set())
	binding.workspace != input.resource.workspace
}

denials contains "AUTHZ_RESIDENCY" if {
	input.resource.containsPii == true
	residency.zone_of(input.resource.region) != residency.zone_of(input.resource.home)
}

# Reading below one's clearance is masked; everything else is refused.
denials contains "AUTHZ_CLEARANCE" if {
	lacks_clearance
	input.action != "read"
}

denials contains "AUTHZ_STEP_UP" if {
	needs_step_up
	not stepped_up
}

denials contains "AUTHZ_EXPORT_APPROVAL" if {
	input.action == "export"
	not is_released
}

is_granted if {
	some binding in input.subject.bindings
	binding.workspace == input.resource.workspace
	is_current(binding)
	input.action in object.get(grants, binding.role, set())
}

is_granted if {
	input.resource.public == true
	input.action in public_actions
}

is_current(binding) if binding.expiresAt == null

is_current(binding) if {
	types.is_amount(binding.expiresAt)
	binding.expiresAt > input.now
}

lacks_clearance if rank(clearances, input.subject.clearance) < rank(clearances, input.resource.requiredClearance)

needs_step_up if input.action in {"delete", "transfer"}

needs_step_up if {
	input.resource.sensitivity == "high"
	not input.action in public_actions
}

stepped_up if rank(strengths, input.environment.authStrength) >= rank(strengths, "mfa")

# One who asks for an export does not release it himself.
is_released if {
	input.context.approvedBy != null
	input.context.approvedBy.id != input.subject.id
	input.context.approvedBy.at <= input.now
}

rank(order, name) := i if {
	some i, each in order
	each == name
}

# --- answer ---

obligations contains "mask_fields" if {
	lacks_clearance
	input.action == "read"
}

obligations contains "require_mfa" if {
	needs_step_up
	not stepped_up
}

obligations contains "require_approval" if {
	input.action == "export"
	not is_released
}

obligations contains "log_event" if not input.action in public_actions

obligations contains "log_event" if input.resource.containsPii == true

# The first that applies, from what a person can mend least to what he can mend most.
reason := [code | some code in ["AUTHZ_SUBJECT_INACTIVE", "AUTHZ_AGENT", "AUTHZ_WORKSPACE", "AUTHZ_NO_ROLE", "AUTHZ_RESIDENCY", "AUTHZ_CLEARANCE", "AUTHZ_EXPORT_APPROVAL", "AUTHZ_STEP_UP"]; code in denials][0]
