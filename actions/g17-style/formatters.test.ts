import { expect, it } from 'vitest';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

it('holds gofmt against what it had formatted before, tells of a new file, and says nothing of one that was kept otherwise', async () => {
  const finding = (path: string, level = 'warning') => ({ rule: 'unformatted', path, startLine: 2, endLine: 3, message: 'x', level });
  const tools = { 'golangci-lint': ToolAnswer.parse({ tool: 'golangci-lint', version: '1', state: 'findings', findings: [finding('old.go'), finding('new.go'), finding('kept.go', 'kept-otherwise')] }) };
  const head = { 'old.go': 'package a\nvar  x = 1\n', 'new.go': 'package a\nvar  x = 1\n', 'kept.go': 'package a\nvar  x = 1\n' };
  const found = await inspect(factsOf(head, { 'old.go': 'package a\n', 'kept.go': 'package a\n' }, { tools }));
  expect(found.map(({ code, path, severity, values }) => `${code} ${path} ${severity ?? 'blocks'} ${values?.formatter}`)).toEqual(['FORMAT old.go blocks gofmt', 'FORMAT new.go info gofmt']);
});
