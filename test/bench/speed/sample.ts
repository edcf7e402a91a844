/** The small sample: a repository of some 240 files in three languages, and a change that touches fifteen of them. Always the same. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Files = Record<string, string>;

const digest = 'a'.repeat(64);
export const sha = 'b'.repeat(40);

function script(name: string, rounds: number): string {
  const steps = Array.from({ length: 12 }, (_, index) => `export function ${name}${index}(items: readonly number[], limit = ${index + 1}): number {\n  let sum = 0;\n  for (const item of items) {\n    if (item > limit) sum += item * ${index + rounds};\n  }\n  return sum;\n}\n`);
  return `/** Sums for ${name}. */\n${steps.join('\n')}`;
}

function python(name: string, rounds: number): string {
  const steps = Array.from({ length: 12 }, (_, index) => `def ${name}_${index}(items, limit=${index + 1}):\n    """Sum what is over the limit."""\n    return sum(item * ${index + rounds} for item in items if item > limit)\n`);
  return `"""Sums for ${name}."""\n\n\n${steps.join('\n\n')}`;
}

function go(name: string, rounds: number): string {
  return `package ${name}\n\n// Total is the sum of what is over the limit.\nfunc Total(items []int, limit int) int {\n\tsum := 0\n\tfor _, item := range items {\n\t\tif item > limit {\n\t\t\tsum += item * ${rounds}\n\t\t}\n\t}\n\treturn sum\n}\n`;
}

export const workflow = (name: string): string => `name: ${name}\non: push\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@${sha}\n        with:\n          persist-credentials: false\n      - run: npm test\n`;
export const dockerfile = (user: string): string => `FROM node@sha256:${digest}\nWORKDIR /app\nCOPY . .\nUSER ${user}\nHEALTHCHECK CMD ["node", "health.js"]\nCMD ["node", "main.js"]\n`;

function files(count: number, rounds: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `part${index}`);
  return {
    ...Object.fromEntries(names.flatMap((name) => [[`src/${name}.ts`, script(name, rounds)], [`tools/${name}.py`, python(name, rounds)], [`pkg/${name}/total.go`, go(name, rounds)]])),
    '.github/workflows/test.yml': workflow(`test ${rounds}`), Dockerfile: dockerfile(rounds === 1 ? 'node' : 'nobody'), 'README.md': `# Sample\n\nRound ${rounds}.\n`,
  };
}

export function write(folder: string, texts: Files): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function git(folder: string, ...args: string[]): void {
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', folder, ...who, ...args], { stdio: 'ignore' });
}

/** Writes base on `main` and the change on `change`; answers the paths that the change touches. */
export function sample(folder: string): string[] {
  write(folder, files(80, 1));
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'base');
  git(folder, 'checkout', '-q', '-b', 'change');
  const change = Object.fromEntries(Object.entries(files(4, 2)));
  write(folder, change);
  git(folder, 'commit', '-q', '-a', '-m', 'change');
  return Object.keys(change);
}
