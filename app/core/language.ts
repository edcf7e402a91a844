/** Which language a path holds, by its name alone. Guardrails and the runner's plan ask the same table. */
export const languages = ['javascript', 'typescript', 'python', 'go', 'markdown', 'dockerfile', 'workflow', 'manifest', 'any'] as const;
export type Language = (typeof languages)[number];

const byExtension: Record<string, Language> = {
  js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascript',
  ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescript',
  py: 'python', pyw: 'python', pyi: 'python', go: 'go',
  md: 'markdown', mdx: 'markdown', mdc: 'markdown', markdown: 'markdown',
};
const manifests = /(^|\/)(package\.json|pyproject\.toml|setup\.cfg|Pipfile|go\.mod|[^/]*requirements[^/]*\.(txt|in)|requirements\/[^/]+\.(txt|in))$/i;
const dockerfiles = /(^|\/)((Dockerfile|Containerfile)([.-][^/]*)?|[^/]+\.(dockerfile|containerfile))$/i;
const workflows = /(^|\/)(\.github\/workflows\/[^/]+\.ya?ml|action\.ya?ml|\.gitlab-ci\.yml|\.circleci\/config\.yml|azure-pipelines\.yml)$/i;

/** The file's language, or `any` where the name says nothing. */
export function languageOf(path: string): Language {
  if (manifests.test(path)) return 'manifest';
  if (dockerfiles.test(path)) return 'dockerfile';
  if (workflows.test(path)) return 'workflow';
  const extension = path.split('/').at(-1)!.toLowerCase().split('.').at(-1)!;
  return byExtension[extension] ?? 'any';
}
