/** Workflow lines that publish something, in a repository whose workflows make no bill of materials or attest no origin. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';

const workflow = /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const publishes: { what: string; pattern: RegExp; attests?: boolean }[] = [
  { what: 'an npm package', pattern: /(^|[\s;&|"'])(npm|pnpm|yarn npm|bun) publish\b(?!.*--dry-run)/ },
  { what: 'a Python package', pattern: /(^|[\s;&|"'])(twine upload|uv publish|poetry publish|hatch publish|flit publish)\b/ },
  // This action attests by itself since its version 1.11.
  { what: 'a Python package', pattern: /uses:\s*["']?pypa\/gh-action-pypi-publish@/, attests: true },
  { what: 'a release', pattern: /(^|[\s;&|"'])gh release create\b|uses:\s*["']?(softprops\/action-gh-release|goreleaser\/goreleaser-action)@/ },
  { what: 'a container image', pattern: /(^|[\s;&|"'])(docker|podman|buildah) push\b/ },
];
const bill = /\bsbom\b|cyclonedx|\bsyft\b|\bspdx-json\b/i;
const origin = /--provenance\b|\bprovenance:\s*(["']?true|["']?mode=)|NPM_CONFIG_PROVENANCE|attest-build-provenance|uses:\s*["']?actions\/attest\b|slsa-github-generator|\bcosign (sign|attest)\b|\bsigstore\b|attestations:\s*true/i;

export function shipped(facts: Pick<GuardFacts, 'changed' | 'paths' | 'read'>): RawFinding[] {
  const places = facts.changed.filter((file) => workflow.test(file.path)).flatMap((file) => file.text.split('\n').flatMap((text, index) => {
    const found = /^\s*#/.test(text) ? undefined : publishes.find((each) => each.pattern.test(text.slice(0, 2000)));
    return found ? [{ ...found, path: file.path, line: index + 1 }] : [];
  }));
  if (places.length === 0) return [];
  // A private package may be packed and is not shipped; its registry would refuse it.
  const npm = !isPrivate(facts.read('package.json'));
  const all = facts.paths.filter((path) => workflow.test(path) || path === 'package.json' || /(^|\/)\.goreleaser\.ya?ml$/.test(path)).map((path) => facts.read(path) ?? '').map(withoutComments);
  const hasBill = all.some((text) => bill.test(text));
  const hasOrigin = all.some((text) => origin.test(text) || /"provenance"\s*:\s*true/.test(text));
  return places.filter(({ what }) => npm || what !== 'an npm package').flatMap(({ what, path, line, attests }): RawFinding[] => {
    const place = { path, startLine: line, endLine: line, values: { what }, severity: 'medium' as const };
    return [...(hasBill ? [] : [{ ...place, code: 'SHIPPED_WITHOUT_SBOM' }]), ...(hasOrigin || attests ? [] : [{ ...place, code: 'SHIPPED_WITHOUT_PROVENANCE' }])];
  });
}

function withoutComments(text: string): string {
  return text.split('\n').map((line) => line.slice(0, 2000)).filter((line) => !/^\s*#/.test(line)).join('\n');
}

function isPrivate(manifest: string | null): boolean {
  return /"private"\s*:\s*true/.test(manifest ?? '');
}
