/** bandit over the Python files of a change: all its tests, its own `# nosec` not honoured. Level is `severity/confidence`. A file that it cannot parse is left to the embedded engine. */
import { z } from 'zod';
import { scanner } from './scan.ts';

const Report = z.looseObject({
  errors: z.array(z.looseObject({ filename: z.string(), reason: z.string() })),
  results: z.array(z.looseObject({ test_id: z.string(), filename: z.string(), line_number: z.number().int(), line_range: z.array(z.number().int()), issue_text: z.string(), issue_severity: z.string(), issue_confidence: z.string() })),
});

export const bandit = () => scanner({
  name: 'bandit', perGuardrail: false, exit: { clean: [0], findings: [1] },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => /\.pyw?$/i.test(path)).map(({ path, text }) => [path, text])),
  // It leaves out folders such as .tox unless it is told what to leave out.
  args: ({ outside }) => ['-r', '.', '-f', 'json', '-q', '--ignore-nosec', '-x', outside],
  parse: ({ stdout }) => {
    const { errors, results } = Report.parse(JSON.parse(stdout));
    const broken = errors.find(({ reason }) => !/syntax error/i.test(reason));
    if (broken) throw new Error(`${broken.filename}: ${broken.reason}`);
    return results.map((each) => ({
      rule: each.test_id, path: each.filename.replace(/^\.\//, ''), startLine: each.line_number, endLine: Math.max(each.line_number, ...each.line_range),
      message: each.issue_text.slice(0, 300), level: `${each.issue_severity}/${each.issue_confidence}`.toLowerCase(),
    }));
  },
});
