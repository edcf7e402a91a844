/** Every place in a file that gives a name a value: declarations, assignments, loops, parameters, imports. Collected once, then asked by name. */
import { type Node, ofKinds, type Parsed } from '../syntax.ts';
import { goDefinitions } from './definitions-go.ts';
import { pythonDefinitions } from './definitions-python.ts';
import { scriptDefinitions } from './definitions-script.ts';
import { grammars, kindOf } from './grammar.ts';

export interface Definition {
  /** A name, or a field of one as it is written (`config.Value`). */
  name: string;
  at: Node;
  /** Null: the name gets a value that the file does not show. */
  value: Node | null;
  /** The property taken out of `value` by destructuring. */
  key?: string;
  /** What an import brings: `fs.readFile`, `os/exec`. */
  module?: string;
  /** A parameter of this function. */
  parameter?: { of: Node; index: number; type: string | null };
  /** False: an assignment to a name that is declared elsewhere. */
  declares: boolean;
  /** `x += …`: the value before it counts as well. */
  adds?: boolean;
  /** An element of the value, as in loops. */
  element?: boolean;
  /** `function`: the name belongs to the whole function and not to its block. */
  reach?: 'function';
}

/** A definition with the scope that its name belongs to. */
export interface Placed extends Definition {
  scope: number;
  start: number;
  end: number;
}

interface Scopes {
  homes: ReadonlySet<number>;
  byScope: ReadonlyMap<number | null, readonly Placed[]>;
}

export class Definitions {
  readonly #byName = new Map<string, Placed[]>();
  readonly #scopes = new Map<string, Scopes>();
  readonly #parameters = new Map<number, Placed[]>();
  readonly #parsed: Parsed;

  constructor(parsed: Parsed) {
    this.#parsed = parsed;
    const collected = { script: scriptDefinitions, python: pythonDefinitions, go: goDefinitions }[parsed.dialect](parsed.root);
    for (const each of collected) {
      const range = each.at.range();
      const placed: Placed = { ...each, scope: this.#homeOf(each), start: range.start.index, end: range.end.index };
      add(this.#byName, { key: each.name, placed });
      if (each.parameter) add(this.#parameters, { key: each.parameter.of.id(), placed });
    }
  }

  /** All definitions that the name may stand for at this node; empty where the file does not define it. */
  of(name: string, use: Node): readonly Placed[] {
    const known = this.#scopesOf(name);
    if (!known) return [];
    return known.byScope.get(this.#scopeFor(known.homes, use)) ?? [];
  }

  /** Names of the whole file that no scope hides. */
  top(name: string): readonly Placed[] {
    return this.#scopesOf(name)?.byScope.get(this.#parsed.root.id()) ?? [];
  }

  /** Whether the name may stand for something imported, or for a member of it. */
  isAlias(name: string): boolean {
    return (this.#byName.get(name) ?? []).some((each) => each.module !== undefined || each.key !== undefined || (each.value !== null && /^(?:member_expression|attribute|selector_expression|call_expression)$/.test(kindOf(each.value))));
  }

  parametersOf(fn: Node): Placed[] {
    return this.#parameters.get(fn.id()) ?? [];
  }

  /** The definitions of a name by the scope that they belong to, in the order of the file; computed when first asked. */
  #scopesOf(name: string): Scopes | null {
    const done = this.#scopes.get(name);
    if (done) return done;
    const all = this.#byName.get(name);
    if (!all) return null;
    const homes = new Set(all.filter((each) => each.declares).map((each) => each.scope));
    const scopes = { homes, byScope: Map.groupBy(all.toSorted((a, b) => a.start - b.start), (each) => (each.declares ? each.scope : this.#scopeFor(homes, each.at))) };
    this.#scopes.set(name, scopes);
    return scopes;
  }

  /** Null: no scope around declares it. */
  #scopeFor(homes: ReadonlySet<number>, use: Node): number | null {
    if (homes.size === 0) return null;
    if (homes.has(use.id())) return use.id();
    return use.ancestors().find((each) => homes.has(each.id()))?.id() ?? null;
  }

  #homeOf(definition: Definition): number {
    if (definition.parameter) return definition.parameter.of.id();
    const { functions, scopes } = grammars[this.#parsed.dialect];
    const wanted = definition.reach === 'function' ? functions : scopes;
    // The name of a function belongs to where the function stands.
    const home = definition.at.ancestors().find((each) => wanted.includes(kindOf(each)));
    return (home ?? this.#parsed.root).id();
  }
}

function add<K>(map: Map<K, Placed[]>, { key, placed }: { key: K; placed: Placed }): void {
  const known = map.get(key);
  if (known) known.push(placed);
  else map.set(key, [placed]);
}

/** The nearest function around a node; null at the top of the file. */
export function functionAround(node: Node, parsed: Parsed): Node | null {
  const kinds = grammars[parsed.dialect].functions;
  return node.ancestors().find((each) => kinds.includes(kindOf(each))) ?? null;
}

/** What a function gives back: its `return` statements, or the expression of a short arrow function. */
export function returnsOf(fn: Node): Node[] {
  const body = fn.field('body');
  if (!body) return [];
  if (!['statement_block', 'block'].includes(kindOf(body))) return [body];
  return ofKinds(body, ['return_statement']).flatMap((each) => {
    const value = each.children().filter((child) => child.isNamed() && child.kind() !== 'comment')[0];
    return value ? [kindOf(value) === 'expression_list' ? value.child(0)! : value] : [];
  });
}
