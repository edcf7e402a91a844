/** Exports as a real exporter writes them, and as somebody writes them who wants to get past the reader. */
import { gzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { isValid, spansOf } from './traces.ts';

const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';
const span = { traceId, spanId, resource: { 'service.name': 'shop', 'service.version': '1.2.3' } };

type Part = [number, Uint8Array | string | Part[]];

function message(parts: Part[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of parts) {
    writer.tag(field, WireType.LengthDelimited).bytes(typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : message(value));
  }
  return writer.finish();
}

const attribute = (key: string, value: string): Part => [1, [[1, key], [2, [[1, value]]]]];
const protobuf = (ids: Part[]): Uint8Array => message([[1, [[1, [attribute('service.name', 'shop'), attribute('service.version', '1.2.3')]], [2, [[1, [[1, 'scope']]], [2, [...ids, [5, 'GET /']]]]]]]]);
const whole = protobuf([[1, Buffer.from(traceId, 'hex')], [2, Buffer.from(spanId, 'hex')]]);
const sent = (bytes: Uint8Array | string, type = 'application/x-protobuf', encoding = '') => ({ type, encoding, body: Buffer.from(bytes).toString('base64') });

test('protobuf, plain and gzip', () => {
  expect(spansOf(sent(whole))).toEqual([span]);
  expect(spansOf(sent(gzipSync(whole), 'application/x-protobuf', 'gzip'))).toEqual([span]);
});

test('JSON, with attributes that are no text and fields that are not ours', () => {
  const json = { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }, { key: 'service.version', value: { stringValue: '1.2.3' } }] }, scopeSpans: [{ scope: {}, spans: [{ traceId: traceId.toUpperCase(), spanId, kind: 2 }] }] }] };
  expect(spansOf(sent(JSON.stringify(json), 'application/json; charset=utf-8'))).toEqual([span]);
  const number = { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { intValue: '1' } }] }, scopeSpans: [{ spans: [{ traceId, spanId }] }] }] };
  expect(spansOf(sent(JSON.stringify(number), 'application/json'))).toMatchObject([{ resource: { 'service.name': '' } }]);
});

test('ids that are zero, short, missing, textual or of other letters are no trace', () => {
  expect(isValid({ traceId, spanId })).toBe(true);
  for (const wrong of ['0'.repeat(32), traceId.slice(2), `${traceId}00`, '', 'x', 'g'.repeat(32), `${traceId}\n`]) expect(isValid({ traceId: wrong, spanId }), wrong).toBe(false);
  for (const wrong of ['0'.repeat(16), spanId.slice(2), '', 'x']) expect(isValid({ traceId, spanId: wrong }), wrong).toBe(false);
  expect(spansOf(sent(protobuf([])))?.map(isValid)).toEqual([false]);
});

test('what is no export is null: text, a cut message, groups without end, JSON of another shape, a gzip bomb', () => {
  for (const bytes of ['hello, this is no message', whole.subarray(0, whole.length - 3), Buffer.alloc(200_000, 0x0b)]) expect(spansOf(sent(bytes))).toBeNull();
  for (const text of ['', '[]', 'null', '{"resourceSpans":[{"scopeSpans":"x"}]}', '{"resourceSpans":["x"]}']) expect(spansOf(sent(text, 'application/json')), text).toBeNull();
  expect(spansOf(sent(gzipSync(Buffer.alloc(32 * 1024 * 1024)), 'application/x-protobuf', 'gzip'))).toBeNull();
});

test('an empty export holds no span', () => {
  expect(spansOf(sent(''))).toEqual([]);
  expect(spansOf(sent('{"resourceSpans":[]}', 'application/json'))).toEqual([]);
});
