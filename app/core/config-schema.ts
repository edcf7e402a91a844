/** Writes `config.schema.json`, the published JSON Schema of `.github/assay.yml`: `node app/core/config-schema.ts`. A test says whether it is current. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configSchema } from './config.ts';

export const schemaFile = join(import.meta.dirname, 'config.schema.json');

export function schemaText(): string {
  return `${JSON.stringify(configSchema(), null, 2)}\n`;
}

if (import.meta.main) await writeFile(schemaFile, schemaText());
