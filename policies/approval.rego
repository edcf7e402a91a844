# METADATA
# title: Approval
# description: >-
#   Judges one approval against one target, for changes and intents alike. `claimed` is the sha or digest the comment refers to: as typed where the
#   comment is exact, as known on receipt where it is bare. The first reason that applies is the code; APPROVAL_OK is the only one that counts.
# custom:
#   codes:
#     - APPROVAL_OK
#     - APPROVAL_REVOKED
#     - APPROVAL_EDITED
#     - APPROVAL_AGENT
#     - APPROVAL_PERMISSION
#     - APPROVAL_FUTURE
#     - APPROVAL_CLASS
#     - APPROVAL_PUSHER
#     - APPROVAL_PRESENCE
#     - APPROVAL_STALE_SHA
#     - APPROVAL_BASE_MOVED
#     - APPROVAL_SLOTS_NOT_READY
#     - APPROVAL_NOT_PUBLISHED
#     - APPROVAL_DIGEST
#     - APPROVAL_WEAKENING
#     - APPROVAL_TOO_EARLY
#     - APPROVAL_EXPIRED
#     - APPROVAL_COOL_DOWN
#     - APPROVAL_QUORUM
#     - APPROVAL_NEEDED
#     - APPROVAL_REJECTED
package assay.approval

import data.assay.types
import rego.v1

hour_ms := 3600000

# GitHub stamps comments in whole seconds: a comment made 0.3 s after publication may read as 0.7 s before it.
comment_grain_ms := 1000

is_config(c) if {
	is_object(c)
	c.presence in {"account", "passkey"}
	types.is_amount(c.maxAgeMs)
	types.is_amount(c.barePublishedMs)
	is_array(c.classes)
	count(c.classes) > 0
	every class in c.classes {
		class in {"independent", "self-attested"}
	}
	every kind in ["human", "agent", "assay"] {
		is_people(c.quorum[kind])
	}
	every tier in ["normal", "high"] {
		types.is_amount(c.coolDownMs[tier])
	}
	c.movedBase in {"touching", "any"}
	c.rebase in {"equal", "never"}
}

# How many people must approve: at least one, whoever wrote the change.
is_people(n) if {
	types.is_amount(n)
	n >= 1
	n == floor(n)
}

# All fields but the claimed sha, which the caller's package names.
is_valid(a) if {
	is_object(a)
	types.is_amount(a.actorId)
	a.class in {"independent", "self-attested", "agent"}
	a.presence in {"account", "passkey"}
	types.is_permission(a.permission)
	types.is_amount(a.at)
	every key in ["exact", "edited", "viaApp", "pusher"] {
		is_boolean(a[key])
	}
	is_null_or_amount(a.revokedAt)
	is_null_or_text(a.manifestDigest)
}

is_null_or_amount(x) if x == null

is_null_or_amount(x) if types.is_amount(x)

is_null_or_text(x) if x == null

is_null_or_text(x) if is_string(x)

# `target` = {now, sha, ready, published: {at, digest} or null, config, maxAgeMs or null, coolDownMs, bindsContent, weakening, boundSince}.
# `bindsContent` says that the sha names all that the human read (a spec's digest does, a commit does not name its evidence).
# `boundSince` says from when on the evidence is bound to another merge than before; null: it always was to this one.
# `weakening` says that the change makes passing easier: approving it names the evidence by digest.
judge(a, claimed, target) := code if {
	code := who(a, target)
	code != "APPROVAL_OK"
} else := "APPROVAL_STALE_SHA" if {
	not refers_to(a, claimed, target.sha)
} else := "APPROVAL_BASE_MOVED" if {
	target.boundSince != null
	a.at < target.boundSince
	not names_published(a, target)
} else := "APPROVAL_SLOTS_NOT_READY" if {
	not target.ready == true
} else := "APPROVAL_NOT_PUBLISHED" if {
	not is_object(target.published)
} else := "APPROVAL_DIGEST" if {
	a.manifestDigest != null
	not names_digest(a.manifestDigest, target.published.digest)
} else := "APPROVAL_TOO_EARLY" if {
	not late_enough(a, target)
} else := "APPROVAL_EXPIRED" if {
	not young_enough(a, target)
} else := "APPROVAL_WEAKENING" if {
	target.weakening == true
	a.manifestDigest == null
} else := "APPROVAL_PRESENCE" if {
	# Last of what the person can mend: he signs only where nothing else is in the way.
	target.config.presence == "passkey"
	a.presence != "passkey"
} else := "APPROVAL_COOL_DOWN" if {
	not cooled_down(a, target)
} else := "APPROVAL_OK"

