/** The origin of names, of fields and of parameters: what their definitions hold. */
import type { Node } from '../syntax.ts';
import { callersOf } from './callers.ts';
import { property } from './calls.ts';
import { functionAround, type Placed } from './definitions.ts';
import { objectOf } from './file.ts';
import { atLeast, of, type Origin, worst } from './grades.ts';
import { kindOf, named } from './grammar.ts';
import { isSure, nearest, reaching } from './reaching.ts';
import type { Walk } from './walk.ts';

export function ofMember(node: Node, at: Walk): Origin {
  const name = at.file.nameOf(node);
  const { dialect } = at.file.parsed;
  const source = at.flow.sourceOf(name, dialect);
  if (source) return of(source);
  if (at.flow.isFixed(name, dialect)) return of('clean');
  const own = at.file.definitionsOf(node);
  if (own.length > 0) return worst(own.map((each) => (each.value ? at.walk(each.value, at) : of('computed'))), 'computed');
  const object = objectOf(node)!;
  const field = fieldOf(object, { name: name.split('.').at(-1)!, at });
  if (field) return at.walk(field, at);
  if (isOwnObject(object, at)) return of('field');
  const whole = at.walk(object, at);
  // A field of a parameter or of something from outside is like the whole.
  if (atLeast(whole.grade, 'parameter')) return { ...whole, composed: false };
  return of(whole.grade === 'field' || at.flow.isModule(object, at.file) ? 'field' : 'computed');
}

/** `this`, `self`, a receiver: the program's own. */
function isOwnObject(object: Node, at: Walk): boolean {
  return /^(?:this|self|cls)$/.test(object.text()) || (kindOf(object) === 'identifier' && at.file.definitionsOf(object).some((each) => each.parameter?.index === -1));
}

function fieldOf(object: Node, { name, at }: { name: string; at: Walk }): Node | null {
  for (const { value } of at.file.definitionsOf(object)) {
    if (!value) continue;
    const literal = kindOf(value) === 'unary_expression' ? value.field('operand') : value;
    if (literal && kindOf(literal) === 'object') return property(literal, name);
    if (literal && kindOf(literal) === 'composite_literal') {
      const element = named(literal.field('body')!).find((each) => kindOf(each) === 'keyed_element' && named(each)[0]?.text() === name);
      if (element) return named(element)[1] ?? null;
    }
  }
  return null;
}

export function ofIdentifier(node: Node, at: Walk): Origin {
  const text = node.text();
  const { dialect } = at.file.parsed;
  const source = at.flow.sourceOf(text, dialect);
  const all = nearest(at.file.definitionsOf(node), node);
  if (all.length === 0) return source ? of(source) : ofUnknownName(text, at);
  const element = all.some((each) => each.element) ? at.flow.sourceOf(at.file.nameOf(node), dialect) : null;
  if (element) return of(element);
  const parameter = all.find((each) => each.parameter);
  const rest = reaching(all.filter((each) => !each.parameter), { use: node, at });
  const values = rest.map((each) => ofDefinition(each, at));
  if (parameter && !rest.some((each) => !each.adds && isSure(each, { use: node, at }))) values.push(ofParameter(parameter, at));
  const whole = worst(values);
  return whole.grade === 'literal' ? of('constant') : whole;
}

function ofUnknownName(text: string, at: Walk): Origin {
  const elsewhere = at.file.siblings.flatMap((file) => file.definitions.top(text).map((each) => ({ file, each })));
  if (elsewhere.length > 0) return worst(elsewhere.map(({ file, each }) => ofDefinition(each, { ...at, file })));
  return of(at.flow.isFixed(text, at.file.parsed.dialect) ? 'clean' : at.flow.isGlobal(text, at.file) ? 'computed' : 'free');
}

function ofDefinition(definition: Placed, at: Walk): Origin {
  if (definition.module !== undefined) return of('field');
  if (definition.value === null) return of(at.file.parsed.dialect === 'go' && isBare(definition) ? 'constant' : 'computed');
  if (definition.key !== undefined) {
    const source = at.flow.sourceOf(`${at.file.nameOf(definition.value)}.${definition.key}`, at.file.parsed.dialect);
    if (source) return of(source);
  }
  const value = at.walk(definition.value, at);
  if (definition.adds) return { grade: value.grade, composed: value.composed || atLeast(value.grade, 'field') };
  const { grade } = value;
  return definition.key !== undefined && grade === 'parameter' ? of('computed') : value;
}

/** `var q string` starts empty. */
function isBare(definition: Placed): boolean {
  return kindOf(definition.at) === 'var_spec' && kindOf(definition.at.ancestors()[1] ?? definition.at) !== 'source_file';
}

function ofParameter(definition: Placed, at: Walk): Origin {
  const bound = at.bound.get(definition.start);
  if (bound) return bound;
  if (at.flow.isEndpoint(definition, at.file)) return of('request');
  if (at.flow.isBounded(definition.parameter!.type)) return of('clean');
  const callers = callersOf(definition, at.file).map((each) => at.walk(each, at));
  const given = worst(callers);
  // A function inside another one has no callers but those that the file shows.
  const inner = functionAround(definition.parameter!.of, at.file.parsed) !== null && !at.file.isHandedOn(definition.parameter!.of);
  if ((at.byCallers || inner) && callers.length > 0) return given;
  return atLeast(given.grade, 'environment') ? given : of('parameter');
}
