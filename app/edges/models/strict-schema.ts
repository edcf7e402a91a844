/**
 * Vendors enforce only a part of JSON Schema while they generate. `isStrict` says whether a schema lies in the part that all three
 * document: closed objects whose properties are all required, arrays with items, plain scalars, enums, anyOf. Other schemas are stated in the
 * prompt and checked by Assay alone.
 */
const annotations = new Set(['title', 'description', '$schema']);
const known = new Set(['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', ...annotations]);
const scalars = new Set(['string', 'number', 'integer', 'boolean', 'null']);

export function isStrict(schema: Record<string, unknown>): boolean {
  return schema.type === 'object' && fits(schema);
}

function fits(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).some((key) => !known.has(key))) return false;
  if (Array.isArray(value.anyOf)) return value.anyOf.every(fits);
  if (value.type === 'object') return closedObject(value);
  if (value.type === 'array') return fits(value.items);
  return Array.isArray(value.enum) || 'const' in value || (typeof value.type === 'string' && scalars.has(value.type));
}

function closedObject(value: Record<string, unknown>): boolean {
  if (value.additionalProperties !== false || !isObject(value.properties)) return false;
  const required = Array.isArray(value.required) ? value.required : [];
  return Object.entries(value.properties).every(([name, property]) => required.includes(name) && fits(property));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema without the `$schema` line, which no vendor takes. */
export function plainSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema: _, ...rest } = schema;
  return rest;
}
