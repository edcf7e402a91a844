# METADATA
# title: Where data may be
# description: >-
#   One table of data classes: where each may be stored, for how long, and whether it may leave. Regions are names of a zone's own list, never compared
#   as texts: `eu-west-1` is in the zone `eu`. A region or a class that nobody knows is denied.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_CLASS
#     - INPUT_REGION
#     - INPUT_HOME
#     - INPUT_STORED
#     - INPUT_ACTION
#     - RESIDENCY_OK
#     - RESIDENCY_ZONE
#     - RESIDENCY_REGION
#     - RESIDENCY_EXPORT
#     - RESIDENCY_RETENTION
package identity.residency

import data.assay.types
import rego.v1

zones := {
	"eu": {"eu", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "europe-west1", "europe-west4", "westeurope", "northeurope"},
	"us": {"us", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-central1", "eastus", "westus"},
	"ap": {"ap", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "asia-east1", "southeastasia"},
}

day_ms := 86400000

# `within`: zone (anywhere in the home's zone), region (the home itself), any. Days of retention.
classes := {
	"pii": {"within": "zone", "retentionDays": 1095, "export": "approved"},
	"sensitive": {"within": "zone", "retentionDays": 365, "export": "approved"},
	"restricted": {"within": "region", "retentionDays": 180, "export": "never"},
	"non_sensitive": {"within": "any", "retentionDays": 730, "export": "free"},
	"telemetry": {"within": "region", "retentionDays": 90, "export": "free"},
	"audit": {"within": "zone", "retentionDays": 2555, "export": "approved"},
}

default decision := {"allow": false, "outcome": "error", "retentionDays": null, "obligations": [], "codes": ["INPUT_INVALID"]}

decision := {
	"allow": count(problems) == 0, "outcome": outcome,
	"retentionDays": classes[input.class].retentionDays, "obligations": sort(obligations), "codes": sort(codes),
} if {
	count(invalid) == 0
}

decision := {"allow": false, "outcome": "error", "retentionDays": null, "obligations": [], "codes": sort(invalid)} if count(invalid) > 0

facts := input if {
	is_object(input)
} else := {}

known_regions := {region | some regions in zones; some region in regions}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_CLASS" if not object.get(facts, "class", null) in object.keys(classes)

invalid contains "INPUT_REGION" if not object.get(facts, "region", null) in known_regions

invalid contains "INPUT_HOME" if not object.get(facts, "home", null) in known_regions

invalid contains "INPUT_ACTION" if not object.get(facts, "action", null) in {"store", "export"}

# When what is to be kept was first stored; null: it is new.
invalid contains "INPUT_STORED" if not is_null_or_amount(object.get(facts, "storedAt", "absent"))

is_null_or_amount(x) if x == null

is_null_or_amount(x) if types.is_amount(x)

zone_of(region) := zone if {
	some zone, regions in zones
	region in regions
}

problems contains "RESIDENCY_ZONE" if {
	classes[input.class].within == "zone"
	zone_of(input.region) != zone_of(input.home)
}

problems contains "RESIDENCY_REGION" if {
	classes[input.class].within == "region"
	input.region != input.home
}

problems contains "RESIDENCY_EXPORT" if {
	input.action == "export"
	classes[input.class].export == "never"
}

problems contains "RESIDENCY_RETENTION" if {
	input.storedAt != null
	input.now - input.storedAt > classes[input.class].retentionDays * day_ms
}

obligations contains "log_event" if input.class in {"pii", "sensitive", "restricted", "audit"}

obligations contains "require_mfa" if input.class in {"sensitive", "restricted"}

obligations contains "require_approval" if {
	input.action == "export"
	classes[input.class].export == "approved"
}

outcome := "pass" if count(problems) == 0

outcome := "fail" if count(problems) > 0

codes := problems if count(problems) > 0

codes := {"RESIDENCY_OK"} if count(problems) == 0
