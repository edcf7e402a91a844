/**
 * checkov over recipes and infrastructure code: Dockerfiles for G19, the rest for iac. Nothing is downloaded; a configuration of the change is left out, and its skip
 * comments skip nothing.
 */
import { basename, relative, resolve } from 'node:path';
import { z } from 'zod';
import { languageOf } from '../../core/language.ts';
import type { ToolFinding } from '../../core/tool-answer.ts';
import { type ScanOutput, scanner } from './scan.ts';

const Check = z.looseObject({ check_id: z.string(), check_name: z.string(), file_abs_path: z.string(), file_line_range: z.array(z.number()).min(2), resource: z.string().default('') });
const Run = z.looseObject({ results: z.looseObject({ failed_checks: z.array(Check) }) });
/** Where no file was of a kind it knows, it answers counts alone. */
const Nothing = z.looseObject({ passed: z.literal(0), failed: z.literal(0), parsing_errors: z.literal(0) });

const frameworks: Record<string, string[]> = { G19: ['dockerfile'] };
const infrastructure = ['terraform', 'kubernetes', 'cloudformation', 'serverless', 'arm', 'bicep'];
const isInfrastructure = (path: string): boolean => /\.(tf|ya?ml|json|template|bicep)$/i.test(path) && !/^\.checkov\.ya?ml$/i.test(basename(path)) && !/(^|\/)(package(-lock)?|tsconfig[^/]*|composer)\.json$|(^|\/)(\.github|node_modules)\//i.test(path);

function wanted(guardrail: string): (path: string) => boolean {
  return guardrail === 'G19' ? (path) => languageOf(path) === 'dockerfile' : isInfrastructure;
}

/** Its skip comments, made into ordinary ones: what they name is reported all the same. */
function unsilenced(text: string): string {
  return text.replace(/\b(checkov|bridgecrew|cortex):(?=skip)/gi, '$1-');
}

export const checkov = () => scanner({
  name: 'checkov', perGuardrail: true, exit: { clean: [0], findings: [1] },
  files: ({ changed, guardrail }) => Object.fromEntries(changed.filter(({ path }) => wanted(guardrail)(path)).map(({ path, text }) => [path, unsilenced(text)])),
  args: ({ folder }, { guardrail }) => ['--directory', folder, '--framework', ...(frameworks[guardrail] ?? infrastructure), '--output', 'json', '--quiet', '--compact', '--skip-download', '--download-external-modules', 'false'],
  parse,
});

function parse({ stdout, place }: ScanOutput): ToolFinding[] {
  const answer: unknown = JSON.parse(stdout);
  return (Array.isArray(answer) ? answer : [answer]).flatMap((run: unknown) => {
    if (Nothing.safeParse(run).success) return [];
    return Run.parse(run).results.failed_checks.map((check) => ({
      rule: check.check_id, path: relative(place.folder, resolve(place.folder, check.file_abs_path)),
      startLine: Math.max(0, check.file_line_range[0]!), endLine: Math.max(0, check.file_line_range[0]!, check.file_line_range[1]!), message: `${check.check_name} (${check.resource})`, level: 'medium',
    }));
  });
}
