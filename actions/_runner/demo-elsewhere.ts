/** Stands for the verb `demo` in the bundle: the demo plays on stand-ins that are part of a clone and of its development packages, not of an installation. */
import { AssayError } from '../../app/core/errors.ts';
import type { Verb } from '../../app/cli/main.ts';

export const verb: Verb = {
  summary: 'the demo (in a clone only)',
  async run() {
    throw new AssayError('USAGE_DEMO_CLONE_ONLY', 'The demo is not part of an installed Assay.', { remedy: 'Clone the repository and run: npm ci && npm run demo' });
  },
};
