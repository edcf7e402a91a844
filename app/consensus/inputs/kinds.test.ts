/** Kinds of queries in the spellings that contests use, and sequences of them that keep what the statement promises. */
import { describe, expect, it } from 'vitest';
import { stdinInputs, type StdinInputs } from './stdin-inputs.ts';

function made(text: string, ...examples: string[]): StdinInputs {
  const inputs = stdinInputs({ text, examples: examples.map((stdin) => ({ stdin })), seed: 4, budget: { tokens: 2000 } });
  expect(inputs.source).toBe('grammar');
  expect(inputs.small.length).toBeGreaterThan(20);
  expect([...inputs.large].length).toBeGreaterThan(2);
  return inputs;
}

interface Task { story: string; format: string; constraints: string }

const told = ({ story, format, constraints }: Task) => `${story}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answers.\n\nConstraints\n\n${constraints}`;
const column = (name: string) => `Q\n${name}_1\n${name}_2\n\\vdots\n${name}_Q`;
/** The rows of queries of all inputs, as tokens. */
const sequences = ({ small, large }: StdinInputs) => [...small, ...large].map((one) => one.stdin.trimEnd().split('\n').slice(1).map((line) => line.split(' ')));
const firsts = (inputs: StdinInputs) => [...new Set(sequences(inputs).flat().map(([first]) => first))].sort();

