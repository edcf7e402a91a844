/**
 * The tests that also run inside the sandbox: no network beyond its loopback, no second sandbox, no history of git, no tool of deps/tools.lock. By these the guardrails
 * that run code judge a change of this repository (`testCommand` of .github/assay.yml); `npm test` runs all of them.
 */
import { defineConfig } from 'vitest/config';
import whole from '../vitest.config.ts';

/** What needs more than the sandbox gives, and what starts so many programs that a run over each fault would take too long. */
const outside = [
  'actions/_runner/**', 'test/{actions,attacks,scenarios}/**', 'test/laws/{card,hosts,imports,self-guard}.test.ts', 'app/edges/{sandbox,scanners,dependencies,executor,tools}/**',
  'app/consensus/{accept,asserts,audit,consensus,dependence,inputs,mutants}.test.ts', 'app/agents/saboteur/**', 'app/guardrails/probes/{benchmark,compiler,preview,probes,properties}.test.ts',
  'app/cli/*.test.ts', 'app/cli/{conformance,demo}/**', 'app/guardrails/runner.test.ts',
];

export default defineConfig({
  root: import.meta.dirname.replace(/\/test$/, ''),
  test: { ...whole.test, exclude: [...whole.test?.exclude ?? [], ...outside] },
});
