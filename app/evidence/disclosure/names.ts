/** Names of the files of a disclosure. */

export const disclosureFile = 'disclosure.json';
export const pdfFile = 'disclosure.pdf';
/** What a reader wants as plain JSON. */
export const attachments = 'attachments/';
export const logFile = `${attachments}audit-log.json`;
export const releaseFile = `${attachments}release.json`;
/** Verdicts and approvals of each change, as the packs have them. */
export const changesFile = `${attachments}changes.json`;
/** What policy was asked about the release, and what it answered. */
export const decisionFile = `${attachments}release-decision.json`;
/** The pack of the build, as it was taken. */
export const buildFolder = 'build/';
