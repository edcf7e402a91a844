package ci.finops_test

import data.ci.finops
import rego.v1

dollars(x) := x * 1000000

now := 1790000000000

base := {
	"now": now,
	"asOf": now,
	"week": {"spent": dollars(100), "committed": dollars(20), "forecast": dollars(30)},
	"project": {"spent": dollars(5), "committed": dollars(1), "forecast": dollars(4)},
	"limits": {"project": dollars(150), "weekTarget": dollars(300), "weekCeiling": dollars(500)},
	"optimisationPlan": false,
}

decide(patch) := decision if decision := finops.decision with input as object.union(base, patch)

test_within_limits if {
	d := decide({})
	d.allow == true
	d.outcome == "pass"
	d.codes == ["FINOPS_OK"]
	d.weekTotal == dollars(150)
	d.projectTotal == dollars(10)
}

# The seed's `count(deny) == 0` allowed {}, null and -5.
test_empty_input_denied if {
	d := finops.decision with input as {}
	d.allow == false
	d.outcome == "error"
	"INPUT_WEEK" in d.codes
}

test_no_object_denied if {
	every value in [null, -5, 0, "", [], true] {
		d := finops.decision with input as value
		d.allow == false
	}
}

test_each_absent_field_denied if {
	every key in object.keys(base) {
		d := finops.decision with input as object.remove(base, [key])
		d.allow == false
		d.outcome == "error"
	}
}

test_amounts_must_be_numbers_not_negative if {
	every value in [-1, -5, null, "100", "", [], {}, true, 9007199254740993] {
		d := decide({"week": {"spent": value, "committed": 0, "forecast": 0}})
		d.allow == false
		d.codes == ["INPUT_WEEK"]
	}
}

test_zero_is_an_amount if decide({"week": {"spent": 0, "committed": 0, "forecast": 0}}).allow == true

# The total counts what is committed and forecast, not only what is spent.
test_all_three_parts_count if {
	decide({"week": {"spent": dollars(500), "committed": 0, "forecast": 1}}).codes == ["FINOPS_PLAN_REQUIRED", "FINOPS_WEEK_STOP", "FINOPS_WEEK_WARN"]
	decide({"week": {"spent": 0, "committed": dollars(500), "forecast": 1}}).allow == false
	decide({"week": {"spent": 0, "committed": 1, "forecast": dollars(500)}}).allow == false
}

test_warn_above_345_demands_a_plan if {
	at := decide({"week": {"spent": dollars(345), "committed": 0, "forecast": 0}})
	at.allow == true
	at.codes == ["FINOPS_OK"]
	above := decide({"week": {"spent": dollars(345), "committed": 0, "forecast": 1}})
	above.allow == false
	above.outcome == "neutral"
	above.planRequired == true
	above.codes == ["FINOPS_PLAN_REQUIRED", "FINOPS_WEEK_WARN"]
	planned := decide({"week": {"spent": dollars(345), "committed": 0, "forecast": 1}, "optimisationPlan": true})
	planned.allow == true
	planned.outcome == "pass"
	planned.codes == ["FINOPS_WEEK_WARN"]
}

# A plan lifts the warning, never the stop.
test_stop_above_500 if {
	decide({"week": {"spent": dollars(500), "committed": 0, "forecast": 0}, "optimisationPlan": true}).allow == true
	d := decide({"week": {"spent": dollars(500), "committed": 0, "forecast": 1}, "optimisationPlan": true})
	d.allow == false
	d.outcome == "fail"
	"FINOPS_WEEK_STOP" in d.codes
}

test_project_cap_150 if {
	decide({"project": {"spent": dollars(150), "committed": 0, "forecast": 0}}).allow == true
	d := decide({"project": {"spent": dollars(150), "committed": 1, "forecast": 0}})
	d.allow == false
	d.codes == ["FINOPS_PROJECT_STOP"]
}

test_figures_need_a_date if {
	d := finops.decision with input as object.remove(base, ["asOf"])
	d.codes == ["INPUT_AS_OF"]
	decide({"asOf": "2026-11-20"}).codes == ["INPUT_AS_OF"]
	decide({"asOf": null}).codes == ["INPUT_AS_OF"]
}

test_figures_not_older_than_a_day_nor_from_the_future if {
	decide({"asOf": now - 86400000}).allow == true
	old := decide({"asOf": now - 86400001})
	old.allow == false
	old.outcome == "error"
	old.codes == ["FINOPS_STALE"]
	decide({"asOf": now + 1}).allow == false
}
