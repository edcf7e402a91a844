/**
 * Pages as PDF, the same bytes for the same document: no clock, no compression, no font but those that every reader has. Letters that these fonts lack are shown as question
 * marks; text is never taken for anything but text.
 */
import PDFDocument from 'pdfkit';
import type { Block, PageDocument, Table } from '../core/page-document.ts';

const margin = 48;
const sizes = { title: 20, heading: 13, text: 10, small: 6.5 } as const;
const colours = { good: '#1a7f37', bad: '#b3261e', text: '#1f2328', muted: '#57606a', line: '#d0d7de' } as const;

type Pdf = InstanceType<typeof PDFDocument>;

export function pdfOf({ title, at, blocks }: PageDocument): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', margin, compress: false, bufferPages: true, lang: 'en-GB', displayTitle: true, info: { Title: shown(title), Producer: 'Assay', Creator: 'Assay', CreationDate: new Date(at) } });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => { pdf.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => { resolve(Buffer.concat(chunks)); }).on('error', reject); });
  for (const block of blocks) draw(pdf, block);
  number(pdf, title);
  pdf.end();
  return done;
}

function draw(pdf: Pdf, block: Block): void {
  if (block.kind === 'page') pdf.addPage();
  else if (block.kind === 'table') table(pdf, block);
  else paragraph(pdf, block);
}

function paragraph(pdf: Pdf, { kind, text }: Exclude<Block, Table | { kind: 'page' }>): void {
  const size = kind === 'title' ? sizes.title : kind === 'heading' ? sizes.heading : sizes.text;
  const font = kind === 'code' ? 'Courier' : kind === 'text' ? 'Helvetica' : 'Helvetica-Bold';
  pdf.font(font).fontSize(kind === 'code' ? 8 : size).fillColor(kind === 'good' || kind === 'bad' ? colours[kind] : colours.text);
  room(pdf, pdf.heightOfString(shown(text)) + (kind === 'heading' ? 40 : 0));
  if (kind === 'heading') pdf.moveDown(0.6);
  pdf.text(shown(text), margin, pdf.y).moveDown(0.4);
}

function table(pdf: Pdf, { columns, rows }: Table): void {
  const whole = pdf.page.width - 2 * margin;
  const sum = columns.reduce((all, { grow }) => all + grow, 0);
  const widths = columns.map(({ grow }) => (whole * grow) / sum);
  row(pdf, columns.map(({ title }) => title), { widths, fonts: columns.map(() => ['Helvetica-Bold', 8.5] as const) });
  for (const cells of rows) row(pdf, cells, { widths, fonts: columns.map(({ small }) => (small ? ['Courier', sizes.small] as const : ['Helvetica', 8.5] as const)) });
  pdf.moveDown(0.5);
}

/** A row stays whole on one page. */
function row(pdf: Pdf, cells: readonly string[], { widths, fonts }: { widths: readonly number[]; fonts: readonly (readonly [string, number])[] }): void {
  const inner = (at: number) => ({ width: (widths[at] ?? 0) - 8 });
  const heights = cells.map((cell, at) => pdf.font(fonts[at]![0]).fontSize(fonts[at]![1]).heightOfString(shown(cell), inner(at)));
  const height = Math.max(...heights) + 5;
  room(pdf, height);
  const top = pdf.y;
  let left = margin;
  cells.forEach((cell, at) => {
    pdf.font(fonts[at]![0]).fontSize(fonts[at]![1]).fillColor(colours.text).text(shown(cell), left + 2, top + 2.5, inner(at));
    left += widths[at] ?? 0;
  });
  pdf.moveTo(margin, top + height).lineTo(left, top + height).lineWidth(0.5).strokeColor(colours.line).stroke();
  pdf.x = margin;
  pdf.y = top + height;
}

function room(pdf: Pdf, height: number): void {
  if (pdf.y + height > pdf.page.height - margin - 14) pdf.addPage();
}

function number(pdf: Pdf, title: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let at = start; at < start + count; at += 1) {
    pdf.switchToPage(at);
    const { bottom } = pdf.page.margins;
    // Below the margin a text would begin a page of its own.
    pdf.page.margins.bottom = 0;
    pdf.font('Helvetica').fontSize(7.5).fillColor(colours.muted).text(shown(`${title} – page ${at + 1} of ${count}`), margin, pdf.page.height - 34, { lineBreak: false });
    pdf.page.margins.bottom = bottom;
  }
}

function shown(text: string): string {
  return text.replaceAll(/[^\n\x20-\x7e\xa1-\xac\xae-\xff–—‘’“”•…€]/g, '?');
}
