// What the programs under judgement find in their environment: where programs are and the time zone; under an audit's conditions all that the audit tells.
import path from 'node:path';

const { ASSAY_CONDITIONS, PATH = '', TZ = 'UTC' } = process.env;

export const childEnv = ASSAY_CONDITIONS === undefined ? { PATH, TZ } : { ...process.env };

// A command of Node's loads the conditions before its program.
export const commandEnv = ASSAY_CONDITIONS === undefined ? childEnv : { ...childEnv, NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'conditions.mjs')}` };

/** The same for other commands, or null where nothing is audited. */
export const auditEnv = ASSAY_CONDITIONS === undefined ? null : commandEnv;
