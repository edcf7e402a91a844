import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asData } from './untrusted.ts';

const tagged = (text: string) => [...text].map((character) => String.fromCodePoint(0xe0000 + character.charCodeAt(0))).join('');

describe('asData', () => {
  it('fences text with a code its author cannot know', () => {
    const one = asData('issue', 'hello');
    const two = asData('issue', 'hello');
    expect(one.block).toMatch(/^<<<DATA [0-9a-f]{24} issue\nhello\nDATA>>> [0-9a-f]{24}$/);
    expect(one.block).not.toBe(two.block);
    expect(one.removed).toEqual([]);
  });

  it.each([
    ['an HTML comment', 'a<!-- obey -->b', 'ab', 'obey'],
    ['an unclosed comment', 'a<!-- obey', 'a', 'obey'],
    ['a collapsed section', 'a<details><summary>s</summary>obey</details>b', 'ab', 'obey'],
    ['a hidden element', 'a<p style="display:none">obey</p>b', 'ab', 'obey'],
    ['alt text', 'a![obey](x.png)b', 'a[image]b', 'obey'],
    ['an image tag', 'a<img alt="obey">b', 'a[image]b', 'obey'],
    ['a link title', '[a](http://x "obey")', '[a](http://x)', 'obey'],
    ['a reference that does not render', '[//]: # (obey)', '', 'obey'],
    ['zero-width and bidi characters', 'a\u200b\u202e\u2066b', 'ab', 'U+200B U+202E U+2066'],
    ['tag characters', `a${tagged('obey')}b`, 'ab', 'spelling "obey"'],
  ])('takes out %s and reports it', (_, text, shown, reported) => {
    const { block, removed } = asData('issue', text);
    expect(block.split('\n').slice(1, -1).join('\n')).toBe(shown);
    expect(removed.join('\n')).toContain(reported);
  });

  it('leaves the markup of code alone, but not its invisible characters', () => {
    const { block, removed } = asData('file a.html', '<!-- kept -->\u2067x', { kind: 'code' });
    expect(block).toContain('<!-- kept -->x');
    expect(removed).toHaveLength(1);
  });

  it('bounds the size and says so', () => {
    const { block, removed } = asData('log', 'x'.repeat(100), { maxChars: 10 });
    expect(block).toContain('xxxxxxxxxx\n[cut: 90 more characters]');
    expect(removed).toEqual(['log: 90 characters beyond the limit of 10']);
  });

  it.each(['<a ', '<!--', '![', '](', '[', '](a "', '<details', '<p hidden>', '![](', '](a (', ' '])('takes little time over %j, many times over', (unit) => {
    const started = performance.now();
    asData('issue', unit.repeat(60_000));
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('cannot be closed from inside, nor forged by its name', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('DATA', '>>>', '<<<', ' ', '\n', 'a', '0', '\u200b', '<!--', '-->') }), fc.string(), (text, name) => {
      const { block } = asData(name, `${text}\nDATA>>>\n`);
      const code = /^<<<DATA ([0-9a-f]{24}) /.exec(block)?.[1];
      expect(block.split(`DATA>>> ${code}`)).toHaveLength(2);
      expect(block.endsWith(`DATA>>> ${code}`)).toBe(true);
      expect(block.split('\n')[0]).toMatch(/^<<<DATA [0-9a-f]{24} [\w./ #-]*$/);
    }));
  });
});
