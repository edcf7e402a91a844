/** Long lists are judged in parts: the same verdict as for the whole, at the same place, in time that grows with the length and not with its square. */
import { expect, it } from 'vitest';
import { readDocument } from '../../core/sbom/document.ts';
import { schemaFaults } from './validate.ts';

const component = (index: number, more: object = {}) => ({ type: 'library', name: `p${index}`, version: '1.0.0', 'bom-ref': `r${index}`, ...more });
const faultsOf = (components: object[], more: object = {}) => schemaFaults(readDocument(Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components, ...more }))));
const many = (length: number) => Array.from({ length }, (_, index) => component(index));

it('finds a fault at its own place, near the end and outside of the list', async () => {
  const components = many(450);
  expect(await faultsOf(components)).toEqual([]);
  expect(await faultsOf(components.with(401, component(401, { scope: 'sometimes' })))).toEqual([expect.stringMatching(/^\/components\/401\/scope must be equal to one of/)]);
  expect(await faultsOf(components, { extra: 1 })).toEqual([expect.stringContaining('"extra"')]);
});

it('finds a repetition across parts, in whatever order its keys stand, as in a short list', async () => {
  const again = Object.fromEntries(Object.entries(component(3)).reverse());
  expect(await faultsOf([...many(450), again])).toEqual(['/components must NOT have duplicate items (items ## 3 and 450 are identical)']);
  expect(await faultsOf([...many(5), again])).toEqual([expect.stringContaining('must NOT have duplicate items')]);
});

it('judges 20,000 components without trying every pair', async () => {
  await faultsOf([]);
  const timed = async (length: number) => { const started = performance.now(); expect(await faultsOf(many(length))).toEqual([]); return performance.now() - started; };
  const [some, all] = [await timed(2_000), await timed(20_000)];
  // Ten times the length: a hundred times the pairs.
  expect(all / some).toBeLessThan(40);
});
