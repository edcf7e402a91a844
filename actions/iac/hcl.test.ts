/** The reader of Terraform: lines, nesting, strings that hold brackets, texts that close nothing, and hostile sizes. */
import { describe, expect, it } from 'vitest';
import { literals, parseHcl } from './hcl.ts';

describe('a file', () => {
  it('is read into blocks with labels, attributes and lines', () => {
    const { blocks } = parseHcl('/* x\n*/ resource "a" b {\n  n = 1 # one\n  list = [\n    "x", // {\n    "${f("}", { k = "v" })}",\n  ]\n  inner { on = true }\n  text = <<EOT\n } {\nEOT\n  last = "\\"}"\n}\nlocals {}\n');
    expect(blocks.map(({ type, labels, line }) => [type, labels, line])).toEqual([['resource', ['a', 'b'], 2], ['locals', [], 14]]);
    const [resource] = blocks;
    expect([...resource!.attributes].map(([name, { line }]) => [name, line])).toEqual([['n', 3], ['list', 4], ['text', 9], ['last', 12]]);
    expect(resource!.blocks.map(({ type, line }) => [type, line])).toEqual([['inner', 8]]);
    expect(literals(resource!.attributes.get('list'))).toContain('x');
  });

  it.each(['resource "a" {', 'a = [1, 2', 'a = "x\n', '}', 'a b c', 'a = <<E\nx\n', '{}'])('that does not close or begin right is refused: %j', (text) => {
    expect(() => parseHcl(text)).toThrow(/line \d+/);
  });

  it('of hostile size or depth ends soon', () => {
    const started = performance.now();
    expect(() => parseHcl('a {'.repeat(100_000))).toThrow(/deeper/);
    expect(() => parseHcl(`a = ${'['.repeat(900_000)}`)).toThrow(/not closed/);
    expect(() => parseHcl(`a = "${'${'.repeat(400_000)}`)).not.toThrow(/deeper/);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
