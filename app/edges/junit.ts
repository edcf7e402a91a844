/** A JUnit report, as most test runners write it: which tests passed, failed and were skipped, by name. Entities from outside are never fetched. */
import { SaxesParser } from 'saxes';
import { AssayError } from '../core/errors.ts';

export interface TestRun {
  passed: string[];
  failed: string[];
  skipped: string[];
}

const maxBytes = 64 * 1024 * 1024;

/** Throws EVIDENCE_TESTS where the text is no such report, or no test of it ran. */
export function readJUnit(text: string, file: string): TestRun {
  if (text.length > maxBytes) throw refused(file, 'it is too large');
  const run: TestRun = { passed: [], failed: [], skipped: [] };
  try {
    parse(text, run);
  } catch (cause) {
    throw refused(file, `it is no XML: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (run.passed.length + run.failed.length === 0) throw refused(file, 'no test of it ran');
  return run;
}

/** A test is what its children say: a failure or an error among them, else skipped, else passed. */
function parse(text: string, run: TestRun): void {
  let test: { name: string; ended: keyof TestRun } | null = null;
  const parser = new SaxesParser();
  parser.on('error', (error) => { throw error; });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') test = { name: [attributes.classname, attributes.name].filter(Boolean).join(' › ') || 'a test without a name', ended: 'passed' };
    else if (test && (name === 'failure' || name === 'error')) test.ended = 'failed';
    else if (test && name === 'skipped' && test.ended === 'passed') test.ended = 'skipped';
  });
  parser.on('closetag', ({ name }) => {
    if (name !== 'testcase' || !test) return;
    run[test.ended].push(test.name);
    test = null;
  });
  parser.write(text).close();
}

function refused(file: string, why: string, cause?: unknown): AssayError {
  return new AssayError('EVIDENCE_TESTS', `${file} is no report of tests: ${why}`, { remedy: 'Give the JUnit report that your test runner writes (vitest, jest, pytest, go-junit-report and others know the form).', cause });
}