describe('kinds of queries', () => {
  it('are read from bullets, with words and with numbers that stand alone', () => {
    const words = made(told({ story: 'Handle Q commands.\n\n- PUSH x : Put x on the stack.\n- POP : Take the top off. If the stack is empty, nothing happens.\n- MAX : Print the largest.', format: column('command'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq x \\leq 50\n- There is at least one MAX command.' }), '3\nPUSH 4\nPOP\nMAX\n');
    expect(words.doubt).toEqual([]);
    expect(firsts(words)).toEqual(['MAX', 'POP', 'PUSH']);
    expect(sequences(words).every((rows) => rows.some(([first]) => first === 'MAX'))).toBe(true);
    const numbers = made(told({ story: 'Answer Q queries of these forms.\n\n- 1 r x : From now on row r holds x.\n- 2 : Print the sum.', format: column('\\mathrm{query}'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq r \\leq 9\n- 0 \\leq x \\leq 50' }), '2\n1 2 3\n2\n');
    expect(sequences(numbers).flat().every((row) => (row[0] === '1' ? row.length === 3 : row.join() === '2'))).toBe(true);
  });

  it('are read from signs on lines without bullets, and a dash among them is a sign', () => {
    const inputs = made('Process q operations:\n\n+ x — put x into the bag;\n- x — take x out, if it is there;\n? — print the largest, or -1.\n\nInput\n\nThe first line contains one integer q (1 ≤ q ≤ 1000). Then q lines follow, the i-th of them describes the i-th operation (1 ≤ x ≤ 100).\n\nOutput\n\nPrint the answers.', '3\n+ 5\n- 5\n?\n');
    expect(firsts(inputs)).toEqual(['+', '-', '?']);
  });

  it('are read from sentences, and a column of strings gives way to them', () => {
    const inputs = made(told({ story: 'A robot reads Q lines. Each command is L x, R x or STOP.', format: column('S'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq x \\leq 50' }), '3\nL 4\nSTOP\nR 3\n');
    expect(firsts(inputs)).toEqual(['L', 'R', 'STOP']);
    const numbered = made(told({ story: 'Process Q events. Each event is either `1 l r` or `2`, where `1 l r` asks for a sum.', format: column('event'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq l \\leq r \\leq 50' }), '2\n1 2 3\n2\n');
    expect(sequences(numbered).flat().every(([first, l, r]) => first === '2' || Number(l) <= Number(r))).toBe(true);
  });

  it('may be told line by line under the format', () => {
    const inputs = made(told({ story: 'Process Q operations on a list.', format: `${column('\\text{operation}')}\n\nEach operation is given in one of these formats:\n\nadd x\npop\nask x k`, constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq x, k \\leq 50' }), '3\nadd 3\nask 3 4\npop\n');
    expect(firsts(inputs)).toEqual(['add', 'ask', 'pop']);
  });
});

describe('a sequence of queries', () => {
  const bounds = '- 1 \\leq Q \\leq 1000\n- 1 \\leq x \\leq 20';

  it('never takes from an empty stack where that is promised', () => {
    for (const promise of ['- It is guaranteed that the stack is not empty when a query of type 2 is given.', '- For every query of the second kind the stack is non-empty.']) {
      const inputs = made(told({ story: 'A stack is empty at first.\n\n- 1 x: push x.\n- 2: remove the top and print it.', format: column('query'), constraints: `${bounds}\n${promise}` }), '3\n1 4\n2\n1 2\n');
      expect(inputs.doubt).toEqual([]);
      for (const rows of sequences(inputs)) {
        let size = 0;
        for (const [first] of rows) { size += first === '1' ? 1 : -1; expect(size).toBeGreaterThanOrEqual(0); }
      }
      expect(sequences(inputs).some((rows) => rows.filter(([first]) => first === '2').length > 50)).toBe(true);
    }
  });

  it('takes out at most what was put in, where counts are told', () => {
    const inputs = made(told({ story: 'A line is empty at first.\n\n- 1 c x: put c plates of size x at the back.\n- 2 k: take the first k plates away. It is guaranteed that there are at least k plates in the line at that time.', format: column('query'), constraints: `${bounds}\n- 1 \\leq c \\leq 10^6\n- 1 \\leq k \\leq 10^9` }), '3\n1 4 2\n2 3\n1 2 2\n');
    expect(inputs.doubt).toEqual([]);
    for (const rows of sequences(inputs)) {
      let size = 0;
      for (const [first, amount] of rows) { size += first === '1' ? Number(amount) : -Number(amount); expect(size).toBeGreaterThanOrEqual(0); }
    }
    expect(sequences(inputs).flat().some(([first, amount]) => first === '2' && Number(amount) > 1000)).toBe(true);
  });

  it('takes out what is there, and puts in what is not', () => {
    const inputs = made(told({ story: 'A set S is empty at first.\n\n- `add x`: add x to S. It is guaranteed that x is not in S yet.\n- `del x`: remove x from S (it is guaranteed that x is in S).\n- `ask x`: print the number of elements below x.', format: column('query'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq x \\leq 10^9' }), '4\nadd 3\nask 4\ndel 3\nadd 3\n');
    expect(inputs.doubt).toEqual([]);
    for (const rows of sequences(inputs)) {
      const kept = new Set<string>();
      for (const [first, x = ''] of rows) {
        if (first !== 'ask') expect(kept.has(x)).toBe(first === 'del');
        if (first === 'add') kept.add(x);
        if (first === 'del') kept.delete(x);
      }
    }
    expect(sequences(inputs).some((rows) => rows.filter(([first]) => first === 'del').length > 100)).toBe(true);
  });

  it('deletes an edge that exists and adds one that does not, in whatever order its ends are written', () => {
    const inputs = made(told({ story: 'A graph with 9 vertices has no edges at first.\n\n1 u v: add an edge between u and v.\n2 u v: delete the edge between u and v.\n3 u v: print whether u and v are connected.', format: column('query'), constraints: '- 1 \\leq Q \\leq 1000\n- 1 \\leq u < v \\leq 9\n- It is guaranteed that the edge does not exist when it is added.\n- It is guaranteed that the edge exists when it is deleted.' }), '3\n1 1 2\n2 1 2\n3 1 2\n');
    expect(inputs.doubt).toEqual([]);
    for (const rows of sequences(inputs)) {
      const kept = new Set<string>();
      for (const [first, ...ends] of rows) {
        const edge = ends.sort().join(' ');
        if (first !== '3') expect(kept.has(edge)).toBe(first === '2');
        if (first === '1') kept.add(edge);
        if (first === '2') kept.delete(edge);
      }
    }
  });

  it('is doubtful where an example breaks the promise as it was read, or where it is not understood', () => {
    const story = 'A stack is empty at first.\n\n- 1 x: push x.\n- 2: remove the top and print it.';
    const promise = '- It is guaranteed that the stack is not empty when a query of type 2 is given.';
    expect(made(told({ story, format: column('query'), constraints: `${bounds}\n${promise}` }), '3\n2\n1 4\n2\n').doubt).toContainEqual(expect.stringMatching(/an example breaks/));
    expect(made(told({ story, format: column('query'), constraints: `${bounds}\n- It is guaranteed that the stack never becomes empty after the first query.` }), '2\n1 4\n1 2\n').doubt).toContainEqual(expect.stringMatching(/not understood.*never becomes empty/));
  });
});
