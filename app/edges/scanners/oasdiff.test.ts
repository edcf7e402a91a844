/** oasdiff itself over pairs of descriptions. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { oasdiff } from './oasdiff.ts';

const api = (required: boolean, more = '') => `openapi: 3.0.3\ninfo: {title: Shop, version: 1.0.0}\npaths:\n  /items:\n    get:\n      parameters:\n        - {name: shop, in: query, required: ${required}, schema: {type: string}}\n      responses:\n        '200': {description: items${more}}\n`;

async function rows(head: Record<string, string>, base: Record<string, string>) {
  const answer = await oasdiff().scan({ guardrail: 'G12', changed: factsOf(head, base).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 20_000 });
  return [answer.state, ...answer.findings.map(({ rule, path, level }) => `${rule} ${path} ${level}`)];
}

describeWith(['oasdiff'], 'oasdiff', () => {
  it('names what breaks in each of several descriptions', async () => {
    expect(await rows({ 'a/openapi.yaml': api(true), 'b/openapi.yaml': api(true) }, { 'a/openapi.yaml': api(false), 'b/openapi.yaml': api(false) })).toEqual([
      'findings', 'request-parameter-became-required a/openapi.yaml error', 'request-parameter-became-required b/openapi.yaml error',
    ]);
  });

  it('is clean where nothing breaks or nothing is described', async () => {
    expect(await rows({ 'openapi.yaml': api(false) }, { 'openapi.yaml': api(true) })).toEqual(['clean']);
    expect(await rows({ 'a.ts': 'export const a = 1;\n' }, {})).toEqual(['clean']);
  });

  it('says what it cannot load, and follows no reference out of the document', async () => {
    expect(await rows({ 'openapi.yaml': 'openapi: [' }, { 'openapi.yaml': api(true) })).toEqual(['findings', 'unloadable openapi.yaml info']);
    expect(await rows({ 'openapi.yaml': api(true, ", content: {j: {schema: {$ref: '/etc/hostname'}}}") }, { 'openapi.yaml': api(true) })).toEqual(['findings', 'unloadable openapi.yaml info']);
  });
});
