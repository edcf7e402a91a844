/** The policy fixtures: decisions that wasm and `opa eval` must both give. A case is the base input, changed by a patch, and the part of the decision it fixes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { policyPackages, type PolicyPackage } from '../app/core/ports/policy.ts';


const Json = z.record(z.string(), z.unknown());
const FixtureFile = z.strictObject({
  package: z.enum(policyPackages),
  base: Json,
  cases: z.array(z.strictObject({ name: z.string(), patch: Json, expect: Json })).min(1),
});

export interface PolicyFixture {
  name: string;
  package: PolicyPackage;
  input: Record<string, unknown>;
  expect: Record<string, unknown>;
}

export async function readFixtures(folder = join(import.meta.dirname, 'fixtures')): Promise<PolicyFixture[]> {
  // One folder per package: `opa` takes the folder's name for the path of the data and would else see the files contradict each other.
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(names.map(async (name) => FixtureFile.parse(JSON.parse(await readFile(join(folder, name, 'cases.json'), 'utf8')))));
  return files.flatMap((file) => file.cases.map(({ name, patch, expect }) => ({ name, package: file.package, input: merge(file.base, patch), expect })));
}

/** The fields in which a decision is not what the fixture fixes; none: it agrees. */
export function disagreements(fixture: PolicyFixture, decision: unknown): string[] {
  const given = Json.safeParse(decision);
  if (!given.success) return ['(no decision)'];
  return Object.entries(fixture.expect).filter(([key, value]) => !isDeepStrictEqual(given.data[key], value)).map(([key]) => key);
}

/** Objects merge by key, everything else replaces. */
export function merge(base: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = Json.safeParse(merged[key]);
    const after = Json.safeParse(value);
    merged[key] = before.success && after.success ? merge(before.data, after.data) : value;
  }
  return merged;
}
