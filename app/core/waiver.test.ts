import { describe, expect, it } from 'vitest';
import { parseCommands } from './command.ts';
import { endOf, isLive, readWaivers, waived, waiverText } from './waiver.ts';

const print = 'a'.repeat(40);
const asked = { guardrail: 'G07', about: 'CVE-2026-1234', fingerprints: [print], reason: 'no fix yet: "x" # not reachable\n- evil: true', ticket: 'T-1', owner: 'ada', until: '2026-12-31' };
const path = '.github/assay/waivers/one.yml';

describe('a waiver', () => {
  it('is read as it was written, whatever its words hold', () => {
    const { waivers, broken } = readWaivers([{ path, text: waiverText(asked) }, { path: '.github/assay/waivers/README.md', text: 'no waiver' }]);
    expect(broken).toEqual([]);
    expect(waivers).toEqual([{ version: 1, path, ...asked }]);
  });

  it('covers its fingerprints of its guardrail to the end of its last day', () => {
    const { waivers } = readWaivers([{ path, text: waiverText(asked) }]);
    const last = Date.parse('2026-12-31T23:59:59.999Z');
    expect(endOf(asked)).toBe(last + 1);
    expect([isLive(asked, last), isLive(asked, last + 1)]).toEqual([true, false]);
    expect([waived(waivers, 'G07', last), waived(waivers, 'G07', last + 1), waived(waivers, 'G06', last)].map((set) => [...set])).toEqual([[print], [], []]);
  });

  it.each([
    ['no ticket', waiverText(asked).replace(/^ticket.*\n/m, ''), 'ticket'],
    ['an unknown key', `${waiverText(asked)}forever: true\n`, 'forever'],
    ['a day that is none', waiverText(asked).replace('2026-12-31', '2026-02-30'), 'until'],
    ['a fingerprint that covers all', waiverText(asked).replace(print, '*'), 'fingerprints'],
    ['nothing', '', 'the file'],
    ['half a YAML', 'version: [', 'line 1'],
  ])('with %s covers nothing, and says why', (_what, text, why) => {
    const { waivers, broken } = readWaivers([{ path, text }]);
    expect(waivers).toEqual([]);
    expect(broken).toEqual([{ path, why: expect.stringContaining(why) }]);
  });
});

describe('/waive', () => {
  const one = (text: string) => parseCommands(text)[0];

  it('names guardrail, finding, last day, reason and ticket', () => {
    expect(one('/waive G07 CVE-2026-1234 until 2026-12-31 because no fix is out until spring ticket T-1')).toEqual({ name: 'waive', guardrail: 'G07', about: 'CVE-2026-1234', until: '2026-12-31', reason: 'no fix is out until spring', ticket: 'T-1' });
  });

  it.each(['/waive', '/waive G07 CVE-2026-1234', '/waive G07 CVE-2026-1234 until tomorrow because so it is ticket T-1', '/waive G07 CVE-2026-1234 until 2026-12-31 because so it is'])('%j is answered with what is missing', (line) => {
    expect(one(line)).toMatchObject({ name: 'malformed' });
  });

  it('in a quotation or in code is none', () => {
    const line = '/waive G07 CVE-2026-1234 until 2026-12-31 because so it is ticket T-1';
    expect([parseCommands(`> ${line}`), parseCommands(`\`${line}\``), parseCommands(`    ${line}`)]).toEqual([[], [], []]);
  });
});
