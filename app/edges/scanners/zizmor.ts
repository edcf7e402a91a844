/**
 * zizmor over workflows and composite actions, offline and at its regular level. Ignore comments and configuration of the change count for nothing. A file that it
 * could not read is named by the rule `unaudited`: it leaves such files out with a warning, which must not look like a clean bill.
 */
import { z } from 'zod';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { ToolFinding } from '../../core/tool-answer.ts';
import { type ScanOutput, scanner } from './scan.ts';

const Point = z.looseObject({ row: z.number().int().min(0) });
const Location = z.looseObject({
  symbolic: z.looseObject({ key: z.looseObject({ Local: z.looseObject({ verbatim_path: z.string() }) }), annotation: z.string(), kind: z.string() }),
  concrete: z.looseObject({ location: z.looseObject({ start_point: Point, end_point: Point }) }),
});
const Report = z.array(z.looseObject({
  ident: z.string(), desc: z.string(), determinations: z.looseObject({ severity: z.string() }), locations: z.array(Location).min(1),
}));

export const isAudited = (path: string): boolean => /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/i.test(path);

export const zizmor = () => scanner({
  name: 'zizmor', perGuardrail: false,
  // 11 to 14: the gravest finding is informational, low, medium, high; 10: of no stated gravity. 3: it could read none of the files; 0 also where it read only some.
  exit: { clean: [0], findings: [0, 3, 10, 11, 12, 13, 14] },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => isAudited(path)).map(({ path, text }) => [path, text])),
  args: (_, { changed }) => ['--offline', '--format', 'json', '--persona', 'regular', '--no-ignores', '--no-config', '--no-progress', '--', ...changed.filter(({ path }) => isAudited(path)).map(({ path }) => `./${path}`)],
  parse,
});

function parse(output: ScanOutput, { changed }: ToolRequest): ToolFinding[] {
  const found = output.exit === 3 ? [] : Report.parse(JSON.parse(output.stdout)).map(findingOf);
  const audited = new Set([...output.stderr.matchAll(/\bcompleted (?:\.\/)?(\S.*)$/gm)].map((match) => match[1]!.trim()));
  const unaudited = changed.filter(({ path }) => isAudited(path) && !audited.has(path)).map(({ path }): ToolFinding => ({
    rule: 'unaudited', path, startLine: 0, endLine: 0, message: 'zizmor could not read it', level: 'informational',
  }));
  return [...found, ...unaudited];
}

function findingOf({ ident, desc, determinations, locations }: z.infer<typeof Report>[number]): ToolFinding {
  const { symbolic, concrete } = locations.find((each) => each.symbolic.kind === 'Primary') ?? locations[0]!;
  const { start_point: start, end_point: end } = concrete.location;
  return { rule: ident, path: symbolic.key.Local.verbatim_path.replace(/^\.\//, ''), startLine: start.row + 1, endLine: end.row + 1, message: `${desc}: ${symbolic.annotation}`, level: determinations.severity.toLowerCase() };
}
