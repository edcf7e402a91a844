/** What cases cannot show: too long a recipe, text made to be slow, engines that agree, and the line of a fault inside of a long command. */
import { describe, expect, it } from 'vitest';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';
import { commandsOf } from './shell.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const recipe = (...lines: string[]) => ({ Dockerfile: [`FROM debian:13@${digest}`, ...lines, 'USER app', 'HEALTHCHECK CMD ["/bin/true"]'].join('\n') });
const codes = (files: Record<string, string>) => inspect(factsOf(files)).map(({ code, startLine }) => `${code}:${startLine}`);

describe('a recipe', () => {
  it('too long to read is an error, not a pass', () => {
    expect(inspect(factsOf({ Dockerfile: `FROM scratch\n${'# x\n'.repeat(60_000)}` }))).toMatchObject([{ code: 'DOCKERFILE_UNREADABLE', error: true }]);
  });

  it('is read in time whatever its lines hold', () => {
    const started = performance.now();
    codes({ ...recipe(`RUN ${'a | '.repeat(20_000)}`, `RUN ${'$('.repeat(10_000)}`), 'compose.yml': `services:\n  a:\n    image: "${'${'.repeat(200_000)}"\n` });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is told the line of the option, and an option of another command is none', () => {
    expect(codes(recipe('RUN apt-get update \\', '  && apt-get install -y git \\', '  --force-yes'))).toEqual(['SIGNATURE_UNVERIFIED:4']);
    expect(codes(recipe('RUN curl -fsS https://example.org/k | grep -k x', 'RUN curl -okay https://example.org', 'RUN curl -k https://localhost:3000'))).toEqual([]);
  });

  it('that inherits its user from an earlier stage is not root', () => {
    const text = (user: string) => ({ Dockerfile: `FROM debian@${digest} AS base\n${user}\nFROM base\nCMD ["/app"]\nHEALTHCHECK CMD ["/bin/true"]` });
    expect(codes(text('USER 1000:1000'))).toEqual([]);
    expect(codes(text('LABEL a=b'))).toEqual(['RUNS_AS_ROOT:4']);
  });
});

it('what two engines find at one place is told once, and matters of taste do not block', () => {
  const hadolint = ToolAnswer.parse({ tool: 'hadolint', version: '2', state: 'findings', findings: [
    { rule: 'DL3004', path: 'Dockerfile', startLine: 2, endLine: 2, message: 'no sudo', level: 'error' },
    { rule: 'DL3008', path: 'Dockerfile', startLine: 2, endLine: 2, message: 'pin versions', level: 'warning' },
    { rule: 'DL9999', path: 'Dockerfile', startLine: 2, endLine: 2, message: 'unknown to us', level: 'error' },
  ] });
  const found = inspect(factsOf(recipe('RUN sudo make'), {}, { tools: { hadolint } }));
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([['SUDO_IN_IMAGE', undefined], ['RECIPE_STYLE', 'info']]);
});

it('commands of a script keep their own words', () => {
  expect(commandsOf(`A=1 b "c d" 'e'f \\\n g # h\nif x; then y>z 2>&1 | w; fi`)).toMatchObject([
    { environment: { A: '1' }, words: ['b', 'c d', 'ef', 'g'] }, { words: ['x'] }, { words: ['y>z', '2>&1'], piped: true }, { words: ['w'] }, { words: ['fi'] },
  ]);
});
