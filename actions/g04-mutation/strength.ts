/** How much an assertion says: one that compares with a value says more than one that asks whether there is something. */
const weak = /\.(toBeTruthy|toBeFalsy|toBeDefined|toBeInstanceOf|toHaveProperty|toBeTypeOf)\(|\.not\.(toThrow|toBeNull|toBeUndefined)\(|\.to\.(exist|be\.ok|not\.be\.(null|undefined))\b|\b(assert|assert\.ok|expect\.ok)\(\s*[^=<>]*\)$|\bassert(IsNotNone|True|False|IsInstance|Is)\(\s*[\w.()[\]]+\s*\)|^assert\s+(?!.*(==|!=|<|>|\bin\b|\bis\b(?!\s+not\s+None)))|\bis not None$|\bisinstance\(|\btypeof\b/;

/** How many of these compare with something. */
export function strong(asserts: readonly string[]): number {
  return asserts.filter((each) => !weak.test(each.trim())).length;
}

// What grows as an assertion gets laxer (a tolerance), and what shrinks (digits that must agree).
const growing = [/\b(?:delta|abs|rel|atol|rtol|abs_tol|rel_tol|epsilon|tolerance|timeout|within)\s*[=:]\s*(\d[\d_.]*(?:e-?\d+)?)/i, /\.closeTo\([^,]+,\s*[^,]+,\s*(\d[\d_.]*(?:e-?\d+)?)/, /\.toBeLessThan(?:OrEqual)?\(\s*(\d[\d_.]*(?:e-?\d+)?)\s*\)/];
const shrinking = [/\.toBeCloseTo\([^,]+,\s*(\d+)/, /\bplaces\s*=\s*(\d+)/, /\bassertAlmostEqual\([^,]+,[^,]+,\s*(\d+)\s*\)/];

/** The first tolerance that is laxer than before, in words; null where none is. Compared only where what surrounds the number is the same. */
export function loosened(before: readonly string[], after: readonly string[]): string | null {
  for (const [patterns, laxer] of [[growing, (a: number, b: number) => b > a], [shrinking, (a: number, b: number) => b < a]] as const) {
    for (const pattern of patterns) {
      const old = measures(before, pattern);
      for (const [rest, value] of measures(after, pattern)) {
        const was = old.get(rest);
        if (was !== undefined && laxer(was, value)) return `${was} became ${value}`;
      }
    }
  }
  return null;
}

function measures(asserts: readonly string[], pattern: RegExp): Map<string, number> {
  return new Map(asserts.flatMap((text) => {
    const found = pattern.exec(text.slice(0, 2000));
    if (!found) return [];
    const at = found.index + found[0].lastIndexOf(found[1]!);
    return [[(text.slice(0, at) + text.slice(at + found[1]!.length)).replace(/\s+/g, ''), Number(found[1]!.replaceAll('_', ''))] as const];
  }));
}
