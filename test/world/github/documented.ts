/**
 * GitHub's published descriptions (OpenAPI of the REST API and of the webhooks) as validators, so that a test can hold the stand-in to them.
 * Only the parts asked for are compiled: the whole takes a minute.
 */
import { createRequire } from 'node:module';
import { schemas as webhooks } from '@octokit/openapi-webhooks';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Json = Record<string, unknown>;

/** `GET /repos/{owner}/{repo}` with its status, or a webhook by its name such as `issues-opened`. */
export type Wanted = { route: string; status: number } | { webhook: string };

/** What is wrong with a value: empty where it is as described. */
export type Documented = (wanted: Wanted, value: unknown) => string[];

export function documented(): Documented {
  const require = createRequire(import.meta.url);
  const rest = (require('@octokit/openapi') as { schemas: Record<string, Json> }).schemas['api.github.com'] ?? {};
  const hooks = webhooks['api.github.com'] as unknown as Json;
  const compiled = new Map<string, ValidateFunction | undefined>();
  const [inRest, inHooks] = [library(rest), library(hooks)];
  return (wanted, value) => {
    const key = JSON.stringify(wanted);
    if (!compiled.has(key)) {
      const schema = 'route' in wanted ? responseSchema(rest, wanted) : at(hooks, ['webhooks', wanted.webhook, 'post', 'requestBody', 'content', 'application/json', 'schema']);
      compiled.set(key, schema === undefined ? undefined : ('route' in wanted ? inRest : inHooks)(schema));
    }
    const validate = compiled.get(key);
    return validate === undefined ? ['is not described'] : complaints(validate, value);
  };
}

function responseSchema(rest: Json, wanted: { route: string; status: number }): unknown {
  const [method = '', path = ''] = wanted.route.split(' ');
  return at(rest, ['paths', path, method.toLowerCase(), 'responses', String(wanted.status), 'content', 'application/json', 'schema']);
}

/** Compiles a schema of the document; components are compiled once and only when something refers to them. */
function library(document: Json): (schema: unknown) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, unicodeRegExp: false, inlineRefs: false, code: { optimize: false } });
  // GitHub's own bots write from `1+name[bot]@users.noreply.github.com`, which the format `email` refuses.
  formats.default(ajv, { formats: ['date-time', 'uri'] });
  for (const ignored of ['email', 'uri-template', 'url', 'repo.nwo', 'timestamp', 'timezone', 'int64']) ajv.addFormat(ignored, true);
  const added = new Set<string>();
  const add = (value: unknown): void => {
    for (const reference of referencesIn(value)) {
      if (added.has(reference)) continue;
      added.add(reference);
      const component = at(document, reference.slice(2).split('/'));
      ajv.addSchema(plain(component) as object, reference.slice(1));
      add(component);
    }
  };
  return (schema) => {
    add(schema);
    return ajv.compile(plain(schema) as object);
  };
}

function* referencesIn(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (key === '$ref' && typeof item === 'string') yield item;
    else if (key !== 'example' && key !== 'examples') yield* referencesIn(item);
  }
}

function at(document: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, part) => (value !== null && typeof value === 'object' ? (value as Json)[part] : undefined), document);
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema lists null among the types; references become plain names. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const { nullable, discriminator: _discriminator, example: _example, $ref: reference, ...rest } = value as Json;
  if (typeof reference === 'string') return { $ref: reference.slice(1) };
  // A slip in the description: an installation's account is said to be a person and an enterprise at once.
  if (Array.isArray(rest['allOf']) && JSON.stringify(rest['allOf'].map((part: Json) => part['title'])) === '["Simple User","Enterprise"]') {
    rest['anyOf'] = rest['allOf'];
    delete rest['allOf'];
  }
  const copy = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, plain(item)]));
  if (nullable !== true) return copy;
  return { anyOf: [{ type: 'null' }, copy] };
}

function complaints(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`))];
}
