/** Whether a regular expression has a repeated group that is ambiguous over the same letters. Reads the pattern once; what it does not understand counts as harmless. */

interface Atom {
  /** Which of the first 128 characters it matches; null for groups and look-arounds. */
  letters: readonly boolean[] | null;
  least: number;
  unbounded: boolean;
}

const quantifier = /^(?:\*|\+|\?|\{(\d*)(,?)(\d*)\})[?+]?/;

/** Atoms of the alternatives of one group; nested groups are judged on their own and stand as an opaque atom. */
export function explodes(source: string): boolean {
  let found = false;
  const open: { alternatives: Atom[][] }[] = [{ alternatives: [[]] }];
  let at = 0;
  while (at < source.length && !found) {
    const rest = source.slice(at, at + 200);
    const group = /^\((?:\?(?:[:=!]|<[=!]|<\w+>|P<\w+>|[a-z-]+:))?/.exec(rest);
    if (group) {
      open.push({ alternatives: [[]] });
      at += group[0].length;
    } else if (rest[0] === ')') {
      if (open.length === 1) return false;
      const { alternatives } = open.pop()!;
      const repeat = repeatAt(source, at + 1);
      // Where nothing can fail after the group, nothing is tried again.
      const last = /^[)?*+]*$/.test(source.slice(at + 1 + repeat.length));
      found = repeat.unbounded && !last && (ambiguous(alternatives) || overlapping(alternatives));
      open.at(-1)!.alternatives.at(-1)!.push({ letters: null, least: repeat.least, unbounded: repeat.unbounded });
      at += 1 + repeat.length;
    } else if (rest[0] === '|') {
      open.at(-1)!.alternatives.push([]);
      at += 1;
    } else {
      const atom = /^(?:\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[\s\S])|[\s\S])/i.exec(source.slice(at, at + 400))?.[0] ?? source[at]!;
      const repeat = repeatAt(source, at + atom.length);
      if (!/^(?:\^|\$|\\[bBAZ])$/.test(atom)) open.at(-1)!.alternatives.at(-1)!.push({ letters: lettersOf(atom), least: repeat.least, unbounded: repeat.unbounded });
      at += atom.length + repeat.length;
    }
  }
  return found;
}

function repeatAt(source: string, at: number): { least: number; unbounded: boolean; length: number } {
  const match = quantifier.exec(source.slice(at, at + 40));
  if (!match) return { least: 1, unbounded: false, length: 0 };
  const [text, from, comma, to] = match;
  if (text[0] === '*') return { least: 0, unbounded: true, length: text.length };
  if (text[0] === '+') return { least: 1, unbounded: true, length: text.length };
  if (text[0] === '?') return { least: 0, unbounded: false, length: text.length };
  return { least: Number(from), unbounded: comma === ',' && to === '', length: text.length };
}

/** Going round the group, one unbounded atom can follow another – or itself – and both match a common letter. A certain atom anywhere in the round counts the rounds: then it is no worse than polynomial. */
function ambiguous(alternatives: readonly Atom[][]): boolean {
  return alternatives.filter((atoms) => !atoms.some((each) => each.least > 0 && (!each.unbounded || each.letters === null))).some((atoms) => atoms.some((first, index) => {
    if (!first.unbounded || first.letters === null) return false;
    for (let step = 1; step <= atoms.length; step += 1) {
      const next = atoms[(index + step) % atoms.length]!;
      if (next.letters === null) return false;
      if (next.unbounded && common(first.letters, next.letters)) return true;
      if (next.least > 0) return false;
    }
    return false;
  }));
}

/** `(a|a)*`: two single letters that can be the same. */
function overlapping(alternatives: readonly Atom[][]): boolean {
  const single = alternatives.filter((atoms) => atoms.length === 1 && atoms[0]!.letters !== null && atoms[0]!.least > 0).map((atoms) => atoms[0]!.letters!);
  return single.some((one, index) => single.slice(index + 1).some((other) => common(one, other)));
}

function common(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.some((matches, index) => matches && b[index]);
}

function lettersOf(atom: string): readonly boolean[] {
  try {
    const one = new RegExp(`^(?:${atom})$`, 's');
    return Array.from({ length: 128 }, (_, code) => one.test(String.fromCharCode(code)));
  } catch {
    // Not a letter by itself in this dialect: it matches nothing that we know of.
    return [];
  }
}
