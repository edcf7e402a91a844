/** What the names of a language mean for a value that passes through: sources, harmless makers, carriers. The lists are data of a rule pack; this file only asks them. */
import { z } from 'zod';
import type { Dialect, Node } from '../syntax.ts';
import type { Placed } from './definitions.ts';
import type { CodeFile } from './file.ts';
import { kindOf, literalText } from './grammar.ts';
import type { Grade } from './grades.ts';

const patterns = z.array(z.string());
const Part = z.strictObject({
  /** Grade → regular expressions over full names; a call's name ends in `()`. */
  sources: z.partialRecord(z.enum(['request', 'argument', 'environment', 'stdin', 'archive']), patterns).default({}),
  /** Names whose value the code itself fixes, such as its own folder. */
  fixed: patterns.default([]),
  /** Calls whose answer is harmless: everywhere (`*`) or for one code. */
  clean: z.record(z.string(), patterns).default({}),
  /** Calls that hand on what they are given. */
  carries: patterns.default([]),
  /** Calls that put a text together. */
  formats: patterns.default([]),
  /** Text of a decorator that makes a function's parameters come from a request. */
  endpoints: patterns.default([]),
  /** Names that exist without a definition in the file. */
  globals: z.array(z.string()).default([]),
});
export const FlowData = z.partialRecord(z.enum(['script', 'python', 'go']), Part);
type Compiled = { sources: [Grade, RegExp][]; fixed: RegExp; clean: Map<string, RegExp>; carries: RegExp; formats: RegExp; endpoints: RegExp; globals: ReadonlySet<string> };

const starImport = '(?:^|\\n)[ \\t]*from[ \\t]+[\\w.]+[ \\t]+import[ \\t]+\\*';
const bounded = /^(?:int|float|bool|number|boolean|bigint|u?int\d*|float\d+|uuid|UUID|uuid\.UUID|null|undefined|None|"[^"]*"|'[^']*')$/;
const never = /(?!)/;
const compile = (list: readonly string[]): RegExp => (list.length === 0 ? never : new RegExp(list.map((each) => `(?:${each})`).join('|')));

export class Flow {
  readonly #parts: ReadonlyMap<Dialect, Compiled>;

  constructor(data: unknown) {
    const parsed = FlowData.parse(data);
    const dialects: Dialect[] = ['script', 'python', 'go'];
    this.#parts = new Map(dialects.map((dialect) => [dialect, compiled(Part.parse(parsed[dialect] ?? {}))]));
  }

  sourceOf(name: string, dialect: Dialect): Grade | null {
    return this.#part(dialect).sources.find(([, names]) => names.test(name))?.[0] ?? null;
  }

  isFixed(name: string, dialect: Dialect): boolean {
    return this.#part(dialect).fixed.test(name);
  }

  isClean(name: string, { code, dialect }: { code: string; dialect: Dialect }): boolean {
    const { clean } = this.#part(dialect);
    return (clean.get('*')?.test(name) ?? false) || (clean.get(code)?.test(name) ?? false);
  }

  carries(name: string, dialect: Dialect): boolean {
    return this.#part(dialect).carries.test(name);
  }

  formats(name: string, dialect: Dialect): boolean {
    return this.#part(dialect).formats.test(name);
  }

  /** `%d` and its like let no text in. */
  onlyNumbers(format: Node | undefined): boolean {
    const text = (format ? literalText(format) : null)?.replaceAll('%%', '') ?? null;
    return text !== null && /%/.test(text) && !/%[-+# 0-9.]*[^-+# 0-9.dcbtoxXeEfgG%]/.test(text);
  }

  isModule(object: Node, file: CodeFile): boolean {
    return file.grammar.identifiers.includes(kindOf(object)) && file.definitionsOf(object).some((each) => each.module !== undefined);
  }

  isGlobal(text: string, file: CodeFile): boolean {
    if (file.parsed.dialect === 'go' || (file.parsed.dialect === 'python' && file.matches(starImport, null))) return true;
    return this.#part(file.parsed.dialect).globals.has(text) || (file.parsed.dialect === 'script' && text in globalThis);
  }

  /** A type that holds no free text: numbers, or a choice of written texts. */
  isBounded(type: string | null): boolean {
    return type !== null && type.trim().replace(/^Literal\[(.*)\]$/, '$1').split(/[|,]/).every((each) => bounded.test(each.trim()));
  }

  /** A parameter that a framework fills from a request. */
  isEndpoint({ parameter }: Placed, file: CodeFile): boolean {
    if (!parameter || file.parsed.dialect === 'go') return false;
    if (this.isBounded(parameter.type)) return false;
    const at = file.parsed.dialect === 'python' ? parameter.of.parent() : parameter.of;
    const decorators = at && /decorated_definition/.test(kindOf(at)) ? at.children().filter((each) => kindOf(each) === 'decorator') : [];
    return decorators.some((each) => this.#part(file.parsed.dialect).endpoints.test(each.text()));
  }

  #part(dialect: Dialect): Compiled {
    return this.#parts.get(dialect)!;
  }
}

function compiled(part: z.infer<typeof Part>): Compiled {
  return {
    sources: Object.entries(part.sources).map(([grade, list]) => [grade as Grade, compile(list)]),
    fixed: compile(part.fixed),
    clean: new Map(Object.entries(part.clean).map(([code, list]) => [code, compile(list)])),
    carries: compile(part.carries),
    formats: compile(part.formats),
    endpoints: compile(part.endpoints),
    globals: new Set(part.globals),
  };
}
