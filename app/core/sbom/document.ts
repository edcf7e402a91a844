/**
 * A CycloneDX JSON document as it stands: read strictly within limits, and written again with the same meaning. Keys keep their order and numbers their spelling,
 * so nothing is lost that a schema does not name. Whether it keeps to the schema of its version is asked elsewhere.
 */
import { AssayError, problemOf } from '../errors.ts';
import { parseStrictJson, utf8Text } from '../strict-json.ts';

export const specVersions = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'] as const;
export type SpecVersion = (typeof specVersions)[number];

/** Bytes, nesting and members of one list beyond which no bill of materials is read; `inner`: of objects in a list below the first level, which a schema compares pair by pair. */
export const bomLimits = { bytes: 64 * 1024 * 1024, depth: 200, listed: 200_000, inner: 5_000 } as const;

export interface BomDocument {
  specVersion: SpecVersion;
  value: Record<string, unknown>;
  /** As read, without the byte order mark. */
  text: string;
}

const remedy = 'Have the program that made the document write it anew, as JSON of CycloneDX 1.2 to 1.7.';

/** Throws SBOM_INVALID with what is wrong. */
export function readDocument(bytes: Uint8Array): BomDocument {
  if (bytes.length > bomLimits.bytes) throw invalid(`it has more than ${bomLimits.bytes} bytes`);
  try {
    const text = utf8Text(bytes).replace(/^\uFEFF/, '');
    const value = parseStrictJson(text);
    if (!isObject(value)) throw invalid('it is no JSON object');
    keepWithin(value);
    return { text, value, specVersion: versionOf(value) };
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    if (code === 'SBOM_INVALID') throw thrown;
    throw new AssayError('SBOM_INVALID', `${code}: ${message}`, { remedy, cause: thrown });
  }
}

function versionOf({ bomFormat, specVersion }: Record<string, unknown>): SpecVersion {
  if (bomFormat !== 'CycloneDX') throw invalid('bomFormat is not "CycloneDX"');
  const known = specVersions.find((each) => each === specVersion);
  if (known === undefined) throw invalid(`specVersion is none of ${specVersions.join(', ')}`);
  return known;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Level by level, so that no nesting exhausts the stack. */
function keepWithin(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > bomLimits.depth) throw invalid(`it is nested deeper than ${bomLimits.depth}`);
    const long = level.find((each) => Array.isArray(each) && each.length > bomLimits.listed);
    if (long) throw invalid(`a list has more than ${bomLimits.listed} members`);
    const inner = depth > 1 && level.find((each) => Array.isArray(each) && each.length > bomLimits.inner && each.some((member) => typeof member === 'object'));
    if (inner) throw invalid(`a list below the first level has more than ${bomLimits.inner} objects`);
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : [])).filter((each) => typeof each === 'object' && each !== null);
  }
}

/** Two spaces, the document's own order; a number that JavaScript would spell otherwise, or could not hold, keeps its spelling. */
export function writeDocument({ text }: Pick<BomDocument, 'text'>): string {
  return `${JSON.stringify(withSpelling(text), null, 2)}\n`;
}

/** Whether two texts mean the same: equal but for white space, the order of keys and the escapes of strings. */
export function sameMeaning(one: string, other: string): boolean {
  return ordered(one) === ordered(other);
}

function withSpelling(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => (typeof value === 'number' && source !== undefined && JSON.stringify(value) !== source ? JSON.rawJSON(source) : value));
}

function ordered(text: string): string {
  return JSON.stringify(JSON.parse(text, (_key, value, { source }) => {
    if (typeof value === 'number') return `number ${source ?? value}`;
    return isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : typeof value === 'string' ? `text ${value}` : value;
  }));
}

export interface Contents {
  components: number;
  services: number;
  vulnerabilities: number;
  /** References that two elements share, and those that nothing has: the schema allows both. */
  doubtful: string[];
}

export function contentsOf({ value }: Pick<BomDocument, 'value'>): Contents {
  const refs = new Map<string, number>();
  const count = { components: 0, services: 0, vulnerabilities: 0 };
  const visit = (list: unknown, kind: keyof typeof count): void => {
    for (const each of Array.isArray(list) ? list.filter(isObject) : []) {
      count[kind] += 1;
      if (typeof each['bom-ref'] === 'string') refs.set(each['bom-ref'], (refs.get(each['bom-ref']) ?? 0) + 1);
      if (kind !== 'vulnerabilities') visit(each[kind], kind);
    }
  };
  for (const kind of ['components', 'services', 'vulnerabilities'] as const) visit(value[kind], kind);
  const root = isObject(value.metadata) ? value.metadata.component : undefined;
  if (isObject(root) && typeof root['bom-ref'] === 'string') refs.set(root['bom-ref'], (refs.get(root['bom-ref']) ?? 0) + 1);
  const asked = (Array.isArray(value.dependencies) ? value.dependencies.filter(isObject) : []).flatMap(({ ref, dependsOn }) => [ref, ...(Array.isArray(dependsOn) ? dependsOn : [])]).filter((each) => typeof each === 'string');
  const dangling = [...new Set(asked)].filter((each) => !refs.has(each)).map((each) => `nothing has the reference "${each}"`);
  return { ...count, doubtful: [...[...refs].filter(([, times]) => times > 1).map(([ref]) => `more than one element has the reference "${ref}"`), ...dangling].sort() };
}

function invalid(message: string): AssayError {
  return new AssayError('SBOM_INVALID', message, { remedy });
}
