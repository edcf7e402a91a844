import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Case, playCase } from './case.ts';
import { generate, stale } from './generate.ts';
import { scaffold } from './scaffold.ts';
import { readSources, root } from './sources.ts';

it('writes a folder that the generator accepts, with one red case, and never over another', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'assay-scaffold-'));
  for (const path of ['package.json', 'rulepacks', 'actions']) cpSync(join(root, path), join(copy, path), { recursive: true });
  mkdirSync(join(copy, 'app/guardrails'), { recursive: true });
  generate(copy);
  expect(stale(copy)).toEqual([]);
  scaffold('G99', 'lockfile-drift', copy);
  expect(stale(copy)).toContain('app/guardrails/inspectors.generated.ts');
  expect(generate(copy)).toContain('actions/g99-lockfile-drift/action.yml');
  const { descriptor } = readSources(copy).find((source) => source.descriptor.id === 'G99')!;
  const play = Case.parse(JSON.parse(readFileSync(join(copy, 'actions/g99-lockfile-drift/cases/fail-first.json'), 'utf8')));
  const result = await playCase(play, { descriptor, inspector: { inspect: () => [] } });
  expect(result.outcome).not.toBe(play.expect.outcome);
  expect(() => scaffold('G99', 'other', copy)).toThrow(/taken/);
  expect(() => scaffold('g1', '../x', copy)).toThrow(/no id and slug/);
});
