/**
 * ruff for three guardrails, each with another question: documentation (our rules), practices (our rules), style (`ruff format` with the repository's own configuration from
 * base, and only where the repository formats with it). `# noqa` of the change counts for nothing in the first two.
 */
import { z } from 'zod';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textOf } from '../../core/tree.ts';
import { scanner } from './scan.ts';

const Place = z.object({ row: z.number().int().min(0) });
const Report = z.array(z.looseObject({
  code: z.string().nullable(), message: z.string(), filename: z.string(), location: Place.nullable(), end_location: Place.nullable(),
  fix: z.looseObject({ edits: z.array(z.looseObject({ location: Place, end_location: Place })) }).nullable(),
}));
const isPython = (path: string): boolean => /\.pyi?$/i.test(path) && !/(^|\/)(node_modules|site-packages|\.venv|venv)\//.test(path);
const isConfiguration = (path: string): boolean => /(^|\/)(\.?ruff|pyproject)\.toml$/.test(path);
/** A copy of the text on base stands beside each file, so that a formatter of another version is noticed. */
const onBase = '.assay-base.py';

/** The rules of each guardrail; D203 and D213 contradict D211 and D212. */
const rules: Record<string, readonly string[]> = {
  G15: ['--select', 'D100,D101,D102,D103,D419', '--config', 'lint.pydocstyle.convention = "pep257"'],
  G16: ['--select', 'E722,B006,B008,B012,B015,B023,B904,PLE,PLR0911,PLR0912,PLR0913,PLR0915,PLW0120,PLW0127,PLW0129,PLW0131,PLW0711,SIM101,SIM115,SIM201,SIM202,SIM208,SIM220,SIM221,C901', '--config', 'lint.mccabe.max-complexity = 15'],
};

/** Whether the repository formats by ruff, by its own words. */
export function formatsByRuff({ base }: Pick<ToolRequest, 'base'>): boolean {
  return Object.entries(base).some(([path, file]) => {
    const text = isConfiguration(path) || /(^|\/)(\.pre-commit-config\.ya?ml|Makefile|justfile|tox\.ini|noxfile\.py)$|^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) ? textOf(file) ?? '' : '';
    return isConfiguration(path) ? /^\[(tool\.ruff\.)?format\]/m.test(text) && (/ruff\.toml$/.test(path) || text.includes('[tool.ruff.format]')) : /\bruff-format\b|\bruff format\b/.test(text);
  });
}

export const ruff = () => scanner({
  // 2 is also what the formatter ends with at a file that it cannot parse; without a readable report it counts as crashed.
  name: 'ruff', perGuardrail: true, exit: { clean: [0], findings: [1, 2] },
  files: (request) => (request.guardrail === 'G17' ? styleFiles(request) : Object.fromEntries(request.changed.filter(({ path }) => isPython(path)).map(({ path, text }) => [path, text]))),
  args: ({ folder }, { guardrail }) => (guardrail === 'G17'
    ? ['format', '--check', '--no-cache', '--quiet', '--output-format', 'json', folder]
    : ['check', '--isolated', '--no-cache', '--quiet', '--ignore-noqa', '--no-respect-gitignore', '--output-format', 'json', ...(rules[guardrail] ?? ['--select', 'E9']), folder]),
  parse: ({ stdout, place }) => {
    const entries = Report.parse(JSON.parse(stdout)).map((entry) => ({ ...entry, path: entry.filename.replace(`${place.folder}/`, '') }));
    const before = new Set(entries.map(({ path }) => path).filter((path) => path.endsWith(onBase)));
    const isOld = (path: string): boolean => path.endsWith(onBase) || before.has(`${path}${onBase}`);
    return entries.flatMap((entry) => findings(entry, isOld(entry.path) ? 'kept-otherwise' : 'warning'));
  },
});

function styleFiles(request: ToolRequest): Record<string, string> {
  const python = request.changed.filter(({ path }) => isPython(path));
  if (python.length === 0 || !formatsByRuff(request)) return {};
  const configuration = Object.entries(request.base).filter(([path]) => isConfiguration(path)).flatMap(([path, file]) => [[path, textOf(file) ?? '']]);
  return Object.fromEntries([...configuration, ...python.flatMap(({ path, text, baseText }) => [[path, text], ...(baseText === null ? [] : [[`${path}${onBase}`, baseText]])])]);
}

function findings(entry: z.infer<typeof Report>[number] & { path: string }, level: string) {
  const { path, message } = entry;
  const rule = entry.code ?? 'invalid-syntax';
  const places = rule === 'unformatted' && entry.fix ? entry.fix.edits.map((edit) => [edit.location.row, edit.end_location.row]) : [[entry.location?.row ?? 0, entry.end_location?.row ?? entry.location?.row ?? 0]];
  return places.map(([startLine, endLine]) => ({ rule, path, startLine: startLine!, endLine: endLine!, message: message.slice(0, 300), level }));
}
