import { expect, it } from 'vitest';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

it('tells what golangci-lint says of production code, and judges no Go file by itself', () => {
  const finding = (path: string) => ({ rule: 'errcheck', path, startLine: 3, endLine: 3, message: 'unchecked', level: 'info' });
  const tools = { 'golangci-lint': ToolAnswer.parse({ tool: 'golangci-lint', version: '1', state: 'findings', findings: [finding('shop/a.go'), finding('shop/a_test.go'), finding('vendor/x/a.go')] }) };
  const head = { 'shop/a.go': `package shop\n\n${'// more\n'.repeat(2000)}` };
  expect(inspect(factsOf(head, {}, { tools })).map(({ code, path, severity }) => `${code} ${path} ${severity}`)).toEqual(['PRACTICE shop/a.go info']);
});
