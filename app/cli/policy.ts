/**
 * `assay policy eval --package P --input FILE` prints the decision; `assay policy test` runs the Rego tests where `opa` is present, and the
 * fixtures through the very wasm that the App runs, always. Exit codes: 0 agrees, 1 a test failed, 2 wrong use, 3 the policy could not be run.
 */
import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { openPolicy } from '../edges/policy.ts';
import { toolPath } from '../edges/tools/lock.ts';
import { disagreements, readFixtures } from '../../policies/cases.ts';
import { policyPackages, type PolicyPackage } from '../core/ports/policy.ts';
import type { Verb } from './main.ts';

const usage = `assay policy eval --package ${policyPackages.join('|')} --input FILE   |   assay policy test`;
const folder = join(import.meta.dirname, '../../policies');

export const verb: Verb = {
  summary: 'evaluate a policy on an input, or test the policies',
  async run(args) {
    const [act, ...rest] = args;
    if (act === 'eval') return evaluate(rest);
    if (act === 'test' && rest.length === 0) return test();
    throw wrongUse('say eval or test');
  },
};

async function evaluate(args: string[]): Promise<number> {
  const { name, file } = evalOptions(args);
  const input = await readInput(file);
  const policy = await openPolicy();
  process.stdout.write(`${JSON.stringify(await policy.decide(name, input), null, 2)}\n`);
  return 0;
}

function evalOptions(args: string[]): { name: PolicyPackage; file: string } {
  let values: { package?: string; input?: string };
  try {
    values = parseArgs({ args, options: { package: { type: 'string' }, input: { type: 'string' } }, strict: true }).values;
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const name = policyPackages.find((each) => each === values.package);
  if (!name) throw wrongUse(`--package is one of ${policyPackages.join(', ')}`);
  if (!values.input) throw wrongUse('--input names the file with the input');
  return { name, file: values.input };
}

async function readInput(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw new AssayError('USAGE', `${file} cannot be read`, { remedy: 'Name a file with the policy input as JSON.', cause: thrown });
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new AssayError('USAGE', `${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { remedy: 'Give the policy input as one JSON value.', cause: thrown });
  }
}

async function test(): Promise<number> {
  const rego = await regoTests();
  const fixtures = await fixtureTests();
  return rego && fixtures ? 0 : 1;
}

async function regoTests(): Promise<boolean> {
  const opa = await findOpa();
  if (!opa) {
    process.stdout.write('opa is not installed ("assay tools install opa"): the Rego tests were not run, only the fixtures through the wasm.\n');
    return true;
  }
  try {
    const { stdout } = await promisify(execFile)(opa, ['test', folder]);
    process.stdout.write(`opa test: ${stdout.trim().split('\n').at(-1)}\n`);
    return true;
  } catch (thrown) {
    const stdout = thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : String(thrown);
    process.stdout.write(`opa test:\n${stdout}\n`);
    return false;
  }
}

async function fixtureTests(): Promise<boolean> {
  const [policy, fixtures] = await Promise.all([openPolicy(), readFixtures()]);
  const failed: string[] = [];
  for (const fixture of fixtures) {
    const wrong = disagreements(fixture, await policy.decide(fixture.package, fixture.input));
    if (wrong.length > 0) failed.push(`${fixture.package}: ${fixture.name}: differs in ${wrong.join(', ')}`);
  }
  process.stdout.write(`wasm ${policy.digest.slice(0, 12)}: ${fixtures.length - failed.length} of ${fixtures.length} fixtures agree\n`);
  for (const line of failed) process.stdout.write(`  ${line}\n`);
  return failed.length === 0;
}

/** The pinned one that Assay installed, or else the one on the path. */
async function findOpa(): Promise<string | null> {
  const pinned = toolPath('opa');
  if (pinned) return pinned;
  for (const path of (process.env.PATH ?? '').split(delimiter).map((each) => join(each, 'opa'))) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE', message, { remedy: usage });
}
