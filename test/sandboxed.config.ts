/**
 * The tests that also run inside the sandbox: no network beyond its loopback, no second sandbox, no history of git, no tool of deps/tools.lock. By these the guardrails
 * that run code judge a change of this repository (`testCommand` of .github/assay.yml); `npm test` runs all of them.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import whole from '../vitest.config.ts';

const root = join(import.meta.dirname, '..');

const outside = [
  // They open a sandbox of their own, in the program that they test.
  'app/agents/saboteur/**', 'app/agents/builder/resume.test.ts', 'app/consensus/{accept,asserts,audit,consensus,dependence,inputs,mutants}.test.ts', 'app/cli/{audit,consensus*,sabotage}.test.ts', 'test/attacks/**', 'test/scenarios/{approval-browser,builders,builders-cli,crash,demo,executor-actions,pack}.test.ts',
  // They run tools, or clients of packages that are not in every image.
  'app/edges/{agents-cli,sandbox,scanners,tools}/**', 'test/corpora/**', 'app/edges/dependencies/*.test.ts', 'app/cli/{conformance,osv,pre-commit}.test.ts', 'test/actions/**',
  // They ask git about this repository, or build it.
  'test/laws/{card,hosts,imports,self-guard}.test.ts', 'actions/_runner/**',
  // They take longest, and what they run is run by others too.
  'app/cli/{evidence,guard*,lock,sbom}.test.ts', 'app/cli/demo/**', 'app/guardrails/runner.test.ts', 'app/edges/executor/**', 'app/edges/store/sqlite/crash.test.ts', 'test/scenarios/{binding-order,change-kinds,healing,intent-trouble}.test.ts',
];

/** Suites that say by themselves that they need a sandbox. */
const opening = globSync('{app,actions,test,policies}/**/*.test.ts', { cwd: root, exclude: (path) => /(^|\/)node_modules$/.test(path) })
  .filter((path) => /\bopenSandbox\(|\bdescribeWith\(\['util-linux'/.test(readFileSync(join(root, path), 'utf8')));

export default defineConfig({ root, test: { ...whole.test, exclude: [...whole.test?.exclude ?? [], ...outside, ...opening] } });
