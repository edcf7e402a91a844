/** `assay sbom …`: bills of materials made of lock files, checked, compared, and the exceptions of the budget of faults as OpenVEX. Exit codes: 0, 1 (invalid, or the bills differ), 2 wrong use, 3 error. */
import type { Verb } from './main.ts';
import { check } from './sbom/check.ts';
import { compare } from './sbom/compare.ts';
import { make } from './sbom/make.ts';
import { optionsOf, type SbomOptions } from './sbom/options.ts';

const parts: Record<string, (options: SbomOptions) => Promise<number>> = { check, diff: compare };

export const verb: Verb = {
  summary: 'bills of materials: sbom [PATH] [--out FILE] | sbom check FILE | sbom diff BASE HEAD',
  async run(args) {
    const [first = '', ...rest] = args;
    const part = Object.hasOwn(parts, first) ? parts[first] : undefined;
    return part ? await part(optionsOf(rest)) : await make(optionsOf(args));
  },
};
