/**
 * The tools by name. A scanner's answer is kept by content, for this run and, where a cache is given, for later ones: same tool, version and files, same answer.
 * What throws is an answer too (`crashed`); only answers that judged are kept.
 */
import { problemOf } from '../core/errors.ts';
import { sha256 } from '../core/digest.ts';
import type { AnswerCache, LateScanner, Probe, Scanner, Toolbox, ToolRequest } from '../core/ports/toolbox.ts';
import { answered, ToolAnswer } from '../core/tool-answer.ts';

export interface ToolboxParts {
  scanners: readonly LateScanner[];
  probes: readonly Probe[];
  cache?: AnswerCache;
}

export function toolbox({ scanners, probes, cache }: ToolboxParts): Toolbox {
  const running = new Map<string, Promise<ToolAnswer>>();
  const scanned = (scanner: Scanner, request: ToolRequest): Promise<ToolAnswer> => {
    const ask = (): Promise<ToolAnswer> => timed(scanner.name, () => scanner.scan(request));
    const key = keyOf(scanner, request);
    if (key === null) return ask();
    const known = running.get(key) ?? kept(cache, key) ?? ask().then((answer) => {
      if (answered(answer)) cache?.put(key, answer);
      return answer;
    });
    running.set(key, known);
    return known;
  };
  return {
    async ask(tool, request) {
      const scanner = scanners.find((each) => each.name === tool);
      if (scanner) return await loaded(scanner, (found) => scanned(found, request));
      const probe = probes.find((each) => each.name === tool);
      if (probe) return await timed(tool, () => probe.probe(request));
      return ToolAnswer.parse({ tool, version: '', state: 'unknown', why: 'no such tool is known here' });
    },
  };
}

async function loaded(scanner: LateScanner, ask: (found: Scanner) => Promise<ToolAnswer>): Promise<ToolAnswer> {
  try {
    return await ask(await scanner.load());
  } catch (thrown) {
    return crashed(scanner.name, { thrown, ms: 0 });
  }
}

function keyOf(scanner: Scanner, request: ToolRequest): string | null {
  const keyed = scanner.keyed(request);
  return keyed === null ? null : sha256(JSON.stringify([scanner.name, scanner.version, scanner.perGuardrail ? request.guardrail : '', keyed]));
}

function kept(cache: AnswerCache | undefined, key: string): Promise<ToolAnswer> | null {
  const found = ToolAnswer.safeParse(cache?.get(key) ?? null);
  return found.success ? Promise.resolve(found.data) : null;
}

async function timed(tool: string, ask: () => Promise<ToolAnswer>): Promise<ToolAnswer> {
  const started = performance.now();
  try {
    const answer = await ask();
    return { ...answer, ms: Math.round(performance.now() - started) };
  } catch (thrown) {
    return crashed(tool, { thrown, ms: Math.round(performance.now() - started) });
  }
}

function crashed(tool: string, { thrown, ms }: { thrown: unknown; ms: number }): ToolAnswer {
  const { code, message, remedy } = problemOf(thrown);
  return ToolAnswer.parse({ tool, version: '', state: 'crashed', why: `${code}: ${message.slice(0, 500)}`, ms, remedy: code === 'UNEXPECTED' ? null : remedy.slice(0, 500) });
}
