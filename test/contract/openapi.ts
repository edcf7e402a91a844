/** GitHub's own description of its REST API, as a judge of requests: does this path exist, may this body be sent? */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface Operation {
  requestBody?: { required?: boolean; content?: Record<string, { schema?: object }> };
  parameters?: unknown[];
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: object;
}

/** Only this one of the package's twelve files: its entry point would read all 390 MB. */
const file = fileURLToPath(new URL('generated/api.github.com.json', import.meta.resolve('@octokit/openapi')));
const description = openApi31(JSON.parse(readFileSync(file, 'utf8'))) as Description;

/** OpenAPI 3.0 says `nullable: true`, JSON Schema says `type: [..., null]`. */
function openApi31(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(openApi31);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Record<string, unknown>;
  const copy = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, openApi31(value)]));
  if (nullable !== true) return copy;
  if (typeof copy.type === 'string') return { ...copy, type: [copy.type, 'null'], ...(Array.isArray(copy.enum) && { enum: [...copy.enum, null] }) };
  return { anyOf: [copy, { type: 'null' }] };
}

const ajv = addFormats.default(new Ajv.default({ strict: false, allErrors: true, validateFormats: true }));
ajv.addFormat('repo.nwo', true);
ajv.addSchema({ $id: 'github', components: description.components });
const validators = new Map<string, ValidateFunction>();

export interface RestRequest {
  method: string;
  path: string;
  body: unknown;
}

/** What is wrong with a request, in sentences; nothing where GitHub's description allows it. */
export function faultsOf(request: RestRequest): string[] {
  const found = operationOf(request);
  if (!found) return [`${request.method} ${request.path} is no operation of GitHub's REST API`];
  const { operation, template } = found;
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  if (!schema) return request.body === undefined ? [] : [`${request.method} ${template} takes no body`];
  if (request.body === undefined) return operation.requestBody?.required ? [`${request.method} ${template} needs a body`] : [];
  const key = `${request.method} ${template}`;
  const validate = validators.get(key) ?? ajv.compile(pointing(schema) as object);
  validators.set(key, validate);
  return [...unknownFields(request.body, schema, key), ...(validate(request.body) ? [] : (validate.errors ?? []).map((error) => `${key}: ${error.instancePath} ${error.message}`))];
}

function operationOf({ method, path }: RestRequest): { operation: Operation; template: string } | null {
  const matching = Object.keys(description.paths).filter((template) => patternOf(template).test(path) && description.paths[template]?.[method.toLowerCase()]);
  // The most literal path wins: /repos/{owner}/{repo}/pulls before a template that could match it too.
  const template = matching.sort((a, b) => (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0))[0];
  return template ? { operation: description.paths[template]![method.toLowerCase()]!, template } : null;
}

function patternOf(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    return /^\{(ref|path|basehead)\}$/.test(part) ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

function pointing(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(pointing);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, name === '$ref' ? `github${String(value)}` : pointing(value)]));
}

/** GitHub ignores fields it does not know; a field that is not described is a misspelling here. */
function unknownFields(body: unknown, schema: object, key: string): string[] {
  const known = (schema as { properties?: object }).properties;
  if (!known || typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.keys(body).filter((name) => !(name in known)).map((name) => `${key}: ${name} is not described`);
}
