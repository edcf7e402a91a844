/**
 * gosec over the packages that the change touches, with all its rules, tests included, `#nosec` not honoured. Types of other modules are unknown to it (nothing is
 * fetched), and a package that cannot be type-checked gets only part of its rules. Level is `severity/confidence`.
 */
import { relative } from 'node:path';
import { z } from 'zod';
import { goEnvironment, goFiles, goFolders, mustRead, withGo, writeModules } from './go-files.ts';
import { scanner } from './scan.ts';

const Report = z.looseObject({
  'Golang errors': z.record(z.string(), z.array(z.looseObject({ error: z.string() }))),
  Issues: z.array(z.looseObject({ rule_id: z.string(), file: z.string(), line: z.string().regex(/^\d+(-\d+)?$/), details: z.string(), severity: z.string(), confidence: z.string() })).nullable(),
  Stats: z.looseObject({ files: z.number().int() }),
});

export const gosec = () => withGo(scanner({
  // Asked not to fail, so that 0 is its only answer and the report decides.
  name: 'gosec', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: goFiles,
  prepare: (place, request) => {
    writeModules(place, request);
    return null;
  },
  args: (_, request) => ['-fmt', 'json', '-nosec', '-tests', '-no-fail', ...goFolders(request)],
  env: goEnvironment,
  parse: ({ stdout, place }, request) => {
    const { 'Golang errors': errors, Issues, Stats } = Report.parse(JSON.parse(stdout));
    if (Stats.files === 0 && mustRead(request).length > 0) throw new Error(`it looked at no file: ${Object.values(errors)[0]?.[0]?.error ?? ''}`);
    return (Issues ?? []).map((each) => {
      const [startLine, endLine = startLine] = each.line.split('-').map(Number) as [number, number?];
      return { rule: each.rule_id, path: relative(place.folder, each.file), startLine, endLine, message: each.details.slice(0, 300), level: `${each.severity}/${each.confidence}`.toLowerCase() };
    });
  },
}));
