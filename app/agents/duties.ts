/** Separation of duties as code: who wrote a change does not audit it, and builders know nothing of each other. Breaches throw DUTIES_CONFLICT. */
import { AssayError } from '../core/errors.ts';
import type { Family } from '../core/family.ts';
import type { JobInput } from '../core/job.ts';

type BuildInput = Omit<Extract<JobInput, { kind: 'build' }>['input'], 'base'>;

/**
 * The family that audits: best one outside the whole winning cluster, else one that did not write the winner itself.
 * `available` in order of preference.
 */
export function auditorFor(change: { winner: Family; cluster: readonly Family[]; available: readonly Family[] }): Family {
  const others = change.available.filter((family) => family !== change.winner);
  const auditor = others.find((family) => !change.cluster.includes(family)) ?? others[0];
  if (!auditor) throw conflict(`no family but ${change.winner}, who wrote the change, is available to audit it`, 'Configure a key for a second family.');
  return auditor;
}

/** One builder per family, each with its own candidate; nothing of one input may name another candidate. */
export function insistOnSeparateBuilders(inputs: readonly BuildInput[]): void {
  if (new Set(inputs.map((input) => input.family)).size !== inputs.length) throw conflict('two builders are of one family', 'Start one builder per family.');
  if (new Set(inputs.map((input) => input.candidateId)).size !== inputs.length) throw conflict('two builders share a candidate id', 'Give each builder its own candidate id.');
  for (const input of inputs) {
    const text = JSON.stringify({ ...input, candidateId: '' });
    const other = inputs.find((one) => one !== input && text.includes(one.candidateId));
    if (other) throw conflict(`the input of builder ${input.candidateId} mentions candidate ${other.candidateId}`, 'Give builders the spec and the base, nothing else.');
  }
}

function conflict(message: string, remedy: string): AssayError {
  return new AssayError('DUTIES_CONFLICT', message, { remedy });
}
