/** `assay policy eval --package P --input FILE`: the decision of one package over one input, as JSON. */
import { policyPackages } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { demand, optionsOf, readText, wrongUse } from './options.ts';

export async function evaluate(args: string[]): Promise<number> {
  const { values } = optionsOf(args, ['package', 'input']);
  const name = policyPackages.find((each) => each === values.package);
  if (!name) throw wrongUse(`--package is one of ${policyPackages.join(', ')}`);
  const input = parse(await readText(demand(values.input, '--input')), values.input!);
  const policy = await openPolicy();
  process.stdout.write(`${JSON.stringify(await policy.decide(name, input), null, 2)}\n`);
  return 0;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw wrongUse(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
