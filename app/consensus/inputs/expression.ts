/**
 * Integer expressions as statements write them: `2 * 10^5`, `N(N-1)/2`, `|S|`, `min(N, K)`. Exact: a number where it is safe, a bigint
 * beyond. A name keeps its subscript apart, so that `A_i` and `A_{i+1}` are the same list at two places.
 */
export type Int = number | bigint;

export type Expr =
  | { k: 'num'; value: Int }
  | { k: 'ref'; name: string; sub: string }
  | { k: 'len'; name: string; sub: string }
  | { k: 'op'; op: '+' | '-' | '*' | '/' | '^'; a: Expr; b: Expr }
  | { k: 'call'; fn: 'min' | 'max'; args: Expr[] };

export type Lookup = (expr: Extract<Expr, { k: 'ref' | 'len' }>) => Int | undefined;

export const num = (value: Int): Expr => ({ k: 'num', value });
export const ref = (name: string, sub = ''): Expr => ({ k: 'ref', name, sub });

const lexeme = /\s*(\d+(?:\.\d+)?|[A-Za-z]+'?(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?|[-+*/^()|,])/y;

/** Null where the text is not wholly an expression. */
export function parseExpr(text: string): Expr | null {
  const tokens = lex(text);
  if (tokens === null || tokens.length === 0) return null;
  const state = { tokens, at: 0, bars: 0 };
  const expr = sum(state);
  return expr !== null && state.at === tokens.length ? expr : null;
}

interface State { tokens: string[]; at: number; bars: number }

function lex(text: string): string[] | null {
  const tokens: string[] = [];
  lexeme.lastIndex = 0;
  const end = text.trimEnd().length;
  while (lexeme.lastIndex < end) {
    const at = lexeme.lastIndex;
    const found = lexeme.exec(text);
    if (!found || lexeme.lastIndex === at) return null;
    tokens.push(found[1] ?? '');
  }
  return tokens;
}

function sum(state: State): Expr | null {
  let left = signed(state);
  while (left !== null && (state.tokens[state.at] === '+' || state.tokens[state.at] === '-')) {
    const op = state.tokens[state.at++] === '+' ? '+' : '-';
    const right = product(state);
    left = right && { k: 'op', op, a: left, b: right };
  }
  return left;
}

function signed(state: State): Expr | null {
  if (state.tokens[state.at] !== '-') return product(state);
  state.at++;
  const inner = product(state);
  if (inner === null) return null;
  return inner.k === 'num' ? num(negated(inner.value)) : { k: 'op', op: '-', a: num(0), b: inner };
}

function product(state: State): Expr | null {
  let left = power(state);
  while (left !== null) {
    const next = state.tokens[state.at] ?? '';
    const explicit = next === '*' || next === '/';
    if (!explicit && !(next === '(' || /^[A-Za-z]/.test(next))) break;
    if (explicit) state.at++;
    const right = power(state);
    left = right && { k: 'op', op: next === '/' ? '/' : '*', a: left, b: right };
  }
  return left;
}

function power(state: State): Expr | null {
  const base = atom(state);
  if (base === null || state.tokens[state.at] !== '^') return base;
  state.at++;
  if (state.tokens[state.at] === '{') return null;
  const exponent = signedAtom(state);
  return exponent && { k: 'op', op: '^', a: base, b: exponent };
}

function signedAtom(state: State): Expr | null {
  return state.tokens[state.at] === '-' ? null : atom(state);
}

function atom(state: State): Expr | null {
  const token = state.tokens[state.at++];
  if (token === undefined) return null;
  if (/^\d/.test(token)) return token.includes('.') ? null : num(normal(BigInt(token)));
  if (token === '(') return closed(state, sum(state), ')');
  if (token === '|') return lengthOf(state);
  if (!/^[A-Za-z]/.test(token)) return null;
  if ((token === 'min' || token === 'max') && state.tokens[state.at] === '(') return call(state, token);
  return nameOf(token);
}

function closed(state: State, inner: Expr | null, end: string): Expr | null {
  return state.tokens[state.at++] === end ? inner : null;
}

function lengthOf(state: State): Expr | null {
  const inner = sum(state);
  if (state.tokens[state.at++] !== '|' || inner === null) return null;
  return inner.k === 'ref' ? { ...inner, k: 'len' } : null;
}

function call(state: State, fn: 'min' | 'max'): Expr | null {
  const args: Expr[] = [];
  do {
    state.at++;
    const arg = sum(state);
    if (arg === null) return null;
    args.push(arg);
  } while (state.tokens[state.at] === ',');
  return closed(state, { k: 'call', fn, args }, ')');
}

export function nameOf(token: string): Extract<Expr, { k: 'ref' }> {
  const [name = '', sub = ''] = token.split(/_(.*)/s);
  return { k: 'ref', name, sub: sub.replace(/[{}\s]/g, '') };
}

/** Undefined where a name has no value yet. */
export function evaluate(expr: Expr, lookup: Lookup): Int | undefined {
  switch (expr.k) {
    case 'num': return expr.value;
    case 'ref': case 'len': return lookup(expr);
    case 'call': return chosen(expr.fn, expr.args.map((arg) => evaluate(arg, lookup)));
    case 'op': {
      const a = evaluate(expr.a, lookup);
      const b = evaluate(expr.b, lookup);
      return a === undefined || b === undefined ? undefined : apply(expr.op, a, b);
    }
  }
}

function chosen(fn: 'min' | 'max', values: (Int | undefined)[]): Int | undefined {
  return values.reduce((best, value) => (best === undefined || value === undefined ? undefined : (fn === 'min') === (value < best) ? value : best));
}

export function apply(op: '+' | '-' | '*' | '/' | '^', a: Int, b: Int): Int | undefined {
  if (op === '/' && Number(b) === 0) return undefined;
  if (op === '^' && (b < 0 || b > 400 || (b > 60 && Number(a) > 10))) return undefined;
  const quick = op === '+' ? Number(a) + Number(b) : op === '-' ? Number(a) - Number(b) : op === '*' ? Number(a) * Number(b) : op === '/' ? Math.floor(Number(a) / Number(b)) : Number(a) ** Number(b);
  const safe = typeof a === 'number' && typeof b === 'number' && Math.abs(quick) < 2 ** 52;
  return safe ? quick : normal(exact(op, BigInt(a), BigInt(b)));
}

function exact(op: '+' | '-' | '*' | '/' | '^', a: bigint, b: bigint): bigint {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '^': return a ** b;
    case '/': { const quotient = a / b; return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient; }
  }
}

