/** R01 and R02 (ATTACKS.md): a change that brings its own rules. Each is played with the command line on a real checkout, and refused by a stable code. */
import { describe, expect, it } from 'vitest';
import { commit, found, git, guard, repository, write } from '../../app/cli/checkout.fixture.ts';

const stub = 'def total(items):\n    pass\n';
const key = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');

function change(base: Record<string, string>, head: Record<string, string>): string {
  const path = repository(base);
  git(path, 'checkout', '-q', '-b', 'change');
  write(path, head);
  commit(path, 'change');
  return path;
}

function judged(path: string, only: string): { code: number | null; found: string[] } {
  const { code, stdout } = guard(path, '--base', 'main', '--only', only, '--format', 'json');
  return { code, found: found(stdout) };
}

describe('R01 rules that the change brings', () => {
  it('a scanner configuration and an ignore file are reported and not obeyed', () => {
    const path = change({ 'a.txt': 'a\n' }, { 'login.js': `login('${key}');\n`, '.gitleaks.toml': '[allowlist]\npaths = [".*"]\n', '.secretlintignore': 'login.js\n' });
    expect(judged(path, 'G02')).toEqual({ code: 1, found: ['.gitleaks.toml CONFIG_FROM_CHANGE', '.secretlintignore CONFIG_FROM_CHANGE', 'login.js PROVIDER_TOKEN'] });
  });

  it('a configuration of Assay with fixtures, another pack and settings changes nothing for the change that adds it', () => {
    const config = 'version: 1\npack: baseline\nfixtures: ["**"]\npackages: [{path: src, pack: baseline}]\n';
    const path = change({ 'a.txt': 'a\n' }, { 'src/total.py': stub, '.github/assay.yml': config });
    expect(judged(path, 'G01').found).toContain('src/total.py EMPTY_BODY');
    expect(judged(path, 'G01').code).toBe(1);
  });

  it('a first baseline does not cover its own change, and a longer one is a finding', () => {
    const path = change({ 'a.txt': 'a\n' }, { 'src/total.py': stub });
    guard(path, '--base', 'main', '--only', 'G01', '--baseline', 'write');
    commit(path, 'baseline');
    expect(judged(path, 'G01')).toMatchObject({ code: 1, found: ['src/total.py EMPTY_BODY'] });
    git(path, 'checkout', '-q', 'main');
    write(path, { '.github/assay-baseline.json': '{"version":1,"entries":[]}\n' });
    commit(path, 'an empty baseline');
    git(path, 'checkout', '-q', 'change');
    git(path, '-c', 'merge.conflictStyle=merge', 'merge', '-q', '-X', 'ours', '--no-edit', 'main');
    expect(judged(path, 'G01').found).toContain('.github/assay-baseline.json BASELINE_GROWN');
  });

  it('a plugin or module beside the code is not loaded', () => {
    const path = change({ 'a.txt': 'a\n' }, { 'src/total.py': stub, 'actions/g01-placeholders/inspect.ts': 'export const inspect = () => [];\n', 'node_modules/@ast-grep/napi/index.js': 'process.exit(0);\n' });
    expect(judged(path, 'G01')).toMatchObject({ code: 1, found: expect.arrayContaining(['src/total.py EMPTY_BODY']) });
  });
});

describe('R02 suppressions in the diff', () => {
  it.each([
    ['G02', 'login.js', `login('${key}'); // gitleaks:allow\n`, 'PROVIDER_TOKEN'],
    ['G02', 'login.py', `login('${key}')  # pragma: allowlist secret\n`, 'PROVIDER_TOKEN'],
    ['G01', 'total.py', 'def total(items):  # noqa\n    pass\n', 'EMPTY_BODY'],
    ['G01', 'price.ts', '// eslint-disable-next-line\nexport function price(a: number[]): number { throw new Error("not implemented"); }\n', 'NOT_IMPLEMENTED'],
  ])('%s is not silenced by a marker in %s', (id, file, text, code) => {
    const path = change({ 'a.txt': 'a\n' }, { [file]: text });
    const answer = judged(path, id);
    expect(answer.code).toBe(1);
    expect(answer.found.toSorted()).toEqual([`${file} ${code}`, `${file} SUPPRESSION_ADDED`].toSorted());
  });
});
