/**
 * Which function refuses which attack (shared ids, one file and one named function each, one rule of a policy, or one key of a workflow), and how it is made to refuse
 * nothing. `npm run attacks:without` does that to each of them in turn and demands that its cases turn red; a control that nothing depends on is no control.
 */
/** Inside the function, this text and what takes its place. */
export type Edit = readonly [was: string, becomes: string];

export interface Weakened {
  file: string;
  function: string;
  /** A whole new body (of a rule: the rule), or edits within it. Where it is missing, nothing shows that the control is one. */
  permissive?: string | readonly Edit[];
}

export interface Control extends Weakened {
  /** A second wall that would still stand: taken away together with the first. */
  behind?: readonly Weakened[];
}

// The sandbox proves each grade before it is used, and would refuse a weakened one.
const ownProbe: Weakened = { file: 'app/edges/sandbox/probe.ts', function: 'probe', permissive: 'return null;' };
const bubblewrap = (was: string, becomes: string): Control => ({ file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap', permissive: [[was, becomes]], behind: [ownProbe] });
const openNetwork = ["'--unshare-all', '--unshare-user'", "'--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts'"] as const;
const pushedBy: Weakened = { file: 'app/subjects/change/rule.ts', function: 'policyInput', permissive: [[', ...facts.pushedBy', '']] };
const plans: Control = { file: 'policies/intent.rego', function: 'plan_codes', permissive: 'plan_codes contains "NONE" if false' };
const namesDigest: Weakened = { file: 'policies/approval.rego', function: 'names_digest', permissive: 'names_digest(_, _) if true' };
const refersTo: Control = { file: 'policies/approval.rego', function: 'refers_to', permissive: 'refers_to(_, _, _) if true', behind: [namesDigest] };
const afterBuilds: Control = { file: 'app/subjects/intent/decide.ts', function: 'afterBuilds', permissive: [[' || round.candidates.length < 2', '']] };

const identity = (was: string, becomes: string): Control => ({ file: 'app/evidence/verification/identity.ts', function: 'rulesFor', permissive: [[was, becomes]] });
const subjects: Control = { file: 'app/evidence/verification/subjects.ts', function: 'checkSubjects', permissive: 'return;' };
const timeless = ['new Verifier(trust, thresholds)', 'new Verifier(trust, { ...thresholds, timestampThreshold: 0 })'] as const;

export const controls: Record<string, Control> = {
  S01: bubblewrap(...openNetwork),
  S02: bubblewrap(...openNetwork),
  S03: { file: 'app/edges/sandbox/script.ts', function: 'systemFolders', permissive: [["'/bin']", "'/bin', '/etc']"]], behind: [ownProbe] },
  S04: bubblewrap("'--proc', '/proc'", "'--ro-bind', '/proc', '/proc'"),
  // Weakened to a multiple, not to none: the machine that plays this has to live on.
  S05: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup', permissive: [['String(limits.processes)', 'String(limits.processes * 4)']], behind: [ownProbe] },
  S06: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup', permissive: [["'oom_kill') > 0", "'oom_kill') < 0"]], behind: [ownProbe] },
  S07: { file: 'app/edges/sandbox/script.ts', function: 'limited', permissive: [['--fsize=${limits.fileBytes}', '--fsize=${limits.fileBytes * 100}']], behind: [ownProbe] },
  S08: { file: 'app/edges/sandbox/supervise.ts', function: 'exceeded', permissive: 'return null;', behind: [ownProbe] },
  S09: bubblewrap("'--disable-userns', ", ''),
  S10: bubblewrap("quote(['env', '-i', 'bwrap', ...args])", "quote(['bwrap', ...args])"),
  S11: { file: 'app/edges/sandbox/launcher.ts', function: 'mountsOf', permissive: [['writable: false', 'writable: true']], behind: [ownProbe] },
  R01: { file: 'app/guardrails/plan.ts', function: 'configOf', permissive: [['{ ...input.head, ...input.base } : input.base)', '{ ...input.head, ...input.base } : { ...input.base, ...input.head })'], ['input.config === undefined', 'input.config !== null']] },
  R02: { file: 'app/guardrails/from-change.ts', function: 'suppressions', permissive: 'return [];' },
  // Played on the workflow's own text, and under act in test/actions.
  R03: { file: '.github/workflows/assay.yml', function: 'inputs', permissive: [['inputs:', 'inputs:\n      pack:\n        description: Which pack judges.\n        type: string']] },
  // Played beside the fetch phase.
  R04: { file: 'app/edges/dependencies/npm.ts', function: 'entryOf', permissive: 'return entry;' },
  R05: { file: 'app/guardrails/probes/mutant-runs.ts', function: 'control', permissive: 'return;' },
  // Played in test/scenarios, by the id in the title of the story.
  P01: refersTo,
  P02: { file: 'policies/approval.rego', function: 'late_enough', permissive: 'late_enough(_, _) if true' },
  // A review only says where to look; and what is no comment of the conversation counts as one that was deleted.
  P03: {
    file: 'app/ingest/routes.ts', function: 'pullRequest', behind: [{ file: 'app/core/command-fact.ts', function: 'commandsOf', permissive: [["said.now === null ? 'deleted' : said.touched", 'said.now !== null && said.touched']] }],
    permissive: [['return { marks: [changeKey(repository.id, number)], ', "const { review } = payload as { review?: { id: number; body: string; submitted_at: string; user: { id: number; login: string } } };\n  const said: Effects = review ? { comment: { id: review.id, subject: changeKey(repository.id, number), action: 'created', body: review.body, createdAt: Date.parse(review.submitted_at), viaApp: false, authorId: review.user.id, authorLogin: review.user.login, authorType: 'User' } } : {};\n  return { marks: [changeKey(repository.id, number)], ...said, "]],
  },
  P04: refersTo,
  P05: refersTo,
  P06: { file: 'app/core/command-fact.ts', function: 'commandsOf', permissive: "return parseCommands(said.now ?? said.first ?? '').map((command) => ({ command, state: 'valid' as const }));" },
  P07: { file: 'app/subjects/approval-facts.ts', function: 'approvalFact', permissive: [['hands.someUnknown === true || ', '']] },
  P08: pushedBy,
  P09: { file: 'app/edges/github/snapshots.ts', function: 'pushersOf', permissive: [['commits.flatMap(', 'commits.slice(-1).flatMap(']], behind: [pushedBy] },
  P10: { file: 'policies/approval.rego', function: 'who', permissive: [['a.pusher == true', 'false']] },
  P11: { file: 'app/subjects/approval-facts.ts', function: 'classOf', permissive: "return isAgent(fact) || hands.authors.size < 0 ? 'agent' : 'independent';" },
  P12: { file: 'app/core/command-effects.ts', function: 'isAgent', permissive: 'return fact === undefined;', behind: [{ file: 'policies/approval.rego', function: 'is_agent', permissive: 'is_agent(_) if false' }] },
  P13: { file: 'policies/approval.rego', function: 'who', permissive: [['not types.may_write(a.permission)', 'false']] },
  P14: { file: 'policies/approval.rego', function: 'who', permissive: [['not types.may_write(a.permission)', 'false']] },
  P15: { file: 'app/edges/github/read.ts', function: 'readCheckRuns', permissive: [['runs.filter((run) => run.app?.id === client.appId)', 'runs'], ['app_id: client.appId, ', '']] },
  P16: { file: 'policies/approval.rego', function: 'who', permissive: [['not types.may_write(a.permission)', 'false']] },
  P17: { file: 'app/edges/github/read.ts', function: 'readCheckRuns', permissive: [['runs.filter((run) => run.app?.id === client.appId)', 'runs'], ['app_id: client.appId, ', '']] },
  P18: { file: 'app/core/verdict.ts', function: 'conclusionOf', permissive: [["case 'spec_gap': return 'action_required'", "case 'spec_gap': return 'neutral'"]] },
  P19: { file: 'app/subjects/change/conclude.ts', function: 'sharedOutcome', permissive: 'return outcomeOf(facts, ruling);' },
  P20: {
    file: 'app/subjects/change/read-binding.ts', function: 'readBinding', permissive: [['if (bound.baseRef !== now.baseRef) return { bound, now, movement: \'retargeted\', moved: [] };', '']],
    behind: [{ file: 'app/evidence/manifest.ts', function: 'buildManifest', permissive: [['...(facts.baseRef ? { annotations: { branch: facts.baseRef } } : {})', '']] }],
  },
  P21: { file: 'app/subjects/group/decide.ts', function: 'judge', permissive: "return { number: entry.pullRequest, code: 'GROUP_OK', outcome: 'pass' };" },
  P22: { file: 'app/subjects/group/decide.ts', function: 'decide', permissive: [['const outcome = worst(', "const outcome = members.length === 0 ? 'pass' : worst("]] },
  P23: { file: 'app/web/pages.ts', function: 'createPages', permissive: [["if (req.method !== 'GET') return false;", '']] },
  P24: { file: 'app/edges/store/sqlite/inbox.ts', function: 'insert', permissive: [['VALUES ($guid,', 'VALUES ($guid || hex(randomblob(4)),']] },
  P25: { file: 'app/subjects/change/observe.ts', function: 'observe', permissive: [['readConfig(observer, change.repository)', "readConfig(observer, { ...change.repository, config: await github.tree(repository, change.headSha).then((tree) => (tree['.github/assay.yml'] ? { sha: change.headSha, text: tree['.github/assay.yml'].content } : change.repository.config)) } as typeof change.repository)"]] },
  P26: { file: 'app/core/config.ts', function: 'effectiveConfig', permissive: [["config: before.config, problem, source", "config: before.config, problem: null, source"], ["{ config: defaultConfig(), problem, source", "{ config: defaultConfig(), problem: null, source"]] },
  P27: { file: 'app/subjects/change/kind.ts', function: 'kindOfChange', permissive: "return files.length < 0 ? 'code' : 'docs';" },
  P28: { file: 'app/core/yaml-text.ts', function: 'readYaml', permissive: [['if (fault) return', 'if (fault && lines.lineStarts.length < 0) return'], ['maxAliasCount: 0', 'maxAliasCount: -1']] },
  P29: namesDigest,
  P30: { file: 'app/core/waiver.ts', function: 'isLive', permissive: 'return waiver.until !== String(now);' },
  P31: { file: 'app/core/command.ts', function: 'parseCommands', permissive: "return markdown.split('\\n').flatMap((line) => parseLine(line.replace(/^[\\s>*-]+/, '')) ?? []);" },
  P32: { file: 'policies/change.rego', function: 'trusted_to_execute', permissive: 'trusted_to_execute if true' },
  P33: plans,
  P34: { file: 'app/core/command-effects.ts', function: 'effectsOf', permissive: [[' && fact.refusal === null', '']] },
  P35: { file: 'app/ingest/receive.ts', function: 'isSigned', permissive: 'return receiver !== null || body === signature;' },
  P36: { file: 'app/steps/set-check.ts', function: 'setCheck', permissive: [["return 'unchanged';", '{}']] },
  P37: { file: 'app/ingest/routes.ts', function: 'installation', permissive: [["state: 'deleted'", "state: 'active'"], ["state: 'suspended'", "state: 'active'"]] },
  // Played in evidence-bundles.test.ts and evidence-sets.test.ts.
  E01: subjects,
  E02: { file: 'app/core/statement.ts', function: 'readStatement', permissive: 'return JSON.parse(utf8Text(payload)) as Statement;' },
  E03: { file: 'app/evidence/verification/verify.ts', function: 'checkSlot', permissive: 'return;' },
  E04: { file: 'app/evidence/verification/set.ts', function: 'checkFilled', permissive: 'return;' },
  E05: { file: 'app/evidence/verification/identity.ts', function: 'rulesFor', permissive: [['got: subjectAlternativeName', 'got: expected.signer'], ['got: of(9)', 'got: expected.signer']] },
  E06: { file: 'app/evidence/verification/identity.ts', function: 'rulesFor', permissive: [['got: of(8)', 'got: expected.issuer'], ['of(1) ?? expected.issuer', 'expected.issuer']] },
  E07: identity('got: of(10)', 'got: expected.signerDigests[0]'),
  E08: { file: 'app/evidence/verification/identity.ts', function: 'rulesFor', permissive: [['got: of(15)', 'got: expected.repository.id'], ['got: of(17)', 'got: expected.repository.ownerId'], ['got: of(12)', 'got: expected.repository.uri'], ['got: of(16)', 'got: expected.repository.ownerUri']] },
  E09: identity('got: of(21)', 'got: expected.run'),
  E10: { file: 'app/evidence/verification/set.ts', function: 'checkOneRun', permissive: 'return;' },
  E11: { file: 'app/evidence/verification/slots.ts', function: 'isPassing', permissive: 'return true;' },
  E12: { file: 'app/evidence/pack.ts', function: 'foreignFiles', permissive: 'return [];' },
  E13: { file: 'app/edges/sigstore/bundle.ts', function: 'checkLogEntries', permissive: 'return;' },
  E14: { file: 'app/edges/sigstore/crypto.ts', function: 'verifyEntity', permissive: [timeless] },
  E15: { file: 'app/edges/sigstore/crypto.ts', function: 'verifyEntity', permissive: [timeless, ['.verify(entity)', '.verify({ ...entity, timestamps: [] })']] },
  E16: { file: 'app/edges/sigstore/bundle.ts', function: 'checkEnvelope', permissive: 'return;' },
  E17: { file: 'app/edges/sigstore/bundle.ts', function: 'parseBundle', permissive: [['/signatures/', '/nothing/']] },
  E18: { file: 'app/core/strict-json.ts', function: 'refuseDuplicateKeys', permissive: 'return;' },
  E19: { file: 'app/edges/sigstore/bundle.ts', function: 'checkSize', permissive: 'return;' },
  E20: subjects,
  E21: subjects,
  E22: { file: 'app/core/visible.ts', function: 'visible', permissive: 'return text;' },
  E23: identity('got: of(11)', "got: 'github-hosted'"),
  E24: identity('got: of(15)', 'got: expected.repository.id'),
  E25: { file: 'app/edges/sigstore/bundle.ts', function: 'checkKind', permissive: 'return;' },
  E26: { file: 'app/edges/sigstore/root.ts', function: 'checkStart', permissive: 'return;' },
  E27: identity('got: of(17)', 'got: expected.repository.ownerId'),
  E28: { file: 'app/evidence/verification/slots.ts', function: 'fresh', permissive: 'return;' },
  E29: { file: 'app/core/vulnerability/budget.ts', function: 'applies', permissive: 'return true;' },
  E30: { file: 'app/evidence/verification/identity.ts', function: 'checkHint', permissive: 'return;' },
  E31: { file: 'app/evidence/verification/slots.ts', function: 'checkPolicy', permissive: 'return;' },
  E34: { file: 'app/evidence/verification/verify.ts', function: 'verifyEvidence', permissive: [['return { refused: refusalOf(thrown) };', 'throw thrown;']] },
  // Played in audit.test.ts.
  E32: { file: 'app/evidence/audit-log.ts', function: 'checkCheckpoint', permissive: 'return;' },
  // Played in images.test.ts.
  E33: { file: 'app/core/images/pinned.ts', function: 'faultOf', permissive: 'return null;' },
  // Played in agents.test.ts and agents-cli.test.ts.
  T01: { file: 'app/core/untrusted.ts', function: 'asData', permissive: 'return { block: `${name} ${text} ${JSON.stringify(options)}`, removed: [] };' },
  T02: { file: 'app/core/untrusted.ts', function: 'withoutHiddenMarkup', permissive: 'return text + removed.join();' },
  T03: { file: 'app/edges/agents-cli/run.ts', function: 'runIn', permissive: [['env: { HOME:', 'env: { JOB_TOKEN: gateway.token, HOME:']] },
  T04: { file: 'app/edges/agents-cli/run.ts', function: 'leaksOf', permissive: 'return [];' },
  T05: { file: 'app/agents/allowed-paths.ts', function: 'refusalOf', permissive: [['if (rule)', "if (rule && !rule[1].includes('agents and editors'))"]] },
  T06: { file: 'app/subjects/intent/decide.ts', function: 'needsPlan', permissive: 'return facts.plan === null;' },
  T07: plans,
  T08: { file: 'actions/g10-injection/workflow-rules.ts', function: 'checkout', permissive: 'return [];' },
  // Played in test/scenarios.
  T09: { file: 'app/edges/github/read.ts', function: 'readCheckRuns', permissive: [['runs.filter((run) => run.app?.id === client.appId)', 'runs'], ['app_id: client.appId, ', '']] },
  T10: refersTo,
  T11: { file: 'app/agents/allowed-paths.ts', function: 'refusalOf', permissive: [['if (base[path] && testFile.test(path))', "if (base[path] && path === '')"]] },
  T12: { file: 'app/agents/allowed-paths.ts', function: 'refusalOf', permissive: [['if (rule)', "if (rule && !rule[1].startsWith('CI'))"]] },
  T13: { file: 'app/agents/duties.ts', function: 'insistOnSeparateBuilders', permissive: 'return;' },
  T14: { file: 'app/consensus/audit.ts', function: 'judged', permissive: [['result.fingerprint === request.expected && ', '']], behind: [{ file: 'app/agents/saboteur/ideas.ts', function: 'diffOf', permissive: [["withoutComments(path, textOf(head[path]) ?? '')", "textOf(head[path]) ?? ''"]] }] },
  T15: { file: 'app/agents/sentence-coverage.ts', function: 'uncoveredSentences', permissive: 'return intent === spec.title ? [] : [];' },
  T16: afterBuilds,
  T17: { file: 'app/agents/allowed-paths.ts', function: 'manifestRefusal', permissive: 'return null;' },
  T18: { file: 'app/core/markdown.ts', function: 'plain', permissive: 'return text.slice(0, max);' },
  T19: { file: 'app/core/ask-json.ts', function: 'askJson', permissive: [['if (again.ok)', 'if (again.ok || !again.ok)'], ['value: again.value', 'value: (again.ok ? again.value : {}) as T']] },
  T20: afterBuilds,
  // Played in audit.test.ts.
  T21: { file: 'app/evidence/audit-log.ts', function: 'checkLink', permissive: 'return;' },
  T22: { file: 'policies/change.rego', function: 'trusted_to_execute', permissive: 'trusted_to_execute if true' },
};
