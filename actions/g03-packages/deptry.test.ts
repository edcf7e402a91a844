import { expect, it } from 'vitest';
import type { PackageAnswer } from '../../app/core/guardrail.ts';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

const exists = (name: string): PackageAnswer => ({ ecosystem: 'pypi', name, state: 'exists', createdAt: 0, why: null });

it('tells what nothing declares once, and explains names that deptry cannot know', () => {
  const text = 'import yaml\nimport shop.money\nimport leftpad\nimport ghost\nimport json\n';
  const findings = ['yaml', 'shop', 'leftpad', 'ghost', 'json'].map((message, index) => ({ rule: 'DEP001', path: 'shop/a.py', startLine: index + 1, endLine: index + 1, message, level: 'info' }));
  const tools = { deptry: ToolAnswer.parse({ tool: 'deptry', version: '1', state: 'findings', findings }) };
  const packages: PackageAnswer[] = [exists('pyyaml'), exists('leftpad'), { ...exists('ghost'), state: 'missing' }];
  const facts = factsOf({ 'shop/a.py': text, 'shop/money.py': 'x = 1\n', 'requirements.txt': 'PyYAML==6.0\n' }, {}, { packages, tools });
  const found = inspect(facts).filter(({ path }) => path === 'shop/a.py').map(({ code, startLine, severity }) => `${code}:${startLine} ${severity ?? 'blocks'}`);
  expect(found).toEqual(['PACKAGE_MISSING:4 blocks', 'PACKAGE_UNDECLARED:3 info']);
});