export function normal(value: bigint): Int {
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

export function negated(value: Int): Int {
  return typeof value === 'number' ? 0 - value : normal(-value);
}

export function refsOf(expr: Expr): Extract<Expr, { k: 'ref' | 'len' }>[] {
  switch (expr.k) {
    case 'num': return [];
    case 'ref': case 'len': return [expr];
    case 'call': return expr.args.flatMap(refsOf);
    case 'op': return [...refsOf(expr.a), ...refsOf(expr.b)];
  }
}

/** The same expression with every name passed through `change`. */
export function mapRefs(expr: Expr, change: (one: Extract<Expr, { k: 'ref' | 'len' }>) => Expr): Expr {
  switch (expr.k) {
    case 'num': return expr;
    case 'ref': case 'len': return change(expr);
    case 'call': return { ...expr, args: expr.args.map((arg) => mapRefs(arg, change)) };
    case 'op': return { ...expr, a: mapRefs(expr.a, change), b: mapRefs(expr.b, change) };
  }
}

export function showExpr(expr: Expr): string {
  switch (expr.k) {
    case 'num': return String(expr.value);
    case 'ref': return expr.sub === '' ? expr.name : `${expr.name}_${expr.sub}`;
    case 'len': return `|${expr.name}|`;
    case 'call': return `${expr.fn}(${expr.args.map(showExpr).join(', ')})`;
    case 'op': return `(${showExpr(expr.a)} ${expr.op} ${showExpr(expr.b)})`;
  }
}

/** For `JSON.stringify`: rules and grammars hold numbers that JSON has not. */
export const plainJson = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
