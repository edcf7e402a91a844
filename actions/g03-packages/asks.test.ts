/** Which names a change makes G03 ask for, and which never leave the machine. */
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { asks } from './inspect.ts';

type Files = Record<string, string>;

function asked(files: Files, base: Files = {}): string[] {
  return asks(factsOf({ ...base, ...files }, base)).map(({ ecosystem, name }) => `${ecosystem}:${name}`).sort();
}

const manifest = (more: object): string => JSON.stringify({ name: 'shop', ...more }, null, 2);

describe('manifests', () => {
  it('asks for every group of package.json, and for an alias under what it installs', () => {
    const files = { 'package.json': manifest({ dependencies: { a1: '^1', alias: 'npm:@real/thing@^2' }, devDependencies: { b1: '1' }, peerDependencies: { c1: '*' }, optionalDependencies: { d1: 'latest' }, overrides: { x: { y: 'npm:other@1' } } }) };
    expect(asked(files)).toEqual(['npm:@real/thing', 'npm:a1', 'npm:b1', 'npm:c1', 'npm:d1', 'npm:other']);
  });

  it('asks for no folder, address or workspace member', () => {
    const files = { 'package.json': manifest({ workspaces: ['packages/*'], dependencies: { a: 'file:./a', b: 'workspace:*', c: 'github:o/r', d: 'o/r#main', e: 'https://x.invalid/e.tgz', '@shop/core': '1.0.0' } }), 'packages/core/package.json': '{"name":"@shop/core"}' };
    expect(asked(files)).toEqual([]);
  });

  it('does not take a manifest that lies somewhere for a workspace member', () => {
    expect(asked({ 'package.json': manifest({ dependencies: { 'made-up': '1' } }), 'test/x/package.json': '{"name":"made-up"}' })).toEqual(['npm:made-up']);
  });

  it('asks for the lines of the diff, also where the name stood elsewhere before', () => {
    const base = { 'package.json': '{\n  "keywords": ["made-up"],\n  "dependencies": {\n    "old": "1"\n  }\n}\n' };
    expect(asked({ 'package.json': '{\n  "keywords": ["made-up"],\n  "dependencies": {\n    "old": "1",\n    "made-up": "1"\n  }\n}\n' }, base)).toEqual(['npm:made-up', 'npm:old']);
  });

  it('reads pyproject.toml in all its dialects', () => {
    const text = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "shop"\ndependencies = [\n  "aa[x]>=1", # bb\n  "cc; python_version<\'3.9\'",\n  "dd @ https://x.invalid/d.whl",\n]\n[project.optional-dependencies]\ntest = ["ee"]\n[dependency-groups]\ndev = ["ff", {include-group = "test"}]\n[tool.poetry.dependencies]\npython = "^3.11"\nGG_x = "^1"\nhh = {path = "../hh"}\n[tool.poetry.group.dev.dependencies.ii]\nversion = "1"\n[tool.uv.sources]\nee = {workspace = true}\n';
    expect(asked({ 'pyproject.toml': text })).toEqual(['pypi:aa', 'pypi:cc', 'pypi:ff', 'pypi:gg-x', 'pypi:hatchling', 'pypi:ii']);
  });

  it('reads requirements, Pipfile, setup.cfg and go.mod', () => {
    expect(asked({ 'requirements-dev.txt': '-r base.txt\n# cc\naa==1 \\\n  --hash=sha256:00\nbb[x]~=2\n./dd\nee @ git+https://x.invalid/e\n' })).toEqual(['pypi:aa', 'pypi:bb']);
    expect(asked({ Pipfile: '[packages]\naa = "*"\nbb = {git = "x"}\n[dev-packages]\ncc = "*"\n[requires]\npython_version = "3"\n' })).toEqual(['pypi:aa', 'pypi:cc']);
    expect(asked({ 'setup.cfg': '[metadata]\nname = x\n[options]\npackages = find:\ninstall_requires =\n  aa>=1\n  bb\n[options.extras_require]\ntest = cc\n' })).toEqual(['pypi:aa', 'pypi:bb', 'pypi:cc']);
    expect(asked({ 'go.mod': 'module example.com/shop\n\nrequire (\n\tgithub.com/a/b v1.0.0 // indirect\n\tgithub.com/c/d v1.0.0\n)\n\nreplace github.com/c/d => ./d\nreplace github.com/a/b => github.com/e/f v1.1.0\n' })).toEqual(['go:github.com/a/b', 'go:github.com/e/f']);
  });
});

describe('imports', () => {
  it('reads them from the syntax, not from strings and comments', () => {
    const text = "import a from 'aa';\nexport * from 'bb/sub';\nconst c = require('cc');\nawait import(`dd`);\nimport type { E } from '@ee/types/x';\nimport json from './x.json' with { type: 'json' };\n// import x from 'no1';\nconst text = `import y from 'no2'`;\nfoo('no3');\nimport fs from 'fs';\nimport { t } from 'node:test';\n";
    expect(asked({ 'src/a.ts': text })).toEqual(['npm:@ee/types', 'npm:aa', 'npm:bb', 'npm:cc', 'npm:dd']);
  });

  it('knows aliases, roots, the own package and types of a declared package', () => {
    const base = { 'tsconfig.json': '{\n  // comment\n  "compilerOptions": {"baseUrl": "src", "paths": {"@/*": ["./src/*"], "config": ["./c.ts"],},},\n}', 'package.json': manifest({ imports: { '#x': './x.js' }, devDependencies: { '@types/estree': '1', forked: 'github:o/forked' } }), 'src/components/b.ts': '' };
    expect(asked({ 'src/a.ts': "import '@/x';\nimport 'config';\nimport '#x';\nimport 'components/b';\nimport 'shop/y';\nimport type { N } from 'estree';\nimport 'forked';\nimport 'other';\n" }, base)).toEqual(['npm:other']);
  });

  it('maps a Python import to its distribution and leaves out what is at hand', () => {
    const base = { 'helpers/tool.py': '', 'requirements.txt': 'python-telegram-bot\n' };
    expect(asked({ 'app.py': 'import os, yaml\nimport numpy as np\nfrom PIL import Image\nfrom google.cloud.storage import Client\nfrom . import x\nimport helpers\nimport telegram\n"""\nimport no1\n"""\n' }, base)).toEqual(['pypi:google-cloud-storage', 'pypi:numpy', 'pypi:pillow', 'pypi:pyyaml']);
  });

  it('is not fooled by names that objects have', () => {
    expect(asked({ 'app.py': 'import constructor\n', 'package.json': manifest({ dependencies: { constructor: '1', __proto__x: '1' } }) })).toEqual(['npm:__proto__x', 'npm:constructor', 'pypi:constructor']);
  });

  it('asks for Go packages of other modules', () => {
    expect(asked({ 'main.go': 'package main\n\nimport (\n\t"fmt"\n\tx "github.com/a/b/c"\n\t"example.com/shop/internal"\n)\n' }, { 'go.mod': 'module example.com/shop\n' })).toEqual(['go:github.com/a/b/c']);
  });
});

describe('install commands', () => {
  const commands: [string, string[]][] = [
    ['npm i -D aa@1 @b/c', ['npm:@b/c', 'npm:aa']], ['npm install', []], ['npm i aa@npm:bb@1 cc@file:./cc git@host.invalid:o/r', ['npm:bb']], ['pip install aa > log.txt', ['pypi:aa']], ['npm install <name>', []], ['npm ci', []], ['pnpm add -w aa', ['npm:aa']], ['yarn add aa && yarn build', ['npm:aa']],
    ['npx -y aa@latest --flag no1', ['npm:aa']], ['npx -p aa run-me -p 4010', ['npm:aa']], ['npx --no-install aa', []], ['npm create vite@latest my-app', ['npm:create-vite']], ['npm init @scope', ['npm:@scope/create']],
    ['pip3 install --no-cache-dir "aa[x]>=1" bb -r more.txt', ['pypi:aa', 'pypi:bb']], ['python -m pip install .', []], ['uv add --group dev aa', ['pypi:aa']], ['uvx --from aa run-me', ['pypi:aa']],
    ['go install github.com/a/b/cmd/x@latest', ['go:github.com/a/b/cmd/x']], ['go run ./cmd', []], ['go get -u github.com/a/b', ['go:github.com/a/b']], ['npm i aa@${{ matrix.version }} bb', ['npm:aa', 'npm:bb']],
  ];
  it.each(commands)('%s', (command, names) => {
    expect(asked({ 'README.md': `# x\n\n\`\`\`sh\n${command}\n\`\`\`\n` }), 'Markdown').toEqual(names);
    expect(asked({ Dockerfile: `FROM scratch\nRUN ${command}\n` }), 'Dockerfile').toEqual(names);
    expect(asked({ '.github/workflows/ci.yml': `jobs:\n  a:\n    steps:\n      - run: ${command}\n` }), 'workflow').toEqual(names);
  });

  it('takes prose for an order only where an agent reads it', () => {
    const text = 'First run npm install made-up, then go on.\n';
    expect(asked({ 'README.md': text })).toEqual([]);
    expect(asked({ 'README.md': 'The old way was\nnpm install fails often\nand go on to npm install made-up\n' })).toEqual([]);
    expect(asked({ 'README.md': 'Then:\n\nnpm install aa\n\n$ npm install bb\nand `npm i cc`, ``pip install dd``\n' })).toEqual(['npm:aa', 'npm:bb', 'npm:cc', 'pypi:dd']);
    expect(asked({ '.claude/skills/x/SKILL.md': text })).toEqual(['npm:made-up']);
  });

  it('reads scripts of package.json and goes on after a backslash', () => {
    expect(asked({ 'package.json': manifest({ scripts: { postinstall: 'npx made-up' } }) })).toEqual(['npm:made-up']);
    expect(asked({ Dockerfile: 'FROM scratch\nRUN pip install aa \\\n    bb \\\n    cc\n' })).toEqual(['pypi:aa', 'pypi:bb', 'pypi:cc']);
  });

  it('knows the programs of locked packages', () => {
    const base = { 'package-lock.json': JSON.stringify({ packages: { 'node_modules/@o/tool': { bin: { tool: 'x.js' } } } }) };
    expect(asked({ 'README.md': '`npx tool` and `npx stranger`\n' }, base)).toEqual(['npm:stranger']);
  });
});

describe('private scopes', () => {
  const use = { 'package.json': manifest({ dependencies: { '@corp/x': '1', open: '1' } }) };

  it('are not asked for where base says so', () => {
    expect(asked(use, { '.npmrc': '@corp:registry=https://npm.corp.invalid\n' })).toEqual(['npm:open']);
  });

  it('are asked for where only the change says so', () => {
    expect(asked({ ...use, '.npmrc': '@corp:registry=https://npm.corp.invalid\n' })).toEqual(['npm:@corp/x', 'npm:open']);
  });
});
