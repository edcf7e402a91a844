/** The name by which a workflow run's event finds the job that waits for it. A run's id alone would let one repository name another's runs. */
export function runKey(repositoryId: number, runId: number): string {
  return `run:${repositoryId}:${runId}`;
}
