/** Rego compiled to wasm. Absent or ill-typed input is denied; a missing or altered module is POLICY_DIGEST_MISMATCH. */
export interface Policy {
  /** Digest of the wasm and its data, written into every manifest. */
  readonly digest: string;
  /** Evaluates `data.<package>.decision` and answers it as JSON. Throws POLICY_UNDEFINED where the policy gave no decision. */
  decide(packageName: 'assay.change' | 'assay.intent' | 'assay.finops', input: unknown): Promise<unknown>;
}
