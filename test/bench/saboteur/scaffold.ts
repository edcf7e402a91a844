/** What a small repository has around its module: manifest, tests that state the criteria, a workflow that runs them, a README. */
import type { CriterionTest, Spec } from '../../../app/core/spec.ts';
import { textFile, type Tree } from '../../../app/core/tree.ts';
import { javascriptText, pythonText } from '../../../app/consensus/reproducer.ts';
import { inLanguage, tagOf } from '../../../app/consensus/values.ts';
import type { Program } from './corpus.ts';

export function scaffoldOf(program: Program, spec: Spec): Tree {
  const python = program.language === 'python';
  const tests = spec.criteria.flatMap((criterion) => criterion.tests);
  const files: Record<string, string> = {
    'README.md': `# ${program.program}\n\n${program.title}.\n`,
    '.github/workflows/ci.yml': `name: ci\non: push\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ${python ? 'pytest' : 'npm test'}\n`,
    ...(python ? { 'requirements.txt': 'requests==2.32.3\n' } : { 'package.json': `{ "name": "${program.program}", "version": "1.2.0", "private": true, "type": "module", "scripts": { "test": "node --test" }, "dependencies": {} }\n` }),
    ...(program.export === undefined ? {} : python ? pythonTests(program, tests) : javascriptTests(program, tests)),
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
}

const asked = (test: CriterionTest) => ('args' in test && tagOf(test.expect)?.tag !== '$raises' ? [test] : []);

function pythonTests({ module, export: name = '' }: Program, tests: CriterionTest[]): Record<string, string> {
  const [head = '', method] = name.split('.');
  const quoted = (value: unknown) => pythonText(value).replaceAll('"', "'");
  const cases = tests.flatMap(asked).map((test, at) => `def test_${at}():\n    assert ${method ? `${head}().${method}` : head}(${test.args.map(quoted).join(', ')}) == ${quoted(test.expect)}\n`);
  return { [`tests/test_${module}`]: `import pytest\nfrom ${module.replace('.py', '')} import ${head}\n\n\n${cases.join('\n\n')}` };
}

function javascriptTests({ module, export: name = '', language }: Program, tests: CriterionTest[]): Record<string, string> {
  const text = (value: unknown) => javascriptText(inLanguage(value, language)).replaceAll('{ ', '{').replaceAll(' }', '}');
  const cases = tests.flatMap(asked).map((test, at) => `test('${at}', () => { assert.deepEqual(${name}(${test.args.map(text).join(', ')}), ${text(test.expect)}); });\n`);
  return { [`test/${module.replace(/\.(\w+)$/, '.test.$1')}`]: `import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { ${name} } from '../${module}';\n\n${cases.join('')}` };
}
