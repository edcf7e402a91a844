/** The packages the product was promised to stand on: each a direct dependency, each imported by a file that ships or tests. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importsOf, trackedFiles } from './sources.ts';

const card = ['probot', 'octokit', '@actions/core', '@sigstore/sign', '@sigstore/verify', '@open-policy-agent/opa-wasm', '@anthropic-ai/sdk', 'openai', '@google/genai', 'zod', 'pino', 'nock', 'vitest'];

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
const imports = trackedFiles().filter((path) => /^(app|actions|test)\/.*\.ts$/.test(path) && !/\/(cases|dist)\//.test(path) && !path.startsWith('test/laws/')).flatMap((path) => importsOf(path));

test.each(card)('%s is a direct dependency and is used', (name) => {
  expect({ ...manifest.dependencies, ...manifest.devDependencies }).toHaveProperty([name]);
  const importer = imports.find((each) => each.to === name || each.to.startsWith(`${name}/`));
  expect(importer?.from, `no file imports ${name}`).toBeDefined();
});
