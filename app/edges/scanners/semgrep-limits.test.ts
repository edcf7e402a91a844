/** What semgrep only warns of: a file that it gave up on was not judged, whatever its exit code says. */
import { expect, it } from 'vitest';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { semgrep } from './semgrep.ts';
import { standIns } from './stand-in.fixture.ts';

const stand = standIns();
const ask = () => semgrep().scan({ guardrail: 'G06', changed: factsOf({ 'a.py': 'x = 1\n' }).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 20_000 });

/** A stand-in that looked at every file of its folder and warns of this. */
function warns(error: object): void {
  const errors = JSON.stringify([{ level: 'warn', ...error }]);
  stand.install('semgrep', `for last; do :; done; printf '{"version":"1","errors":%s,"results":[],"paths":{"scanned":["%s/a.py.py"]}}' '${errors}' "$last"`);
}

it.each([['"Timeout"', { type: 'Timeout', message: 'a.py: too slow' }], ['a rule that timed out', { type: ['Timeout', []], message: 'slow' }], ['memory', { type: 'Out of memory', message: 'a.py' }]])('a warning of %s is a crash', async (_what, error) => {
  warns(error);
  expect(await ask()).toMatchObject({ state: 'crashed' });
});

it('a warning that a file is half broken is none', async () => {
  warns({ type: ['PartialParsing', []], message: 'Syntax error' });
  expect(await ask()).toMatchObject({ state: 'clean' });
});
