/**
 * `assay policy`: evaluate a package, test the policies, replay what was decided, ask what another policy would have decided, and sign, promote and
 * verify bundles. Exit codes: 0 agrees, 1 it does not (a test failed, a decision differs, something gets easier), 2 wrong use, 3 it could not be run.
 */
import { usage, wrongUse } from './policy/options.ts';
import type { Verb } from './main.ts';

type Act = (args: string[]) => Promise<number>;

const acts: Record<string, () => Promise<Act>> = {
  eval: async () => (await import('./policy/eval.ts')).evaluate,
  test: async () => (await import('./policy/test.ts')).test,
  replay: async () => (await import('./policy/past.ts')).replay,
  'what-if': async () => (await import('./policy/past.ts')).whatIf,
  bundle: async () => (await import('./policy/bundle.ts')).bundle,
  promote: async () => (await import('./policy/bundle.ts')).promote,
  verify: async () => (await import('./policy/bundle.ts')).verify,
};

export const verb: Verb = {
  summary: 'evaluate, test, replay, compare, sign and promote policies',
  async run([name, ...args]) {
    const load = acts[name ?? ''];
    if (!load) throw wrongUse(`say one of ${Object.keys(acts).join(', ')}: ${usage}`);
    return (await load())(args);
  },
};
