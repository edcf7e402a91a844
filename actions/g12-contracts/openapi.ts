/**
 * An OpenAPI (2 or 3) description on base against the one on head: what a caller may send or count on, and no longer can. References inside the document are
 * followed; a higher major version of `info.version` announces the break. Compares structures, not words.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import type { ToolAnswer } from '../../app/core/tool-answer.ts';

type Json = Record<string, unknown>;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const maxHops = 12;

export const named = /(^|\/)[^/]*(openapi|swagger)[^/]*\.(ya?ml|json)$/i;

export function openApiFindings(facts: GuardFacts): RawFinding[] {
  const removed = facts.removed.filter(({ path, baseText }) => named.test(path) && isDescription(read(baseText)) && !facts.changed.some((file) => named.test(file.path) && file.baseText === null))
    .map(({ path }): RawFinding => ({ code: 'API_BROKEN', path, startLine: 0, endLine: 0, values: { what: 'the whole description is gone' } }));
  return [...removed, ...facts.changed.filter(({ path }) => named.test(path)).flatMap((file) => compared(file, facts.tools.oasdiff))];
}

function compared(file: ChangedText, fuller: ToolAnswer | undefined): RawFinding[] {
  const at = { path: file.path, startLine: 0, endLine: 0 };
  const [before, after] = [file.baseText === null ? null : read(file.baseText), read(file.text)];
  if (typeof after === 'string' && (before === null || isDescription(before))) return [{ code: 'API_UNREADABLE', ...at, error: true, values: { why: after } }];
  if (!isDescription(before) || !isDescription(after) || major(after) > major(before)) return [];
  const said = (fuller?.findings ?? []).filter(({ path }) => path === file.path);
  const broken = said.filter(({ level }) => level === 'error').map(({ message }) => message);
  // Where the fuller engine names breaks, its words stand for ours: one break is told once.
  const own = [...new Set(broken.length > 0 ? broken : breaks(before, after))].slice(0, 100).map((what): RawFinding => ({ code: 'API_BROKEN', ...at, values: { what } }));
  return [...own, ...said.filter(({ rule }) => rule === 'unloadable').map(({ message }): RawFinding => ({ code: 'API_UNREADABLE', ...at, severity: 'info', values: { why: message } }))];
}

/** The document, or why it cannot be read. */
export function read(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.split('\n')[0]! : 'unreadable';
  }
}

export function isDescription(value: unknown): value is Json {
  return isObject(value) && (typeof value.openapi === 'string' || typeof value.swagger === 'string') && isObject(value.paths);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

function major(description: Json): number {
  return Number(/^v?(\d+)/.exec(String(objectOf(description.info).version ?? '0'))?.[1] ?? 0);
}

interface Pair {
  before: unknown;
  after: unknown;
}
interface Place {
  where: string;
  roots: { before: Json; after: Json };
  /** Schemas compared already in this message: each once, however often it is held. */
  seen: Set<unknown>;
}

/** `/a/{id}` and `/a/{key}` are one path. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}').replace(/(.)\/$/, '$1');
}

function breaks(before: Json, after: Json): string[] {
  const paths = new Map(Object.entries(objectOf(after.paths)).map(([path, item]) => [shapeOf(path), item]));
  return Object.entries(objectOf(before.paths)).flatMap(([path, item]) => {
    const other = paths.get(shapeOf(path));
    if (other === undefined) return [`${path} is gone`];
    return methods.filter((method) => isObject(objectOf(item)[method])).flatMap((method) => {
      const where = `${method.toUpperCase()} ${path}`;
      const next = objectOf(other)[method];
      if (!isObject(next)) return [`${where} is gone`];
      return operation({ before: withShared(objectOf(item), method), after: withShared(objectOf(other), method) }, { where, roots: { before, after }, seen: new Set() });
    });
  });
}

/** Parameters of the path belong to each of its operations. */
function withShared(item: Json, method: string): Json {
  const own = objectOf(item[method]);
  return { ...own, parameters: [...listOf(own.parameters), ...listOf(item.parameters)] };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function operation({ before, after }: { before: Json; after: Json }, place: Place): string[] {
  return [...parameters({ before: before.parameters, after: after.parameters }, place), ...requestBody({ before: before.requestBody, after: after.requestBody }, place), ...responses({ before: before.responses, after: after.responses }, place)];
}

const Parameter = z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().default(false) });

function parametersOf(list: unknown, root: Json): Map<string, z.infer<typeof Parameter>> {
  const read = listOf(list).flatMap((each) => Parameter.safeParse(followed(each, root)).data ?? []);
  return new Map(read.map((each) => [each.in === 'path' ? `path:${each.in}` : `${each.in} parameter ${each.name}`, each]));
}

function parameters(pair: Pair, place: Place): string[] {
  const before = parametersOf(pair.before, place.roots.before);
  return [...parametersOf(pair.after, place.roots.after)].flatMap(([key, next]) => {
    const old = before.get(key);
    if (next.in === 'path') return [];
    if (next.required && !old?.required) return [`${place.where} now requires the ${key}`];
    return old ? schema({ before: old.schema ?? old, after: next.schema ?? next }, { ...place, where: `${place.where} ${key}`, seen: new Set() }, 'in') : [];
  });
}

