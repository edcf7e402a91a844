import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('the nearest known word', () => {
  it('is the one that needs the fewest changes, whatever its case', () => {
    expect(nearest('maxage', ['presence', 'maxAge', 'classes'])).toBe('maxAge');
    expect(nearest('budjet', ['budget', 'paths'])).toBe('budget');
  });

  it('is none where none is near', () => {
    expect(nearest('zzzzzz', ['budget'])).toBeNull();
    expect(nearest('x', [])).toBeNull();
  });

  it('counts insertions, deletions and replacements', () => {
    expect([editDistance('kitten', 'sitting'), editDistance('', 'abc'), editDistance('abc', ''), editDistance('a', 'a')]).toEqual([3, 3, 3, 0]);
  });
});
