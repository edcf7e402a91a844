/** What the engines of one guardrail answered: which were used, which are missing, and whose silence must not be taken for a clean bill. Pure. */
import type { GuardrailResult, RawFinding } from '../core/finding.ts';
import type { ToolAnswer } from '../core/tool-answer.ts';
import type { Descriptor } from './descriptor.ts';

type Engine = GuardrailResult['engines'][number];

export function engines(descriptor: Descriptor, answers: Readonly<Record<string, ToolAnswer>>): Engine[] {
  const embedded: Engine = { ...descriptor.engine, state: 'embedded', install: null };
  const others = descriptor.tools.map(({ name }): Engine => {
    const answer = answers[name];
    return { name, version: answer?.version ?? '', state: answer?.state ?? 'unknown', install: answer?.install ?? null };
  });
  return [embedded, ...(Object.keys(answers).length > 0 ? others : [])];
}

/** The engines that judged, as one name and one version. */
export function mixed(all: readonly Engine[]): { name: string; version: string } {
  const used = all.filter(({ state }) => state === 'embedded' || state === 'clean' || state === 'findings');
  return { name: used.map(({ name }) => name).join(' + '), version: used.map(({ version }) => version).join(' + ') };
}

/** An error for each tool that should have answered and did not. A fuller engine may be missing; one that is here and fails may not. */
export function silences(descriptor: Descriptor, answers: Readonly<Record<string, ToolAnswer>>): RawFinding[] {
  return descriptor.tools.flatMap(({ name, role }): RawFinding[] => {
    const answer = answers[name];
    const state = answer?.state ?? 'unknown';
    if (state === 'clean' || state === 'findings' || (state === 'missing' && role === 'fuller')) return [];
    const words = answer?.install ? `Install it: ${answer.install}` : answer?.remedy;
    const remedy = words ? { remedy: words } : {};
    return [{ code: codes[state], path: '.', startLine: 0, endLine: 0, error: true, values: { tool: name, why: answer?.why ?? 'it was not asked' }, ...remedy }];
  });
}

const codes = { crashed: 'ENGINE_CRASHED', timeout: 'ENGINE_TIMEOUT', unknown: 'ENGINE_UNKNOWN', missing: 'ENGINE_MISSING' } as const;
