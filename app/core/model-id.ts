/**
 * Whether the model that answered is the model that was asked. A dated or versioned snapshot of the asked name is the same model
 * (`gpt-5.5` → `gpt-5.5-2026-04-23`); another name, family or size is not, and such an answer must not count for quorum.
 */
const snapshot = /^-(\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{2,4}|\d{3}|latest)$/;

export function isSameModel(requested: string, answered: string): boolean {
  const asked = bare(requested);
  const got = bare(answered);
  if (asked === got) return true;
  const undated = asked.replace(/-latest$/, '');
  return got.startsWith(undated) && (got === undated || snapshot.test(got.slice(undated.length)));
}

/** Gateways and Google prefix the name with where it lives. */
function bare(model: string): string {
  return model.trim().toLowerCase().replace(/^models\//, '');
}
