/**
 * Generated sessions for a server: the examples' requests and the declared routes with other values in their paths, queries and JSON bodies,
 * one request at a time and in the examples' own order. Values are drawn from what the examples of that place showed, or from the shape
 * that the route declares; a value outside of both makes the session `doubtful`. Nothing is asked of a path that the surface does not name.
 */
import fc from 'fast-check';
import { canonicalJson } from '../../core/digest.ts';
import type { Spec } from '../../core/spec.ts';
import type { HttpRequest, Route, Surface } from '../../core/surface.ts';
import { inTurn } from '../../core/in-turn.ts';
import type { Input, InputRequest } from '../inputs.ts';
import { minedLiterals } from '../literals.ts';
import { arbitraryOf } from '../function-inputs/draw.ts';
import { within } from '../function-inputs/within.ts';
import { GivenShape, inferShape, type Shape } from '../shape.ts';
import { numberOf } from '../values.ts';

/** Each session starts a server of its own. */
const most = 12;

interface Place {
  route: Route;
  /** Shapes of the route's values by name; null where nothing tells one. */
  params: Record<string, Shape>;
  query: Record<string, Shape>;
  body: Shape | null;
  headers: Record<string, string> | undefined;
}

/** A request taken apart along its route. */
interface Parts {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
}

export function requestInputs(request: InputRequest, surface: Extract<Surface, { kind: 'http' }>): Input[] {
  const sessions = request.examples.flatMap((test) => ('request' in test ? [test.request] : []));
  const places = surface.routes.flatMap((route) => placeOf(route, sessions.flat()) ?? []);
  const [reading, changing] = [places.filter((place) => place.route.method === 'GET'), places.filter((place) => place.route.method !== 'GET')];
  // What a change did shows in what is read after it.
  const declared = [...reading.map((place) => [place]), ...changing.map((place) => [place, ...reading])];
  const told = sessions.map((session) => session.flatMap((one) => places.find((place) => partsOf(one, place.route)) ?? []));
  const plans = [...told.filter((plan) => plan.length > 0), ...declared].map((plan) => plan.slice(0, 8));
  if (plans.length === 0) return [];
  const each = Math.ceil((Math.min(request.count, most) * 2) / plans.length);
  const drawn = plans.map((plan, at) => fc.sample(fc.tuple(...plan.map((place) => requestArbitrary(place, request.literals.integers))), { seed: request.seed + at, numRuns: each }));
  const turns = Array.from({ length: each }, (_, turn) => drawn.flatMap((all) => (all[turn] ? [all[turn]] : []))).flat();
  const once = [...new Map(turns.map((session) => [canonicalJson(session.map((one) => one.request)), session])).values()];
  const edges = plans.flatMap((plan) => edgeSessions(plan, { drawn: fc.sample(fc.tuple(...plan.map((place) => requestArbitrary(place, []))), { seed: request.seed, numRuns: 1 })[0] ?? [], numbers: statedNumbers(request.spec) }));
  return inTurn([edges, once]).slice(0, Math.min(request.count, most)).map((session) => ({ trial: { request: session.map((one) => one.request) }, doubtful: session.some((one) => one.doubtful) }));
}

interface Asked {
  request: HttpRequest;
  doubtful: boolean;
}

/** Numbers that the text names: behaviour changes there. */
function statedNumbers(spec: Spec): number[] {
  return minedLiterals(spec, []).integers.filter((n) => n > 1).slice(0, 4);
}

/** A drawn session in which one number at a time stands at, just below or just above a stated one. */
function edgeSessions(plan: Place[], { drawn, numbers }: { drawn: Asked[]; numbers: number[] }): Asked[][] {
  return plan.flatMap((place, at) => numbers.flatMap((n) => [n, n - 1, n + 1]).flatMap((n) => edgesOf(place, n).map((request) => drawn.with(at, { request, doubtful: true }))));
}

function edgesOf(place: Place, n: number): HttpRequest[] {
  const sample = (shape: Shape) => fc.sample(arbitraryOf(shape), { seed: 1, numRuns: 1 })[0];
  const plainly = (shapes: Record<string, Shape>) => Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, sample(shape)]));
  const parts = { params: plainly(place.params), query: plainly(place.query), body: place.body ? sample(place.body) : undefined };
  const numeric = (shapes: Record<string, Shape>) => Object.keys(shapes).filter((name) => shapes[name]?.type === 'int');
  const fields = place.body?.type === 'record' ? numeric(place.body.fields) : [];
  return [
    ...numeric(place.params).map((name) => requestOf(place, { ...parts, params: { ...parts.params, [name]: n } })),
    ...numeric(place.query).map((name) => requestOf(place, { ...parts, query: { ...parts.query, [name]: n } })),
    ...fields.map((name) => requestOf(place, { ...parts, body: { ...Object(parts.body), [name]: n } })),
  ];
}