function requestBody(pair: Pair, place: Place): string[] {
  const [before, after] = [objectOf(followed(pair.before, place.roots.before)), objectOf(followed(pair.after, place.roots.after))];
  const required = after.required === true && before.required !== true ? [`${place.where} now requires a body`] : [];
  return [...required, ...contents({ before: before.content, after: after.content }, { ...place, where: `${place.where} body` }, 'in')];
}

function responses(pair: Pair, place: Place): string[] {
  const after = objectOf(pair.after);
  return Object.entries(objectOf(pair.before)).flatMap(([status, value]) => {
    const where = `${place.where} response ${status}`;
    if (after[status] === undefined) return /^2/.test(status) ? [`${where} is gone`] : [];
    const [old, next] = [objectOf(followed(value, place.roots.before)), objectOf(followed(after[status], place.roots.after))];
    return [...contents({ before: old.content, after: next.content }, { ...place, where }, 'out'), ...schema({ before: old.schema, after: next.schema }, { ...place, where, seen: new Set() }, 'out')];
  });
}

function contents(pair: Pair, place: Place, way: 'in' | 'out'): string[] {
  const after = objectOf(pair.after);
  return Object.entries(objectOf(pair.before)).flatMap(([type, value]) => {
    if (after[type] === undefined) return [`${place.where} no longer knows ${type}`];
    return schema({ before: objectOf(value).schema, after: objectOf(after[type]).schema }, { ...place, seen: new Set() }, way);
  });
}

function followed(value: unknown, root: Json): unknown {
  let at = value;
  for (let hops = 0; hops < maxHops && isObject(at) && typeof at.$ref === 'string' && at.$ref.startsWith('#/'); hops += 1) {
    at = at.$ref.slice(2).split('/').reduce<unknown>((node, key) => objectOf(node)[key.replaceAll('~1', '/').replaceAll('~0', '~')], root);
  }
  return at;
}

/** `in`: what callers send, so asking for more breaks them; `out`: what they get, so giving less does. */
function schema(pair: Pair, place: Place, way: 'in' | 'out'): string[] {
  const [before, after] = [followed(pair.before, place.roots.before), followed(pair.after, place.roots.after)];
  if (!isObject(before) || !isObject(after) || place.seen.has(before)) return [];
  place.seen.add(before);
  const inside = (name: string): Place => ({ ...place, where: `${place.where} ${name}` });
  const [fields, nextFields] = [objectOf(before.properties), objectOf(after.properties)];
  const required = listOf(after.required).filter((name) => !listOf(before.required).includes(name));
  return [
    ...typeBreak(before, after, { where: place.where, way }),
    ...(way === 'in' ? required.map((name) => `${place.where} now requires ${String(name)}`) : []),
    ...(way === 'out' ? Object.keys(fields).filter((name) => !isOpen(after) && nextFields[name] === undefined).map((name) => `${place.where} no longer has ${name}`) : []),
    ...enumBreak(before, after, { where: place.where, way }),
    ...Object.keys(fields).filter((name) => nextFields[name] !== undefined).flatMap((name) => schema({ before: fields[name], after: nextFields[name] }, inside(name), way)),
    ...schema({ before: before.items, after: after.items }, inside('items'), way),
  ];
}

/** Composition moves fields about; what is in its parts is not compared by name. */
function isOpen(value: Json): boolean {
  return ['allOf', 'oneOf', 'anyOf', '$ref'].some((key) => value[key] !== undefined);
}

function typesOf(value: Json): string[] {
  const types = [value.type].flat().filter((each): each is string => typeof each === 'string');
  return value.nullable === true ? [...types, 'null'] : types;
}

function typeBreak(before: Json, after: Json, { where, way }: { where: string; way: 'in' | 'out' }): string[] {
  const [old, next] = [typesOf(before), typesOf(after)];
  if (old.length === 0 || next.length === 0) return [];
  const fits = (type: string, list: string[]): boolean => list.includes(type) || (type === 'integer' && list.includes('number'));
  const broken = way === 'in' ? old.some((type) => !fits(type, next)) : next.some((type) => !fits(type, old));
  return broken ? [`${where} is ${next.join(' or ')}, it was ${old.join(' or ')}`] : [];
}

function enumBreak(before: Json, after: Json, { where, way }: { where: string; way: 'in' | 'out' }): string[] {
  if (way === 'out' || !Array.isArray(after.enum)) return [];
  const lost = Array.isArray(before.enum) ? before.enum.filter((each) => !listOf(after.enum).includes(each)) : [];
  if (!Array.isArray(before.enum) && typesOf(before).length > 0) return [`${where} now takes certain values only`];
  return lost.map((each) => `${where} no longer takes ${JSON.stringify(each)}`);
}
