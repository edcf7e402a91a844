/** `assay conformance SUITE …`: lets a stranger try vectors of his own on what Assay verifies with. One file per suite in conformance/. */
import { AssayError } from '../core/errors.ts';
import type { Verb } from './main.ts';

const suites: Record<string, () => Promise<(args: string[]) => Promise<number>>> = {
  merkle: async () => (await import('./conformance/merkle.ts')).merkle,
};

export const verb: Verb = {
  summary: 'try vectors of your own: conformance merkle FILE|DIR…',
  async run([name, ...args]) {
    const load = name !== undefined && Object.hasOwn(suites, name) ? suites[name] : undefined;
    if (!load) throw new AssayError('USAGE_CONFORMANCE', name === undefined ? 'say which suite' : `there is no suite "${name}"`, { remedy: `assay conformance ${Object.keys(suites).join('|')} …` });
    return (await load())(args);
  },
};
