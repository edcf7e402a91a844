import { describe, expect, it } from 'vitest';
import { parseCommands } from './command.ts';

describe('commands in comments', () => {
  it('reads one command a line', () => {
    expect(parseCommands('/approve 1a2b3c4 sha256:deadbeef\n/status')).toEqual([
      { name: 'approve', sha: '1a2b3c4', digest: 'deadbeef' },
      { name: 'status' },
    ]);
    expect(parseCommands('Looks fine.\n\n/approve')).toEqual([{ name: 'approve', sha: null, digest: null }]);
    expect(parseCommands('/budget $25.50\r\n/reject the boundary is wrong')).toEqual([
      { name: 'budget', usd: 25.5 },
      { name: 'reject', reason: 'the boundary is wrong' },
    ]);
  });

  it.each([
    ['quoted', '> /approve 1a2b3c4'],
    ['fenced', '```\n/approve 1a2b3c4\n```'],
    ['indented code', 'text\n\n    /approve 1a2b3c4'],
    ['inline code', '`/approve 1a2b3c4`'],
    ['an HTML comment', '<!--\n/approve 1a2b3c4\n-->'],
    ['an inline HTML comment', 'hello <!-- \n/approve 1a2b3c4\n--> there'],
    ['a collapsed section', '<details><summary>x</summary>\n\n/approve 1a2b3c4\n\n</details>'],
    ['a list', '- /approve 1a2b3c4'],
    ['a link', '[/approve 1a2b3c4](https://example.test)'],
    ['a table', '| /approve 1a2b3c4 |\n|---|\n| /approve |'],
    ['prose', 'you could say /approve 1a2b3c4 here'],
    ['another word', '/approved 1a2b3c4'],
  ])('P31 does not count a command in %s', (_, text) => {
    expect(parseCommands(text)).toEqual([]);
  });

  it('P31 counts again behind a closed section', () => {
    expect(parseCommands('<details>\n\nx\n\n</details>\n\n/retry')).toEqual([{ name: 'retry' }]);
  });

  it.each([
    ['zero-width', '/app\u200Brove 1a2b3c4'],
    ['full-width', '\uFF0Fapprove 1a2b3c4'],
    ['capital', '/Approve 1a2b3c4'],
    ['short sha', '/approve 1a2b'],
    ['words', '/approve everything'],
  ])('P31 names a malformed one: %s', (_, text) => {
    expect(parseCommands(text)).toMatchObject([{ name: 'malformed' }]);
  });

  it('survives a huge comment', () => {
    expect(parseCommands(`/approve\n${'x'.repeat(70_000)}`)).toEqual([]);
  });
});
