/** For the tests of consensus: small specs and candidates, and one sandbox opened once. */
import type { Candidate } from '../core/candidate.ts';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { textFile } from '../core/tree.ts';
import { openSandbox } from '../edges/sandbox/open.ts';

let opened: ReturnType<typeof openSandbox> | undefined;

export function testSandbox(): ReturnType<typeof openSandbox> {
  opened ??= openSandbox();
  return opened;
}

export const modules = { python: 'solution.py', javascript: 'solution.js', typescript: 'solution.ts' };

export function functionSpec(language: Spec['language'], tests: CriterionTest[], more: Partial<Spec> = {}): Spec {
  return { version: 1, id: 'story', title: 'price', language, surface: { kind: 'function', module: modules[language], export: 'price' }, criteria: [{ id: 'AC1', text: 'ten percent off from 100 on', tests }], timeoutMs: 1000, ...more };
}

export function candidate(id: string, code: string, more: { language?: Spec['language']; family?: string; tests?: CriterionTest[]; module?: string } = {}): Candidate {
  const families: Record<string, string> = { a: 'anthropic', b: 'openai', c: 'google' };
  return { id, family: more.family ?? families[id] ?? 'anthropic', model: 'recorded', patch: { [more.module ?? modules[more.language ?? 'python']]: textFile(code) }, tests: more.tests ?? [] };
}
