/**
 * The Saboteur: tries to break a change and reports only what a program shows. Attackers of code need no model; one model may lend ideas for
 * inputs, which the same oracles judge. A finding fails the check where the verifier sees it in five of five runs on head and in none on
 * base; seen on base too, it is reported as pre-existing. Where no family but the author's may attack, silence is `neutral`. Throws SANDBOX_UNAVAILABLE where nothing contains the change. Same input and seed,
 * same output.
 */
import type { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { SabotageInput, SabotageOutput } from '../../core/job.ts';
import type { Models } from '../../core/model.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import { controlsOf, targetOf, type Control } from './controls.ts';
import { hunt, type Catch } from './hunt.ts';
import { askForIdeas } from './ideas.ts';
import type { Target } from './suspicion.ts';
import { verify } from './verify.ts';

export type SabotageRequest = z.infer<typeof SabotageInput>;

export interface SabotageTools {
  sandbox: Sandbox;
  models: Models;
  log: Log;
  signal?: AbortSignal;
  progress?: (line: string) => void;
  /** Another verifier, for tests that show what a blind one leads to. */
  verify?: typeof verify;
}

export async function runSabotage(input: SabotageRequest, tools: SabotageTools): Promise<SabotageOutput> {
  if (tools.sandbox.grade.name === 'none') throw new AssayError('SANDBOX_UNAVAILABLE', 'This machine cannot contain untrusted code, so the Saboteur does not run.', { remedy: tools.sandbox.grade.remedy ?? 'Run "assay doctor".' });
  const target = targetOf(input.spec, input.base, input.head);
  const bench = { target, sandbox: tools.sandbox, seed: input.seed };
  const means = { verify: tools.verify ?? verify };
  const say = tools.progress ?? (() => {});
  const ideas = await askForIdeas(input, tools);
  say(ideas.without === null ? `attacking, with ${ideas.trials.length} ideas of a model` : `attacking, without model ideas: ${ideas.without}`);
  tools.signal?.throwIfAborted();
  // The controls wait more than they work: beside the hunt they cost little.
  const ran = target.surface.head || target.surface.base;
  const [caught, controls] = await Promise.all([hunt(bench, { ideas: ideas.trials, ...means }), controlsOf(bench, { ran, ...means })]);
  tools.signal?.throwIfAborted();
  say(`${caught.inputsRun} tests and inputs run, ${caught.findings.length} findings, ${caught.dropped.length} not reproduced; ${controls.filter((control) => control.ok).length} of ${controls.length} controls as they should be`);
  for (const dropped of caught.dropped) tools.log.info(dropped, 'suspicion not reproduced');
  return { ...verdictOf(caught, { controls, target, without: ideas.without, apart: input.family !== null }), findings: caught.findings, controls, inputsRun: caught.inputsRun };
}

interface Circumstances {
  controls: Control[];
  target: Target;
  /** Why no model lent ideas, or null. */
  without: string | null;
  /** Whether a family other than the author's may attack. */
  apart: boolean;
}

const noFamily = 'SABOTEUR_NO_FAMILY: no model family but the one that wrote this change may read this repository, so nobody independent looked for ideas; what needs no model found nothing. Give another family a key, or widen `residency` of the configuration, then comment /retry';

/** A confirmed finding stands on its own program, whatever a control did; silence needs sound controls. */
function verdictOf(caught: Catch, { controls, target, without, apart }: Circumstances): Pick<SabotageOutput, 'outcome' | 'reason'> {
  const aside = without === null ? '' : ` (without model ideas: ${without})`;
  const confirmed = caught.findings.filter((finding) => !finding.preExisting);
  const missed = controls.filter((control) => !control.ok).map((control) => control.name);
  const old = caught.findings.length - confirmed.length;
  const tail = `${old > 0 ? `; ${old} pre-existing on base` : ''}${aside}`;
  if (missed.length > 0) return { outcome: 'neutral', reason: `controls missed: ${missed.join(', ')}; this run proves nothing${tail}` };
  if (confirmed.length > 0) return { outcome: 'fail', reason: `${confirmed.length} reproduced 5/5 on the change and 0/5 on base: ${confirmed[0]?.claim ?? ''}${tail}` };
  if (caught.disputed.length > 0) return { outcome: 'neutral', reason: `program and runner disagree: ${caught.disputed[0] ?? ''}${tail}` };
  const idle = whyIdle(caught, target);
  if (idle) return { outcome: 'not_comparable', reason: `${idle}; the diff alone was attacked, without a finding${tail}` };
  if (!apart) return { outcome: 'neutral', reason: `${noFamily}${old > 0 ? `; ${old} pre-existing on base` : ''}` };
  return { outcome: 'pass', reason: `${caught.ran ? `nothing broke: ${caught.inputsRun} tests and inputs, and the diff` : 'nothing found in the diff; there is no surface to run'}${tail}` };
}

/** The spec names a surface that was not run: silence is then no evidence. */
function whyIdle(caught: Catch, { spec, surface }: Target): string | null {
  if (!spec || caught.ran) return null;
  if (!spec.surface) return 'no surface: the spec locks no interface that could be attacked';
  if (caught.lacksPackages) return 'the surface does not load without packages that it declares, and the sandbox has none of them';
  return surface.head || surface.base ? 'no criterion test or input to start from' : 'neither base nor head has the surface';
}
