/** `assay policy test`: the Rego tests where `opa` is present, and the fixtures through the very wasm that the App runs, always. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Policy } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { toolPath } from '../../edges/tools/lock.ts';
import { disagreements, readFixtures } from '../../../policies/cases.ts';
import { policyFolder } from './options.ts';

/** True where nothing disagrees. */
export async function test(): Promise<number> {
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
    const { stdout } = await promisify(execFile)(opa, ['test', policyFolder]);
    process.stdout.write(`opa test: ${stdout.trim().split('\n').at(-1)}\n`);
    return true;
  } catch (thrown) {
    const stdout = thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : String(thrown);
    process.stdout.write(`opa test:\n${stdout}\n`);
    return false;
  }
}

async function fixtureTests(): Promise<boolean> {
  const policy = await openPolicy();
  const { agreed, of, failed } = await fixturesThrough(policy);
  process.stdout.write(`wasm ${policy.digest.slice(0, 12)}: ${agreed} of ${of} fixtures agree\n`);
  for (const line of failed) process.stdout.write(`  ${line}\n`);
  return failed.length === 0;
}

/** How many fixtures a policy decides as they are written, and a line for each that it does not. */
export async function fixturesThrough(policy: Policy): Promise<{ agreed: number; of: number; failed: string[] }> {
  const fixtures = await readFixtures();
  const failed: string[] = [];
  for (const fixture of fixtures) {
    const wrong = disagreements(fixture, await policy.decide(fixture.package, fixture.input));
    if (wrong.length > 0) failed.push(`${fixture.package}: ${fixture.name}: differs in ${wrong.join(', ')}`);
  }
  return { agreed: fixtures.length - failed.length, of: fixtures.length, failed };
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

