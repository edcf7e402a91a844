/** oasdiff over each changed OpenAPI description: base against head, with references out of the document refused, since they would be fetched. One run for each pair; all answers are one. */
import { z } from 'zod';
import type { ChangedText } from '../../core/guardrail.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { scanner } from './scan.ts';

const Report = z.array(z.looseObject({ id: z.string(), text: z.string(), level: z.number(), operation: z.string().default(''), path: z.string().default('') }));
const levels = ['info', 'info', 'warning', 'error'];
const described = /(^|\/)[^/]*(openapi|swagger)[^/]*\.(ya?ml|json)$/i;
/** What it ends with where a description cannot be loaded. */
const unloadable = 102;

const endingOf = ({ path }: ChangedText): string => path.split('.').at(-1)!.toLowerCase();

function onePair(): Scanner {
  return scanner({
    name: 'oasdiff', perGuardrail: false, exit: { clean: [0], findings: [1, unloadable] },
    files: ({ changed: [pair] }) => (pair?.baseText == null ? {} : { [`base.${endingOf(pair)}`]: pair.baseText, [`head.${endingOf(pair)}`]: pair.text }),
    args: (_, { changed: [pair] }) => ['breaking', `base.${endingOf(pair!)}`, `head.${endingOf(pair!)}`, '--format', 'json', '--fail-on', 'WARN', '--allow-external-refs=false'],
    parse: ({ stdout, stderr, exit }, { changed: [pair] }) => {
      const at = { path: pair!.path, startLine: 0, endLine: 0 };
      if (exit === unloadable) return [{ ...at, rule: 'unloadable', message: stderr.trim().slice(0, 300), level: 'info' }];
      return Report.parse(JSON.parse(stdout)).map(({ id, text, level, operation, path }) => ({ ...at, rule: id, message: `${operation} ${path}: ${text}`.slice(0, 300), level: levels[level] ?? 'error' }));
    },
  });
}

export function oasdiff(): Scanner {
  const one = onePair();
  return {
    name: one.name, perGuardrail: one.perGuardrail, version: one.version,
    keyed: (request) => pairsOf(request).map(({ path, baseText, text }) => [path, baseText, text]),
    async scan(request) {
      const pairs = pairsOf(request);
      // Without a pair the tool still says whether it is here.
      const answers = await Promise.all((pairs.length > 0 ? pairs.map((pair) => [pair]) : [[]]).map((changed) => one.scan({ ...request, changed })));
      const failed = answers.find(({ state }) => state !== 'clean' && state !== 'findings');
      if (failed) return failed;
      const findings = answers.flatMap((answer) => answer.findings);
      return ToolAnswer.parse({ ...answers[0], state: findings.length > 0 ? 'findings' : 'clean', findings });
    },
  };
}

function pairsOf({ changed }: ToolRequest): ChangedText[] {
  return changed.filter((file) => described.test(file.path) && file.baseText !== null);
}
