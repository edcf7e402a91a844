/**
 * OTLP trace exports as they came over the wire → spans with their ids in hex and the text attributes of their resource. Protobuf and JSON, plain or gzip. What
 * cannot be read is null, never an empty export.
 */
import { gunzipSync } from 'node:zlib';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { z } from 'zod';

export interface Span {
  traceId: string;
  spanId: string;
  resource: Record<string, string>;
}

export interface Export {
  type: string;
  encoding: string;
  /** Base64. */
  body: string;
}

const maxBytes = 8 * 1024 * 1024;
const maxSpans = 10_000;

export function spansOf({ type, encoding, body }: Export): Span[] | null {
  try {
    const sent = Buffer.from(body, 'base64');
    const bytes = encoding === 'gzip' ? gunzipSync(sent, { maxOutputLength: maxBytes }) : sent;
    const spans = /json/i.test(type) ? ofJson(bytes) : ofProtobuf(bytes);
    return spans.slice(0, maxSpans);
  } catch {
    return null; // the caller counts it as undecodable
  }
}

/** 16 bytes and 8 bytes, neither of them all zero. */
export function isValid({ traceId, spanId }: Pick<Span, 'traceId' | 'spanId'>): boolean {
  return /^(?!0+$)[0-9a-f]{32}$/.test(traceId) && /^(?!0+$)[0-9a-f]{16}$/.test(spanId);
}

const Attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }).optional() });
const id = z.string().max(200).default('');
const Json = z.object({
  resourceSpans: z.array(z.object({
    resource: z.object({ attributes: z.array(Attribute).default([]) }).default({ attributes: [] }),
    scopeSpans: z.array(z.object({ spans: z.array(z.object({ traceId: id, spanId: id })).default([]) })).default([]),
  })),
});

function ofJson(bytes: Uint8Array): Span[] {
  const { resourceSpans } = Json.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const attributes = Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value?.stringValue ?? '']));
    return scopeSpans.flatMap(({ spans }) => spans.map(({ traceId, spanId }) => ({ traceId: traceId.toLowerCase(), spanId: spanId.toLowerCase(), resource: attributes })));
  });
}

// Field numbers of opentelemetry/proto: ExportTraceServiceRequest.resource_spans = 1; ResourceSpans.resource = 1, .scope_spans = 2; Resource.attributes = 1;
// KeyValue.key = 1, .value = 2; AnyValue.string_value = 1; ScopeSpans.spans = 2; Span.trace_id = 1, .span_id = 2.
function ofProtobuf(bytes: Uint8Array): Span[] {
  return parts(bytes, 1).flatMap((resourceSpans) => {
    const attributes = Object.fromEntries(parts(resourceSpans, 1).flatMap((resource) => parts(resource, 1)).map(attribute));
    return parts(resourceSpans, 2).flatMap((scope) => parts(scope, 2)).map((span) => ({ traceId: hex(parts(span, 1)), spanId: hex(parts(span, 2)), resource: attributes }));
  });
}

function attribute(pair: Uint8Array): [string, string] {
  const value = parts(pair, 2).at(-1);
  return [utf8(parts(pair, 1)), value ? utf8(parts(value, 1)) : ''];
}

/** Every value of one length-delimited field; the rest is stepped over. Throws on bytes that are no message. */
function parts(message: Uint8Array, field: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === field && wire === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(wire, number);
  }
  return found;
}

/** Of a field that stands twice the last one counts. */
function hex(values: readonly Uint8Array[]): string {
  return Buffer.from(values.at(-1) ?? []).toString('hex');
}

function utf8(values: readonly Uint8Array[]): string {
  return Buffer.from(values.at(-1) ?? []).toString('utf8');
}
