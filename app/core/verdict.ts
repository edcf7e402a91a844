/** The verdict words of the whole product, and how GitHub gets to see them. Only `pass` passes. */
export const outcomes = [
  'pass', 'fail', 'error', 'neutral', 'not_applicable', 'stale', 'not_comparable', 'not_reproduced', 'spec_gap',
] as const;
export type Outcome = (typeof outcomes)[number];

export type Conclusion = 'success' | 'skipped' | 'failure' | 'action_required';

/** What is posted on GitHub. `neutral` is never posted: GitHub lets it through a required check. */
export function conclusionOf(outcome: Outcome): Conclusion {
  switch (outcome) {
    case 'pass': return 'success';
    case 'not_applicable': return 'skipped';
    case 'fail': case 'not_reproduced': case 'error': return 'failure';
    case 'neutral': case 'stale': case 'not_comparable': case 'spec_gap': return 'action_required';
  }
}

// From worst to best; the first that occurs decides.
const severityOrder: readonly Outcome[] = [
  'error', 'fail', 'not_reproduced', 'stale', 'spec_gap', 'not_comparable', 'neutral', 'pass', 'not_applicable',
];

/** The worst of several outcomes; nothing at all is `error`, because a check that judged nothing must not pass. */
export function worst(list: readonly Outcome[]): Outcome {
  return severityOrder.find((outcome) => list.includes(outcome)) ?? 'error';
}

/** The CLI's exit code: 0 pass or not_applicable, 3 error, 1 any other verdict. */
export function exitCodeOf(outcome: Outcome): 0 | 1 | 3 {
  if (outcome === 'pass' || outcome === 'not_applicable') return 0;
  return outcome === 'error' ? 3 : 1;
}
