import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function codes(path: string, text: string): string[] {
  return inspect(factsOf({ [path]: text })).map((finding) => `${finding.code}:${finding.startLine}`);
}

describe('placeholders at the edges', () => {
  it('reads a comment ruled with slashes at once', () => {
    const started = performance.now();
    expect(codes('a.py', `# ${'/'.repeat(5000)}\n`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('knows an error that only never-returning code throws', () => {
    expect(codes('a.ts', 'export function fail(why: string): never { throw new Error("not implemented for " + why); }')).toEqual([]);
  });

  it.each([
    ['an arrow function', 'a.ts', "export const f = (a: number): number => { throw new Error('Remove this statement and implement this function'); };", ['NOT_IMPLEMENTED:1']],
    ['a constructor that does nothing', 'a.py', 'class Phone:\n    def __init__(self, number):\n        pass\n', ['EMPTY_BODY:2']],
    ['a Go function that ignores everything', 'a.go', 'package a\n\nfunc Total(items []int) int {\n\treturn 0\n}\n', ['EMPTY_BODY:3']],
    ['code left out by a comment', 'a.js', 'function f() {\n  // ... rest of the code\n  return g();\n}\n', ['ELIDED_CODE:2']],
    ['filler text', 'a.js', "export const text = 'Lorem ipsum dolor sit amet';\n", ['LOREM_IPSUM:1']],
    ['made-up users', 'src/users.ts', "const mockUsers = [{ id: 1, name: 'Ann' }];\nexport const users = () => mockUsers;\n", ['MOCK_IN_PRODUCTION:1']],
    ['a body that is empty on purpose', 'a.py', 'def parse(text) -> None:\n    # nothing to do here\n    pass\n', []],
    ['an overload', 'a.py', 'from typing import overload\n\n@overload\ndef f(a: int) -> int: ...\n', []],
    ['a declaration file', 'a.d.ts', 'export function f(): number; // TODO\n', []],
    ['the word todo in prose', 'a.js', '// shows the todo list of a user\nexport const a = 1;\n', []],
  ])('%s', (_, path, text, expected) => {
    expect(codes(path, text)).toEqual(expected);
  });
});
