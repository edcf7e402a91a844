/**
 * `assay vulns [PATH] [--report FILE …]`: known faults of all that a folder locks, from this machine's OSV records (or the npm client's registry) and from the JSON reports
 * of osv-scanner, Grype, npm audit and pip-audit, merged and held against the budget. Exit codes as for a verdict. Budget and exceptions are those of the default branch.
 */
import { readFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configPath, parseConfig } from '../core/config.ts';
import { AssayError, problemOf } from '../core/errors.ts';
import { product } from '../core/product.ts';
import { lockedIn } from '../core/sbom/of-tree.ts';
import { purlOf } from '../core/sbom/purl.ts';
import { parseStrictJson } from '../core/strict-json.ts';
import { textOf } from '../core/tree.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { visible } from '../core/visible.ts';
import { aged, fromAnyReport } from '../core/vulnerability/adapters/any.ts';
import { assess, type Assessment } from '../core/vulnerability/assess.ts';
import { applies, budgetOf, type Charge } from '../core/vulnerability/budget.ts';
import type { ScanReport } from '../core/vulnerability/found.ts';
import type { Merged } from '../core/vulnerability/merge.ts';
import { supplyChain } from '../edges/advisories/sources.ts';
import { maxAgeDays } from '../edges/scanners/osv-records.ts';
import { readAll } from '../edges/worktree.ts';
import { openVexOf } from '../evidence/openvex.ts';
import { scanPredicate } from '../evidence/supply-chain.ts';
import limits from '../../rulepacks/cve-budget/limits.json' with { type: 'json' };
import type { Verb } from './main.ts';
import { giveOut } from './sbom/files.ts';

const usage = 'assay vulns [PATH] [--report FILE …] [--repository OWNER/NAME] [--format text|json|predicate|openvex] [--author WHO] [--out FILE]';
const formats = ['text', 'json', 'predicate', 'openvex'] as const;

interface Options { path: string; reports: string[]; repository: string | null; format: (typeof formats)[number]; author: string; out: string | null }

export const verb: Verb = {
  summary: 'known faults of what is locked, from several scanners, against the budget: vulns [PATH] [--report FILE …]',
  async run(args) {
    const options = optionsOf(args);
    const now = Date.now();
    const { head, base, repository: origin } = await readAll(options.path);
    const repository = options.repository ?? origin;
    const config = textOf(base[configPath]) ?? textOf(head[configPath]);
    const budget = budgetOf(config === undefined ? undefined : parseConfig(config).guardrails['cve-budget'], limits);
    if ('why' in budget) throw new AssayError('CONFIG_CVE_BUDGET', budget.why, { remedy: `Correct guardrails.cve-budget of ${configPath}.` });
    const { packages } = lockedIn(head);
    const given = await Promise.all(options.reports.map(async (file) => aged(await readReport(file, packages), { now, maxDays: maxAgeDays })));
    const reports = [...await supplyChain().reportsOn(packages, now), ...given];
    const assessment = assess({ reports, purls: packages.map(purlOf), budget, repository, now });
    const found = assessment.charges.map((each) => each.found);
    const exceptions = budget.exceptions.filter((exception) => found.some((each) => applies(exception, each, repository)));
    const written = {
      text: () => inWords(assessment, reports), json: () => json({ ...assessment, reports }), openvex: () => json(openVexOf({ author: options.author, at: now, exceptions })),
      predicate: () => json(scanPredicate({ reports, tool: product, startedAt: now, finishedAt: Date.now() }) ?? nothingToState()),
    };
    giveOut(written[options.format](), options.out);
    return exitCodeOf(assessment.outcome);
  },
};

function optionsOf(args: string[]): Options {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { report: { type: 'string', multiple: true }, repository: text, format: text, author: text, out: text } });
    const path = resolve(positionals[0] ?? '.');
    const format = formats.find((each) => each === (values.format ?? 'text'));
    if (positionals.length > 1 || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('name one folder');
    if (!format) throw new Error(`--format is one of ${formats.join(', ')}`);
    if (format === 'openvex' && !values.author) throw new Error('an OpenVEX document needs its --author');
    return { path, reports: values.report ?? [], repository: values.repository ?? null, format, author: values.author ?? '', out: values.out ?? null };
  } catch (cause) {
    throw new AssayError('USAGE_VULNS', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

/** What cannot be read is a source that did not answer, so that its silence is seen. */
async function readReport(file: string, packages: Parameters<typeof fromAnyReport>[1]): Promise<ScanReport> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => { throw new AssayError('USAGE_VULNS', `"${file}" cannot be read`, { remedy: usage, cause }); });
  try {
    const report = fromAnyReport(parseStrictJson(text), packages);
    if (report) return report;
    throw new AssayError('VULN_REPORT', `${file} is of no scanner that is read`, { remedy: 'Give the JSON report of osv-scanner, Grype, npm audit or pip-audit.' });
  } catch (thrown) {
    const { message, remedy } = problemOf(thrown);
    return { scanner: { name: file, version: 'unknown', uri: 'file' }, database: null, covers: [], failure: { code: 'VULN_REPORT', why: message.split('\n')[0]!.slice(0, 300), remedy }, found: [] };
  }
}

function nothingToState(): never {
  throw new AssayError('VULN_UNDATED', 'no source answered with the age of its database, so there is no scan to state', { remedy: 'Import OSV records: npx assay tools osv DIR|ZIP' });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function inWords({ outcome, charges, count, disputed, ungraded, unjudged }: Assessment, reports: readonly ScanReport[]): string {
  const lines = [
    `${outcome}: ${count.critical} critical, ${count.high} high (${ungraded} of them graded by nobody), ${count.medium} medium, ${count.low} low; scanners disagree on ${disputed}`,
    ...charges.map(charged), ...(unjudged.length > 0 ? [`nobody judged ${unjudged.join(', ')}`] : []),
    ...reports.map(({ scanner, database, failure }) => `${failure ? 'no answer' : 'answered '}  ${scanner.name} ${failure ? `${failure.code}: ${failure.why}. ${failure.remedy}` : `of ${database?.lastUpdate ?? 'unsaid age'}`}`),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function charged({ state, found }: Charge<Merged>): string {
  return `${state.padEnd(9)} ${found.grade.padEnd(8)} ${found.purl} ${[found.id, ...found.aliases].join(' ')}${found.fixed ? `, fixed in ${found.fixed}` : ''} (${found.by.join(', ')}${found.notBy.length > 0 ? `; not ${found.notBy.join(', ')}` : ''})`;
}
