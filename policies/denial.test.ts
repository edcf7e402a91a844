/** No field can be left out or be of another type: every input that a policy allows is denied as soon as any part of it is not what it should be. */
import { describe, expect, it } from 'vitest';
import { openPolicy } from '../app/edges/policy.ts';
import { policyPackages } from '../app/core/ports/policy.ts';
import { readFixtures } from './cases.ts';

type Path = (string | number)[];

/** Names of guardrails and gates are the caller's own: one more or less of them is another question, not an ill-typed one. */
const openKeys: Record<string, readonly string[]> = { 'ci.business_rules': ['deception', 'gates', 'data', 'environment'] };

const [policy, fixtures] = await Promise.all([openPolicy(), readFixtures()]);
const allowed = fixtures.filter(({ expect: expected }) => expected.allow === true);

describe.each(policyPackages.filter((name) => allowed.some((one) => one.package === name)))('%s', (name) => {
  const inputs = allowed.filter((one) => one.package === name).map((one) => one.input);

  it('allows what the fixtures say, so that the denials below mean something', async () => {
    for (const input of inputs) expect(await policy.decide(name, input)).toMatchObject({ allow: true });
  });

  it.each(['absent', 'another type'])('denies every input with a field that is %s', async (fault) => {
    for (const input of inputs) {
      for (const path of pathsOf(input)) {
        const isOpen = fault === 'absent' && path.length === 2 && openKeys[name]?.includes(String(path[0]));
        if (isOpen || (fault === 'absent' && typeof path.at(-1) === 'number')) continue;
        const decision = await policy.decide(name, changed(input, path, fault === 'absent' ? undefined : { value: 1 }));
        expect(decision, `${path.join('.')} ${fault}`).toMatchObject({ allow: false });
      }
    }
  });

  it.each([null, false, 0, '', 'allow', [], [[]], { allow: true }])('denies the input %j', async (input) => {
    expect(await policy.decide(name, input)).toMatchObject({ allow: false });
  });
});

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsOf(inner, path)];
  });
}

function changed(input: unknown, path: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(input);
  let node = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return copy;
}
