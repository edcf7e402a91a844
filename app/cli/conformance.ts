/** `assay conformance SUITE …`: lets a stranger try what Assay verifies with on vectors and suites of his own. One file per suite in conformance/. */
import { AssayError } from '../core/errors.ts';
import type { Verb } from './main.ts';

const suites: Record<string, () => Promise<(args: string[]) => Promise<number>>> = {
  'verify-bundle': async () => (await import('./conformance/verify-bundle.ts')).verifyBundle,
  merkle: async () => (await import('./conformance/merkle.ts')).merkle,
  'sign-bundle': async () => (await import('./conformance/sign-bundle.ts')).signBundle,
};

export const verb: Verb = {
  summary: "answer others' suites, offline: conformance verify-bundle … | sign-bundle … | merkle FILE|DIR…",
  async run([name, ...args]) {
    const load = name !== undefined && Object.hasOwn(suites, name) ? suites[name] : undefined;
    if (!load) throw new AssayError('USAGE', `say ${Object.keys(suites).join(' or ')}`, { remedy: `assay conformance ${Object.keys(suites).join('|')} …` });
    return (await load())(args);
  },
};
