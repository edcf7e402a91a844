/**
 * Which function refuses which attack (shared ids, one file and one named function each, or one rule of a policy). `npm run attacks:without` makes each
 * of them permissive in turn and demands that exactly its cases turn red; a control that nothing depends on is no control.
 */
export interface Control {
  file: string;
  function: string;
}

export const controls: Record<string, Control> = {
  S01: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S02: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S03: { file: 'app/edges/sandbox/script.ts', function: 'systemFolders' },
  S04: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S05: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup' },
  S06: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup' },
  S07: { file: 'app/edges/sandbox/script.ts', function: 'limited' },
  S08: { file: 'app/edges/sandbox/supervise.ts', function: 'exceeded' },
  S09: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S10: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S11: { file: 'app/edges/sandbox/launcher.ts', function: 'mountsOf' },
  R01: { file: 'app/guardrails/plan.ts', function: 'configOf' },
  R02: { file: 'app/guardrails/from-change.ts', function: 'suppressions' },
  // Played beside the fetch phase and in suite.test.ts.
  R04: { file: 'app/edges/dependencies/npm.ts', function: 'entryOf' },
  R05: { file: 'app/guardrails/probes/mutant-runs.ts', function: 'control' },
  // Played in test/scenarios, by the id in the title of the story.
  P01: { file: 'policies/approval.rego', function: 'refers_to' },
  P02: { file: 'policies/approval.rego', function: 'late_enough' },
  P04: { file: 'policies/approval.rego', function: 'refers_to' },
  P06: { file: 'app/core/command-fact.ts', function: 'commandsOf' },
  P07: { file: 'app/subjects/approval-facts.ts', function: 'approvalFact' },
  P10: { file: 'policies/approval.rego', function: 'who' },
  P11: { file: 'app/subjects/approval-facts.ts', function: 'classOf' },
  P12: { file: 'app/core/command-effects.ts', function: 'isAgent' },
  P13: { file: 'policies/approval.rego', function: 'who' },
  P15: { file: 'app/edges/github/read.ts', function: 'readCheckRuns' },
  P19: { file: 'app/subjects/change/conclude.ts', function: 'sharedOutcome' },
  P20: { file: 'app/evidence/manifest.ts', function: 'buildManifest' },
  P24: { file: 'app/edges/store/sqlite/inbox.ts', function: 'insert' },
  P25: { file: 'app/subjects/observation.ts', function: 'readConfig' },
  P26: { file: 'app/core/config.ts', function: 'effectiveConfig' },
  P27: { file: 'app/subjects/change/kind.ts', function: 'kindOfChange' },
  P29: { file: 'policies/approval.rego', function: 'names_digest' },
  P31: { file: 'app/core/command.ts', function: 'parseCommands' },
  P33: { file: 'policies/intent.rego', function: 'plan_codes' },
  P34: { file: 'app/core/command-effects.ts', function: 'effectsOf' },
  T06: { file: 'app/subjects/intent/decide.ts', function: 'needsPlan' },
  T07: { file: 'policies/intent.rego', function: 'plan_codes' },
  T16: { file: 'app/subjects/intent/decide.ts', function: 'nextWork' },
  T20: { file: 'app/subjects/intent/decide.ts', function: 'nextWork' },
  T22: { file: 'policies/change.rego', function: 'trusted_to_execute' },
};
