/**
 * Responses as behaviour. A session's value is the list of its responses `{status, headers, body}`; the body of a refusal (400 and above) is
 * set aside – its wording is nobody's contract – unless a frozen test names it.
 */
import type { HttpExpectation } from '../../core/surface.ts';
import { sameValue, tagOf, type Compare } from '../values.ts';

export function meetsResponses(expected: HttpExpectation[], value: unknown, compare: Compare): boolean {
  return Array.isArray(value) && value.length === expected.length && expected.every((one, at) => meetsResponse(one, value[at], compare));
}

function meetsResponse({ status, headers, body }: HttpExpectation, response: unknown, compare: Compare): boolean {
  const got = (name: string): unknown => (response !== null && typeof response === 'object' ? Reflect.get(response, name) : undefined);
  const answered = got('body');
  const aside = tagOf(answered);
  if (status !== undefined && got('status') !== status) return false;
  if (body !== undefined && !sameValue(aside?.tag === '$aside' ? aside.inner : answered, body, compare)) return false;
  const sent = got('headers');
  return Object.entries(headers ?? {}).every(([name, text]) => sent !== null && typeof sent === 'object' && Reflect.get(sent, name) === text);
}
