/** Engines that break: whatever stands in for the real program and does not answer as it does has crashed, and never says that all is well. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testWith } from '../../../test/tools.ts';
import type { Scanner } from '../../core/ports/toolbox.ts';
import { textFile } from '../../core/tree.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { deptry } from './deptry.ts';
import { golangciLint } from './golangci-lint.ts';
import { gosec } from './gosec.ts';
import { grype } from './grype.ts';
import { standIns } from './stand-in.fixture.ts';
import { syft } from './syft.ts';

const head = {
  'a.go': 'package a\n', 'a.py': 'import requests\n', 'requirements.txt': 'requests==2.31.0\n', 'go.mod': 'module example.com/a\n\ngo 1.24\n\nrequire go.uber.org/zap v1.27.0\n',
};
const database = mkdtempSync(join(tmpdir(), 'assay-broken-db-'));
beforeAll(() => {
  mkdirSync(join(database, '6'));
  writeFileSync(join(database, '6', 'vulnerability.db'), '');
});
afterAll(() => rmSync(database, { recursive: true }));

const tree = Object.fromEntries(Object.entries(head).map(([path, text]) => [path, textFile(text)]));
const ask = (scanner: Scanner) => scanner.scan({ guardrail: 'G00', changed: factsOf(head).changed, head: tree, base: {}, settings: undefined, now: fixtureNow, limitMs: 30_000 });

const ways: [string, string][] = [
  ['prints nothing and says that all is well', 'exit 0'], ['fails without a word', 'exit 77'], ['answers rubbish', 'echo "<html>"; exit 0'], ['answers an empty object', 'echo "{}"'],
  ['kills itself', 'kill -9 $$'], ['prints without end', 'yes assay'],
];
const withoutGo: [string, () => Scanner][] = [['deptry', deptry], ['grype', () => grype(() => database)], ['syft', syft]];
const withGo: [string, () => Scanner][] = [['golangci-lint', golangciLint], ['gosec', gosec]];

describe('an engine that', () => {
  const { install } = standIns();
  const itWithGo = testWith(['go'], 'engines over Go that break');

  for (const [way, body] of ways) {
    it.each(withoutGo)(`${way} has crashed: %s`, async (name, made) => {
      install(name, body);
      expect((await ask(made())).state).toBe('crashed');
    });
    itWithGo.each(withGo)(`${way} has crashed: %s`, async (name, made) => {
      install(name, body);
      expect((await ask(made())).state).toBe('crashed');
    });
  }

  itWithGo.each(withGo)('needs Go is missing where there is none: %s', async (name, made) => {
    install(name, 'exit 0');
    const before = process.env.PATH;
    process.env.PATH = '/nonexistent';
    try {
      expect(await ask(made())).toMatchObject({ state: 'missing', why: expect.stringContaining('no Go toolchain') });
    } finally {
      process.env.PATH = before;
    }
  });
});
