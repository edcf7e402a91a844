/** The packages whose `decision` the wasm answers. One file of `policies/` each. */
export const policyPackages = [
  'ci.change', 'ci.intent', 'ci.finops', 'ci.supplychain', 'ci.observability', 'ci.release', 'ci.business_rules', 'agent.authz', 'identity.authz', 'identity.residency',
] as const;
export type PolicyPackage = (typeof policyPackages)[number];

/** Rego compiled to wasm. Absent or ill-typed input is denied; a missing or altered module is POLICY_DIGEST_MISMATCH. */
export interface Policy {
  /** Digest of the wasm and its data, written into every manifest. */
  readonly digest: string;
  /** Its bytes and what they say of themselves, for evidence packs; absent where it is no compiled policy. */
  readonly files?: { wasm: Uint8Array; manifest: string };
  /** Evaluates `data.<package>.decision` and answers it as JSON. Throws POLICY_UNDEFINED where the policy gave no decision. */
  decide(packageName: PolicyPackage, input: unknown): Promise<unknown>;
}