/** Null where a value of the route has neither an example nor a declared shape. */
function placeOf(route: Route, examples: HttpRequest[]): Place | null {
  const known = examples.flatMap((example) => { const parts = partsOf(example, route); return parts ? [{ ...parts, example }] : []; });
  const declared = 'params' in route || 'query' in route || 'body' in route ? { params: route.params ?? {}, query: route.query ?? {}, body: route.body } : { params: {}, query: {}, body: undefined };
  const params = shapesOf(known.map((one) => one.params), declared.params);
  const query = shapesOf(known.map((one) => one.query), declared.query);
  const bodies = known.flatMap(({ example }) => (example.body === undefined ? [] : [example.body]));
  if (namesIn(route.path).some((name) => params[name] === undefined)) return null;
  const body = asShape(declared.body) ?? (bodies.length > 0 ? inferShape(bodies) : null);
  return { route, params, query, body, headers: known.find(({ example }) => example.headers)?.example.headers };
}

function shapesOf(examples: Record<string, unknown>[], declared: Record<string, unknown>): Record<string, Shape> {
  const names = [...new Set([...Object.keys(declared), ...examples.flatMap((one) => Object.keys(one))])].sort();
  return Object.fromEntries(names.map((name) => [name, asShape(declared[name]) ?? inferShape(examples.flatMap((one) => (name in one ? [one[name]] : [])))]));
}

function asShape(value: unknown): Shape | null {
  const shape = GivenShape.safeParse(value);
  return shape.success ? shape.data : null;
}

const segments = (path: string): string[] => path.split('?')[0]?.split('/') ?? [];
const paramOf = (segment: string): string | null => /^:(\w+)$|^\{(\w+)\}$/.exec(segment)?.slice(1).find((name) => name !== undefined) ?? null;

function namesIn(path: string): string[] {
  return segments(path).flatMap((segment) => paramOf(segment) ?? []);
}

/** The request's values along the route, or null where it is another route's. */
function partsOf(request: HttpRequest, route: Route): Parts | null {
  const [wanted, given] = [segments(route.path), segments(request.path)];
  if (request.method !== route.method || wanted.length !== given.length) return null;
  const params: Record<string, unknown> = {};
  for (const [at, segment] of wanted.entries()) {
    const name = paramOf(segment);
    if (name === null && segment !== given[at]) return null;
    if (name !== null) params[name] = typed(decodeURIComponent(given[at] ?? ''));
  }
  const query = [...new URLSearchParams(request.path.split('?')[1] ?? '')].map(([name, text]) => [name, typed(text)] as const);
  return { params, query: Object.fromEntries(query) };
}

/** A number in a path or a query is varied as a number. */
function typed(text: string): unknown {
  if (/^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  return /^-?\d{1,12}\.\d{1,6}$/.test(text) ? { $float: text } : text;
}

function requestArbitrary(place: Place, hints: number[]): fc.Arbitrary<{ request: HttpRequest; doubtful: boolean }> {
  const record = (shapes: Record<string, Shape>) => fc.record(Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, arbitraryOf(shape, hints)])));
  const body = place.body ? arbitraryOf(place.body, hints) : fc.constant(undefined);
  return fc.record({ params: record(place.params), query: record(place.query), body }).map((drawn) => ({ request: requestOf(place, drawn), doubtful: !inside(place, drawn) }));
}

interface Drawn extends Parts {
  body: unknown;
}

function requestOf({ route, headers }: Place, { params, query, body }: Drawn): HttpRequest {
  const path = segments(route.path).map((segment) => { const name = paramOf(segment); return name === null ? segment : encodeURIComponent(plain(params[name])); }).join('/');
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, plain(value)])).toString();
  return { method: route.method, path: search === '' ? path : `${path}?${search}`, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
}

function plain(value: unknown): string {
  const number = numberOf(value);
  return number === null ? String(value) : String(number);
}

function inside(place: Place, drawn: Drawn): boolean {
  const all = (shapes: Record<string, Shape>, values: Record<string, unknown>) => Object.entries(shapes).every(([name, shape]) => within(values[name], shape));
  return all(place.params, drawn.params) && all(place.query, drawn.query) && (place.body === null || within(drawn.body, place.body));
}
