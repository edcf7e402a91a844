import { expect, it } from 'vitest';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

const lock = `{\n  "name": "@shop/web",\n  "version": "1.0.0",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {"name": "@shop/web", "version": "1.0.0"},\n    "node_modules/left-tree": {"version": "1.2.0", "license": "MIT"}\n  }\n}\n`;
const seen = (path: string, rule: string) => ({ rule, path, startLine: 0, endLine: 0, message: 'x', level: 'info' });

it('tells a component that syft sees and our bill does not, and nothing of the project itself or of how a name is spelled', () => {
  const findings = [
    seen('package-lock.json', 'pkg:npm/left-tree@1.2.0'), seen('package-lock.json', 'pkg:npm/%40shop/web@1.0.0'), seen('package-lock.json', 'pkg:npm/hidden@9.9.9'), seen('package-lock.json', 'pkg:npm/hidden@9.9.9'),
    seen('requirements.txt', 'pkg:pypi/typing_extensions@4.0.0'), seen('other.json', 'pkg:npm/elsewhere@1.0.0'),
  ];
  const tools = { syft: ToolAnswer.parse({ tool: 'syft', version: '1', state: 'findings', findings }) };
  const found = inspect(factsOf({ 'package-lock.json': lock, 'requirements.txt': 'typing-extensions==4.0.0\n' }, {}, { tools })).filter(({ code }) => code === 'BILL_INCOMPLETE');
  expect(found.map(({ path, severity, values }) => `${path} ${values?.name} ${severity}`)).toEqual(['package-lock.json pkg:npm/hidden@9.9.9 info']);
});
