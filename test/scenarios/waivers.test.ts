/** A finding that may stand for a while: asked for by a comment, proposed by a pull request of its own, judged by the real guardrails, and over when its day is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureTools } from '../../app/guardrails/facts.fixture.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';
import type { Pull } from '../world/people.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let pull: Pull;
let waiver: Pull;
const day = 86_400_000;

beforeAll(async () => {
  world = await openWorld({ script: { guard: (input) => runGuardrails({ ...input, only: ['G01', 'G02'] }, fixtureTools({ clock: world.clock })) } });
  pull = await world.grace.proposes({ branch: 'stub', files: { 'src/later.py': 'def total(items):\n    pass\n' } });
  await world.settled();
});
afterAll(() => world.close());

const dayFromNow = (days: number): string => new Date(world.clock.now() + days * day).toISOString().slice(0, 10);
const line = (more: { about?: string; until?: string } = {}): string => `/waive G01 ${more.about ?? 'EMPTY_BODY'} until ${more.until ?? dayFromNow(3)} because the body comes with the next change ticket T-1`;
const guardrails = async (): Promise<string | undefined> => (await world.conclusions(pull.head.sha))['assay/guardrails'];

async function says(who: World['founder'], body: string, on = pull): Promise<string[]> {
  const comment = await who.comments(on.number, body);
  await world.settled();
  return world.replies(on.number, comment);
}

it('the guardrail objects', async () => {
  expect(await guardrails()).toBe('failure');
});

it.each([
  ['a day that is over', () => line({ until: '2020-01-01' }), 'no day to come'],
  ['a day in ten years', () => line({ until: dayFromNow(3_650) }), 'at most 366 days'],
  ['a finding that is not there', () => line({ about: 'CVE-2026-1' }), 'has no finding here'],
])('P30 %s is no waiver, and the answer says why', async (_what, text, why) => {
  expect(await says(world.founder, text())).toEqual([expect.stringContaining(why)]);
  expect(await world.pulls()).toHaveLength(1);
});

it('P30 a line without write permission, or in a quotation, proposes none', async () => {
  expect(await says(world.rita, line())).toEqual([expect.stringContaining('AUTHZ_NO_ROLE')]);
  expect(await says(world.founder, `> ${line()}`)).toEqual([]);
  expect(await world.pulls()).toHaveLength(1);
});

it('a writer gets a pull request on the configuration, and an answer with its number', async () => {
  const replies = await says(world.founder, line());
  const open = await world.pulls() as Pull[];
  waiver = open.find(({ number }) => number !== pull.number)!;
  expect(replies).toEqual([expect.stringContaining(`#${waiver.number} proposes the waiver`)]);
  expect(waiver).toMatchObject({ title: expect.stringMatching(/^Waive G01 \w+ until /), user: { login: 'assay[bot]' }, base: { ref: 'main' } });
  const entries = await world.assay.store.auditEntries(0, 500);
  expect(entries.filter(({ action }) => action === 'waiver.proposed')).toMatchObject([{ detail: { guardrail: 'G01', about: 'EMPTY_BODY', ticket: 'T-1' } }]);
  // Nothing is waived yet.
  expect(await guardrails()).toBe('failure');
});

it('neither is asked of it for which a waiver has no behaviour, and whoever asked for it attests to himself', async () => {
  const checks = await world.conclusions(waiver.head.sha);
  expect([checks['assay/consensus'], checks['assay/saboteur']]).toEqual(['skipped', 'skipped']);
  expect(await says(world.founder, await world.approveLine(waiver.number), waiver)).toEqual([expect.stringMatching(/^Approved \(self-attested\)/)]);
  expect(await world.pull(waiver.number)).toMatchObject({ merged: true });
});

it('its merge has every open change judged anew', async () => {
  expect(await guardrails()).toBe('success');
  expect(await world.standing(pull.number)).toMatch(/Waivers of the default branch:[^]*`G01`[^]*days left[^]*T-1, ada/);
});

it('asking twice opens nothing twice, also after a restart', async () => {
  await world.restart();
  expect((await world.pulls() as Pull[]).length).toBe(2);
  expect(await guardrails()).toBe('success');
});

it('P30 when its day is over the finding counts again', async () => {
  await world.passes(5 * day);
  expect(await guardrails()).toBe('failure');
  expect(await world.standing(pull.number)).toContain('**ran out**');
});

it('P30 a change does not waive itself', async () => {
  const own = await world.grace.proposes({ branch: 'own', files: { 'src/own.py': 'def total(items):\n    pass\n', '.github/assay/waivers/own.yml': 'version: 1\nguardrail: G01\n' } });
  await world.settled();
  expect((await world.conclusions(own.head.sha))['assay/guardrails']).toBe('failure');
});
