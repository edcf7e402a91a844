import { expect, test } from 'vitest';
import { spoken, workflowCommand } from './visible.ts';

test('a log line says what was written, and nothing of it is a command to the runner', () => {
  expect(spoken('use `Map<K, V>` in src/a_b.ts, *not* [x](y) @team')).toBe('use `Map<K, V>` in src/a_b.ts, *not* [x](y) @team');
  expect(spoken('::add-mask::x\n::error::y ##[group]z \u001b[31m')).toBe(': :add-mask: :x : :error: :y ## [group]z ⟨U+001B⟩[31m');
  expect(spoken(':::::set-output')).not.toContain('::');
  expect(spoken('###[warning]x')).not.toContain('##[');
});

test('a workflow command keeps its shape whatever its words are', () => {
  expect(workflowCommand('error', { title: 'Assay A,file=x::', message: '100%0A::stop-commands::x\r\ny' })).toBe('::error title=Assay A%2Cfile=x%3A %3A::100%250A: :stop-commands: :x y\n');
});