names_published(a, target) if {
	a.manifestDigest != null
	names_digest(a.manifestDigest, target.published.digest)
}

# The person and the comment, whatever it refers to.
who(a, target) := "APPROVAL_REVOKED" if {
	a.revokedAt != null
} else := "APPROVAL_EDITED" if {
	a.edited == true
} else := "APPROVAL_AGENT" if {
	is_agent(a)
} else := "APPROVAL_PERMISSION" if {
	not types.may_write(a.permission)
} else := "APPROVAL_FUTURE" if {
	a.at > target.now + comment_grain_ms
} else := "APPROVAL_CLASS" if {
	not a.class in target.config.classes
} else := "APPROVAL_PUSHER" if {
	# Whoever pushed to the change is a contributor: he may attest to himself, never pass as independent.
	a.pusher == true
	a.class == "independent"
} else := "APPROVAL_OK"

is_agent(a) if a.class == "agent"

is_agent(a) if a.viaApp == true

refers_to(a, claimed, sha) if {
	a.exact == true
	types.is_prefix(claimed)
	startswith(sha, claimed)
}

refers_to(a, claimed, sha) if {
	a.exact == false
	claimed == sha
}

names_digest(claimed, digest) if {
	types.is_prefix(claimed)
	startswith(digest, claimed)
}

# An exact line that names the evidence by digest proves by itself that the evidence existed.
late_enough(a, target) if {
	a.exact == true
	target.bindsContent == true
}

late_enough(a, _) if {
	a.exact == true
	a.manifestDigest != null
}

late_enough(a, target) if {
	a.exact == true
	a.at + comment_grain_ms >= target.published.at
}

late_enough(a, target) if {
	a.exact == false
	a.at - target.published.at >= target.config.barePublishedMs
}

young_enough(_, target) if target.maxAgeMs == null

young_enough(a, target) if {
	types.is_amount(target.maxAgeMs)
	target.now - a.at <= target.maxAgeMs
}

# Who attests to his own change has slept over it; nobody else waits. The approval stands and counts once the time has passed.
cooled_down(a, _) if a.class == "independent"

cooled_down(a, target) if {
	a.class == "self-attested"
	types.is_amount(target.coolDownMs)
	target.now - target.published.at >= target.coolDownMs
}

# Account ids, so that nobody counts twice.
approvers(list, codes) := {list[i].actorId | some i, code in codes; code == "APPROVAL_OK"}

# `codes` are the judged approvals in their order. Independent before self-attested, then the earliest.
accepted(list, codes) := min([[rank, list[i].at, i] |
	some i, "APPROVAL_OK" in codes
	rank := ["independent", "self-attested"][_]
	rank == list[i].class
])[2]

# The newest one explains best why there is no approval yet.
newest(list) := max([[list[i].at, i] | some i, _ in list])[1]

# The whole answer: `codes` are those of `list`, in order; `needed` people must have approved.
answer(list, codes, needed, false) := {"outcome": "neutral", "code": "APPROVAL_QUORUM", "class": null, "actorId": null} if {
	counted := count(approvers(list, codes))
	counted > 0
	counted < needed
} else := {"outcome": "pass", "code": "APPROVAL_OK", "class": list[i].class, "actorId": list[i].actorId} if {
	i := accepted(list, codes)
} else := {"outcome": outcome_of(codes[i]), "code": codes[i], "class": null, "actorId": null} if {
	i := newest(list)
} else := {"outcome": "neutral", "code": "APPROVAL_NEEDED", "class": null, "actorId": null}

answer(_, _, _, true) := {"outcome": "fail", "code": "APPROVAL_REJECTED", "class": null, "actorId": null}

lapsed := {"APPROVAL_STALE_SHA", "APPROVAL_BASE_MOVED", "APPROVAL_EXPIRED"}

outcome_of(code) := "stale" if code in lapsed

outcome_of(code) := "neutral" if not code in lapsed
