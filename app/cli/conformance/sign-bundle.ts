/**
 * `assay conformance sign-bundle …`: the other half of the suite's protocol. Signs with an identity token against the services of the signing configuration, which must be
 * given: no public service is asked unless it is named there. Exit codes: 0 signed, 2 wrong use or configuration, 3 a service failed or the bundle does not verify.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AssayError } from '../../core/errors.ts';
import { signKeyless } from '../../edges/sigstore/keyless.ts';

const usage = 'assay conformance sign-bundle [--staging] [--in-toto] --identity-token TOKEN --bundle FILE [--trusted-root FILE] --signing-config FILE FILE';

interface Options {
  statement: boolean;
  token: string;
  bundle: string;
  root?: string;
  config: string;
  artifact: string;
}

export async function signBundle(args: string[]): Promise<number> {
  const { statement, token, bundle, root, config, artifact } = optionsOf(args);
  const text = await signKeyless({
    data: await read(artifact), kind: statement ? 'statement' : 'artifact', identityToken: token, signingConfig: (await read(config)).toString('utf8'),
    ...(root === undefined ? {} : { root: (await read(root)).toString('utf8') }),
  });
  await writeFile(bundle, text);
  process.stdout.write('signed\n');
  return 0;
}

function optionsOf(args: string[]): Options {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals: [artifact, ...more] } = parseArgs({ args, allowPositionals: true, options: { staging: { type: 'boolean' }, 'in-toto': { type: 'boolean' }, 'identity-token': text, bundle: text, 'trusted-root': text, 'signing-config': text } });
    const { bundle, 'identity-token': token, 'signing-config': config, 'trusted-root': root } = values;
    if (bundle === undefined || token === undefined || config === undefined || artifact === undefined || more.length > 0) throw new Error('one --identity-token, --bundle, --signing-config and FILE each');
    return { statement: values['in-toto'] ?? false, token, bundle, config, artifact, ...(root === undefined ? {} : { root }) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw wrongUse(`${file} cannot be read`, cause);
  }
}

function wrongUse(message: string, cause?: unknown): AssayError {
  return new AssayError('USAGE', message, { remedy: usage, cause });
}
