# METADATA
# title: Has the preview been observed
# description: >-
#   A trace counts when the collector of this very preview run received it, with at least one span, for this head, inside the window. An id that a
#   build merely names proves nothing: `found` says what the collector holds.
# custom:
#   codes:
#     - INPUT_INVALID
#     - INPUT_NOW
#     - INPUT_HEAD
#     - INPUT_RUN
#     - INPUT_WINDOW
#     - INPUT_FOUND
#     - INPUT_NAMED
#     - TRACE_OK
#     - TRACE_NONE
#     - TRACE_ID
#     - TRACE_UNKNOWN
#     - TRACE_OTHER_HEAD
#     - TRACE_OTHER_RUN
#     - TRACE_EMPTY
#     - TRACE_OLD
package ci.observability

import data.assay.types
import rego.v1

default decision := {"allow": false, "outcome": "error", "codes": ["INPUT_INVALID"], "counted": 0}

decision := {"allow": allow, "outcome": outcome, "codes": sort(codes), "counted": count(counted)} if count(invalid) == 0

decision := {"allow": false, "outcome": "error", "codes": sort(invalid), "counted": 0} if count(invalid) > 0

facts := input if {
	is_object(input)
} else := {}

invalid contains "INPUT_NOW" if not types.is_amount(object.get(facts, "now", null))

invalid contains "INPUT_HEAD" if not types.is_sha(object.get(facts, "headSha", null))

invalid contains "INPUT_RUN" if not types.is_text(object.get(facts, "run", null))

invalid contains "INPUT_WINDOW" if not types.is_amount(object.get(facts, "windowMs", null))

invalid contains "INPUT_NAMED" if not are_texts(object.get(facts, "named", null))

invalid contains "INPUT_FOUND" if not are_traces(object.get(facts, "found", null))

are_texts(list) if {
	is_array(list)
	every item in list {
		is_string(item)
	}
}

are_traces(list) if {
	is_array(list)
	every trace in list {
		is_string(trace.traceId)
		types.is_sha(trace.headSha)
		types.is_text(trace.run)
		types.is_amount(trace.spans)
		types.is_amount(trace.at)
	}
}

# W3C trace context: 32 hex digits, not all of them zero.
is_trace_id(id) if {
	regex.match(`^[0-9a-f]{32}$`, id)
	id != "00000000000000000000000000000000"
}

problem(trace) := "TRACE_ID" if {
	not is_trace_id(trace.traceId)
} else := "TRACE_OTHER_HEAD" if {
	trace.headSha != input.headSha
} else := "TRACE_OTHER_RUN" if {
	trace.run != input.run
} else := "TRACE_EMPTY" if {
	trace.spans < 1
} else := "TRACE_OLD" if {
	not is_recent(trace)
}

is_recent(trace) if {
	trace.at <= input.now
	input.now - trace.at <= input.windowMs
}

counted contains trace.traceId if {
	some trace in input.found
	not problem(trace)
}

# Ids that the change names and the collector never saw were made up.
named_problems contains "TRACE_ID" if {
	some id in input.named
	not is_trace_id(id)
}

named_problems contains "TRACE_UNKNOWN" if {
	some id in input.named
	is_trace_id(id)
	not id in counted
}

allow if {
	count(counted) > 0
	count(named_problems) == 0
} else := false

outcome := "pass" if allow

outcome := "fail" if not allow

codes := {"TRACE_OK"} if allow

codes := found_problems | named_problems if not allow

found_problems := {problem(trace) | some trace in input.found} if count(input.found) > 0

found_problems := {"TRACE_NONE"} if count(input.found) == 0
