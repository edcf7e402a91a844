# The fixtures under `opa test`: the very inputs and decisions that the committed wasm is held to.
package assay.fixtures_test

import data.fixtures
import rego.v1

inputs(folder) := [object.union(fixtures[folder].base, one.patch) | some one in fixtures[folder].cases]

agrees(decision, folder, i) if {
	every key, value in fixtures[folder].cases[i].expect {
		decision[key] == value
	}
}

test_change if every i, one in inputs("change") {
	decision := data.ci.change.decision with input as one
	agrees(decision, "change", i)
}

test_intent if every i, one in inputs("intent") {
	decision := data.ci.intent.decision with input as one
	agrees(decision, "intent", i)
}

test_finops if every i, one in inputs("finops") {
	decision := data.ci.finops.decision with input as one
	agrees(decision, "finops", i)
}

test_supplychain if every i, one in inputs("supplychain") {
	decision := data.ci.supplychain.decision with input as one
	agrees(decision, "supplychain", i)
}

test_observability if every i, one in inputs("observability") {
	decision := data.ci.observability.decision with input as one
	agrees(decision, "observability", i)
}

test_release if every i, one in inputs("release") {
	decision := data.ci.release.decision with input as one
	agrees(decision, "release", i)
}

test_business_rules if every i, one in inputs("business-rules") {
	decision := data.ci.business_rules.decision with input as one
	agrees(decision, "business-rules", i)
}

test_agent if every i, one in inputs("agent-authz") {
	decision := data.agent.authz.decision with input as one
	agrees(decision, "agent-authz", i)
}

test_identity if every i, one in inputs("identity-authz") {
	decision := data.identity.authz.decision with input as one
	agrees(decision, "identity-authz", i)
}

test_residency if every i, one in inputs("residency") {
	decision := data.identity.residency.decision with input as one
	agrees(decision, "residency", i)
}
