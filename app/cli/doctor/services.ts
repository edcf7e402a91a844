/** What the App relies on outside of GitHub: the service that keeps the key of its evidence, and the programs that build in its place. Pure. */
import { programs } from '../../edges/agents-cli/programs.ts';
import { type Diagnosis, type DoctorFacts, type RepositoryFacts, ok, problem, unknown } from './facts.ts';

/** Without it nothing is signed, and no change becomes green. */
export function diagnoseKeyService({ keyService, evidenceKey }: DoctorFacts): Diagnosis[] {
  if (keyService === null) return [];
  const { host, answer } = keyService;
  if (!answer.known) return [problem('KEY_SERVICE_FAILS', `The key service at ${host} does not sign (${answer.why}).`, 'npx assay doctor    # after it was started or unsealed, and ASSAY_KMS_KEY and ASSAY_KMS_TOKEN looked at')];
  const { keyId } = answer.value;
  const signs = ok('KEY_SERVICE_SIGNS', `The key service at ${host} signs with ${keyId}, and the signature verifies.`);
  if (evidenceKey === null || evidenceKey.keyId === keyId) return [signs];
  return [signs, { ...unknown('KEY_SERVICE_OTHER_KEY', `Evidence was last signed with ${evidenceKey.keyId}; the next start of the App introduces ${keyId}.`, 'npx assay keys list'), severity: 'low' }];
}

/** A family that is to build through its vendor's program builds nothing where that is missing. */
export function diagnoseBuilders({ locked }: DoctorFacts, { name, cliBuilders, workflow }: RepositoryFacts): Diagnosis[] {
  if (!cliBuilders.known) return [];
  return cliBuilders.value.flatMap((family) => {
    const { tool } = programs[family];
    const found = locked.find((each) => each.name === tool);
    // Dispatched work brings its own tools; what this machine has says nothing of that.
    if (workflow !== null || found?.installed) return [];
    return [problem('BUILDER_TOOL_MISSING', `${name} has ${family} build with ${tool}, which is not installed here: that family builds nothing.`, found?.install ?? `npx assay tools install ${tool}`)];
  });
}
