// Plain CommonJS without libraries: act starts it with whichever Node is first on the path.
const { createHash } = require('node:crypto');
const { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { basename, join } = require('node:path');

const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? '';
const folder = process.env.ASSAY_ARTEFACTS;
const wanted = input('path').split('\n').map((line) => line.trim()).filter((line) => line !== '');
const paths = wanted.filter((path) => existsSync(path));

if (!folder) throw new Error('ASSAY_ARTEFACTS names no folder');
if (paths.length === 0) {
  console.log(`::warning::nothing at ${wanted.join(', ')}`);
  if (input('if-no-files-found') === 'error') process.exit(1);
}
const target = join(folder, input('name') || 'artifact');
mkdirSync(target, { recursive: true });
for (const path of paths) cpSync(path, statSync(path).isDirectory() ? target : join(target, basename(path)), { recursive: true });
// GitHub's is the digest of the zip; here it is that of the files, one after the other.
const digest = readdirSync(target).sort().filter((name) => statSync(join(target, name)).isFile()).reduce((hash, name) => hash.update(`${name}\0`).update(readFileSync(join(target, name))), createHash('sha256')).digest('hex');
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `artifact-id=1\nartifact-digest=${digest}\n`);
