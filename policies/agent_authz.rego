# METADATA
# title: May this agent do this work
# description: >-
#   Allowed is what meets every condition: one rule that holds never makes up for another that does not. Money is micro-dollars. High and systemic
#   risk wait for a human who approved within the last hour; prohibited use never starts.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_AGENT
#     - INPUT_REQUIRED
#     - INPUT_USAGE
#     - INPUT_RISK
#     - INPUT_SYSTEM
#     - INPUT_APPROVAL
#     - INPUT_DATA
#     - AGENT_OK
#     - AGENT_REVOKED
#     - AGENT_CAPABILITY
#     - AGENT_TRUST
#     - AGENT_RATE
#     - AGENT_TOKENS
#     - AGENT_COST
#     - AGENT_RUNTIME
#     - AGENT_PROHIBITED
#     - AGENT_APPROVAL
#     - AGENT_OVERSIGHT
#     - AGENT_TRANSPARENCY
package agent.authz

import data.assay.types
import rego.v1

hour_ms := 3600000

audit_cost := 100000000

risk_tiers := ["low", "medium", "high", "systemic", "prohibited"]

system_tiers := ["minimal", "limited", "high", "prohibited"]

data_classes := ["public", "internal", "confidential", "restricted"]

default decision := {"allow": false, "outcome": "error", "auditRequired": true, "codes": ["INPUT_INVALID"]}

decision := {"allow": count(denials) == 0, "outcome": outcome, "auditRequired": audit_required, "codes": sort(codes)} if count(invalid) == 0

decision := {"allow": false, "outcome": "error", "auditRequired": true, "codes": sort(invalid)} if count(invalid) > 0

# --- input ---

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_AGENT" if not is_agent(object.get(facts, "agent", null))

invalid contains "INPUT_REQUIRED" if not is_requirement(object.get(facts, "required", null))

invalid contains "INPUT_USAGE" if not is_usage(object.get(facts, "usage", null))

invalid contains "INPUT_RISK" if not object.get(facts, "riskTier", null) in risk_tiers

invalid contains "INPUT_SYSTEM" if not is_system(object.get(facts, "system", null))

invalid contains "INPUT_APPROVAL" if not is_approval(object.get(facts, "humanApproval", "absent"))

invalid contains "INPUT_DATA" if not object.get(facts, "dataClass", null) in data_classes

is_agent(a) if {
	types.is_text(a.id)
	is_array(a.capabilities)
	every capability in a.capabilities {
		types.is_text(capability)
	}
	is_boolean(a.revoked)
	every key in ["trustLevel", "requests", "requestLimit"] {
		types.is_amount(a[key])
	}
}

is_requirement(r) if {
	types.is_text(r.capability)
	types.is_amount(r.trustLevel)
}

is_usage(u) if {
	every key in ["tokens", "tokenBudget", "cost", "costBudget", "runtimeMs", "runtimeLimitMs"] {
		types.is_amount(u[key])
	}
}

is_system(s) if {
	s.riskCategory in system_tiers
	is_boolean(s.humanOversight)
	is_boolean(s.transparency)
}

is_approval(a) if a == null

is_approval(a) if {
	is_boolean(a.granted)
	types.is_amount(a.at)
	types.is_amount(a.actorId)
}

# --- conditions ---

denials contains "AGENT_REVOKED" if input.agent.revoked == true

denials contains "AGENT_CAPABILITY" if not input.required.capability in input.agent.capabilities

denials contains "AGENT_TRUST" if input.agent.trustLevel < input.required.trustLevel

denials contains "AGENT_RATE" if input.agent.requests >= input.agent.requestLimit

denials contains "AGENT_TOKENS" if input.usage.tokens > input.usage.tokenBudget

denials contains "AGENT_COST" if input.usage.cost > input.usage.costBudget

denials contains "AGENT_RUNTIME" if input.usage.runtimeMs > input.usage.runtimeLimitMs

denials contains "AGENT_PROHIBITED" if input.riskTier == "prohibited"

denials contains "AGENT_PROHIBITED" if input.system.riskCategory == "prohibited"

denials contains "AGENT_APPROVAL" if {
	input.riskTier in {"high", "systemic"}
	not approved_lately
}

denials contains "AGENT_OVERSIGHT" if {
	input.system.riskCategory == "high"
	input.system.humanOversight == false
}

denials contains "AGENT_TRANSPARENCY" if {
	input.system.riskCategory in {"limited", "high"}
	input.system.transparency == false
}

approved_lately if {
	input.humanApproval != null
	input.humanApproval.granted == true
	input.humanApproval.at <= input.now
	input.now - input.humanApproval.at <= hour_ms
}

# --- answer ---

outcome := "pass" if count(denials) == 0

outcome := "fail" if count(denials) > 0

codes := {"AGENT_OK"} if count(denials) == 0

codes := denials if count(denials) > 0

audit_required if {
	input.riskTier in {"high", "systemic", "prohibited"}
} else if {
	input.usage.cost > audit_cost
} else if {
	input.dataClass in {"confidential", "restricted"}
} else := false
