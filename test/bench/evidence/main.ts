/** `npm run bench:evidence [-- name …]`: what verifying evidence costs, against the tools that do the same, in one run on one machine. One part per file. */
import { runBenches } from '../main.ts';

process.exitCode = await runBenches(new URL('.', import.meta.url), process.argv.slice(2));
