/**
 * A pull request as an agent opens one for a feature of a service: 64 files in three languages, tests, workflows, a Dockerfile and documents, two thirds of them changed in places
 * and a third new, in a repository of some 330. No manifest gains a package, so that no registry is asked. Always the same.
 */
import { type Files, git, sha, workflow, dockerfile, write } from './sample.ts';
import { type Kind, source } from './texts.ts';

interface Part {
  kind: Kind;
  /** Files on base, how many of them the change touches, and how many it adds. */
  files: number;
  touched: number;
  added: number;
  length: number;
  path(index: number): string;
}

const parts: Part[] = [
  { kind: 'script', files: 150, touched: 18, added: 12, length: 6, path: (index) => `src/${['orders', 'billing', 'stock', 'web', 'jobs'][index % 5]!}/part${index}${index % 4 === 3 ? '.test' : ''}.ts` },
  { kind: 'python', files: 90, touched: 12, added: 5, length: 8, path: (index) => `${index % 4 === 3 ? 'tests/test_' : 'tools/'}part${index}.py` },
  { kind: 'go', files: 60, touched: 7, added: 2, length: 5, path: (index) => `pkg/part${index}/part.go` },
];

function texts(of: 'base' | 'head'): Files {
  const sources = parts.flatMap(({ kind, files, touched, added, length, path }) => Array.from({ length: of === 'base' ? files : files + added }, (_, index): [string, string] => {
    const more = of === 'head' && index < touched ? 1 + index % 3 : 0;
    return [path(index), source(kind, { name: `part${index}`, seed: index + 1, length: length + index % 3, more })];
  }));
  const round = of === 'base' ? 1 : 2;
  return {
    ...Object.fromEntries(sources),
    ...Object.fromEntries(['test', 'lint', 'release', 'nightly'].map((name, index) => [`.github/workflows/${name}.yml`, workflow(index === 0 ? `${name} ${round}` : name)])),
    ...(of === 'head' ? { '.github/workflows/images.yml': workflow('images'), 'docs/feature.md': '# The feature\n\nWhat it does, and how it is switched on.\n' } : {}),
    Dockerfile: dockerfile(of === 'base' ? 'node' : 'nobody'), 'tools/Dockerfile': dockerfile('node'), 'README.md': `# Service\n\nRound ${round}.\n`, 'docs/setup.md': '# Setup\n\nClone, install, start.\n',
    'go.mod': 'module example.invalid/service\n\ngo 1.24\n', 'requirements.txt': '# The standard library is enough.\n', 'package.json': `${JSON.stringify({ name: 'service', version: `1.${round}.0`, private: true, type: 'module' }, null, 2)}\n`,
    '.github/CODEOWNERS': `* @team\n# ${sha}\n`,
  };
}

/** Writes base on `main` and the change on `change`; answers the paths that the change touches. */
export function pull(folder: string): string[] {
  const [base, head] = [texts('base'), texts('head')];
  write(folder, base);
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'base');
  git(folder, 'checkout', '-q', '-b', 'change');
  const change = Object.fromEntries(Object.entries(head).filter(([path, text]) => base[path] !== text));
  write(folder, change);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Add the feature');
  return Object.keys(change);
}
