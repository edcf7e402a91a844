/**
 * deptry over the changed Python files and what the manifests of head declare: imports that nothing declares. Its settings in the change's pyproject.toml do not come
 * along and its comments silence nothing. It knows no installed package, so that a module whose distribution has another name is reported too; who asks has to know names.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify, TomlError } from 'smol-toml';
import { z } from 'zod';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textOf } from '../../core/tree.ts';
import { scanner } from './scan.ts';

const Report = z.array(z.looseObject({
  error: z.looseObject({ code: z.string(), message: z.string() }), module: z.string(),
  location: z.looseObject({ file: z.string(), line: z.number().int().nullable() }),
}));
const Project = z.looseObject({ project: z.unknown().optional(), 'dependency-groups': z.unknown().optional(), tool: z.looseObject({ poetry: z.unknown().optional(), pdm: z.unknown().optional(), uv: z.unknown().optional() }).optional() });
const requirements = /(^|\/)[^/]*requirements[^/]*\.txt$/;

export const deptry = () => scanner({
  name: 'deptry', perGuardrail: false, exit: { clean: [0], findings: [1] },
  files: (request) => {
    const [python, declared] = [pythonFiles(request), declarations(request)];
    return Object.keys(python).length === 0 || Object.keys(declared).length === 0 ? {} : { ...python, ...declared };
  },
  // Without a list of its own it would leave out tests and environments.
  args: ({ outside }, request) => {
    const lists = Object.keys(declarations(request)).filter((path) => requirements.test(path));
    return ['.', '--no-ansi', '--exclude', 'x^', '--ignore', 'DEP002,DEP003,DEP004,DEP005', ...(lists.length > 0 ? ['--requirements-files', lists.join(',')] : []), '--json-output', join(outside, 'report.json')];
  },
  parse: ({ place, stderr }) => {
    // It says how much it read; a run that read nothing has not judged.
    if (!/Scanning \d+ files?/.test(stderr)) throw new Error('it does not say that it scanned');
    return Report.parse(JSON.parse(readFileSync(join(place.outside, 'report.json'), 'utf8'))).map(({ error, module, location }) => ({
      rule: error.code, path: location.file.replace(/^\.\//, ''), startLine: location.line ?? 0, endLine: location.line ?? 0, message: module.slice(0, 200), level: 'info',
    }));
  },
});

function pythonFiles({ changed }: ToolRequest): Record<string, string> {
  return Object.fromEntries(changed.filter(({ path }) => /\.py$/i.test(path)).map(({ path, text }) => [path, text.replace(/\bdeptry:/gi, 'deptry-')]));
}

function declarations({ head }: ToolRequest): Record<string, string> {
  const project = projectOf(textOf(head['pyproject.toml']) ?? '');
  const lists = Object.entries(head).flatMap(([path, file]) => (requirements.test(path) && !path.includes(',') ? [[path, textOf(file) ?? '']] : []));
  return { ...Object.fromEntries(lists), ...(project === null ? {} : { 'pyproject.toml': project }) };
}

/** What it declares, without anything else that it says; null where it declares nothing or cannot be read, which G03 tells of. */
function projectOf(text: string): string | null {
  try {
    const { project, tool, ...rest } = Project.parse(parse(text));
    const kept = { ...(project ? { project } : {}), ...(rest['dependency-groups'] ? { 'dependency-groups': rest['dependency-groups'] } : {}), tool: { ...(tool?.poetry ? { poetry: tool.poetry } : {}), ...(tool?.pdm ? { pdm: tool.pdm } : {}), ...(tool?.uv ? { uv: tool.uv } : {}) } };
    return project || tool?.poetry ? stringify(kept) : null;
  } catch (thrown) {
    if (thrown instanceof TomlError || thrown instanceof z.ZodError) return null;
    throw thrown;
  }
}
