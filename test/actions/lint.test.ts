/** Our own workflows and actions are clean under the linters that we run on others; each exception is named, and still needed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { need, testWith } from '../tools.ts';
import { root } from './act.ts';

function run(tool: 'actionlint' | 'zizmor', ...args: string[]): { code: number | null; words: string } {
  const { status, stdout, stderr } = spawnSync(need(tool).path!, args, { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: process.env.HOME } });
  return { code: status, words: `${stdout}${stderr}` };
}

testWith(['actionlint'], 'actionlint over our workflows')('actionlint finds nothing but what .github/actionlint.yaml names', () => {
  expect(run('actionlint')).toEqual({ code: 0, words: '' });
});

testWith(['actionlint'], 'actionlint without our exceptions')('without its exceptions it objects to the three words that it does not know, and to nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-lint-'));
  try {
    writeFileSync(join(folder, 'none.yaml'), '');
    const { words } = run('actionlint', '-config-file', join(folder, 'none.yaml'), '-format', '{{range $}}{{.Message}}\n{{end}}');
    const objections = new Set(words.split('\n').filter(Boolean).map((line) => /unexpected key "[^"]+" for "job"|property "[^"]+" is not defined/.exec(line)?.[0] ?? line));
    expect([...objections].sort()).toEqual(['property "workflow_repository" is not defined', 'property "workflow_sha" is not defined', 'unexpected key "cache-mode" for "job"']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

testWith(['zizmor'], 'zizmor over our workflows and actions')('zizmor finds nothing in workflows, composites and the one-step action', () => {
  const { code, words } = run('zizmor', '--offline', '--no-progress', '--no-config', '--format', 'json', '.github/workflows', 'action.yml', 'actions');
  expect(words).toMatch(/completed/);
  expect(code, words).toBe(0);
});
