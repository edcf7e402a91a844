/**
 * One plain spelling for what statements write in LaTeX, HTML, Markdown or Unicode: `<=`, `!=`, `*`, `^`, `…` for dots in a row and a
 * line `:` for dots in a column, `A_i` and `A_{i,j}` for subscripts, `|S|` for lengths. Words and line breaks stay.
 */
const entities: Record<string, string> = { le: '<=', leq: '<=', ge: '>=', geq: '>=', lt: '<', gt: '>', ne: '!=', nbsp: ' ', amp: '&', hellip: '…', minus: '-', times: '*', middot: '*', sdot: '*', quot: '"', apos: "'", mdash: '—', ndash: '—', lsquo: "'", rsquo: "'", ldquo: '"', rdquo: '"' };
const commands: Record<string, string> = {
  leqslant: '<=', leqq: '<=', leq: '<=', le: '<=', geqslant: '>=', geqq: '>=', geq: '>=', ge: '>=', lt: '<', gt: '>', neq: '!=', ne: '!=', ldots: '…', dots: '…', cdots: '…', dotsc: '…', dotsb: '…', hdots: '…', dotsm: '…',
  vdots: ':', times: '*', cdot: '*', ast: '*', lvert: '|', rvert: '|', vert: '|', mid: '|', in: ' in ', quad: ' ', qquad: ' ', sum: 'sum ', lbrace: '{', rbrace: '}', max: 'max', min: 'min', left: '', right: '', big: '', Big: '', bigl: '', bigr: '', displaystyle: '', rm: '', bf: '', it: '', tt: '', lfloor: '(', rfloor: ')', space: ' ', colon: ':', textellipsis: '…', limits: '', land: ' and ', wedge: ' and ', oplus: ' xor ', mathrm: '', text: '', textrm: '', sf: '', hspace: '', hfill: '',
};
const styles = /\\(?:mathrm|text|textrm|texttt|mathtt|mathit|textit|mathbf|textbf|operatorname|bm|mathcal|mathsf|textsf|rm|mbox|boldsymbol|emph|t|tt|bf|it)\s*\{([^{}]*)\}/g;

export function clean(text: string): string {
  return numbers(symbols(latex(html(text)))).split('\n').map((line) => line.replace(/[ \t]+/g, ' ').trim()).join('\n');
}

function html(text: string): string {
  return text.replaceAll('\r', '')
    .replace(/<sub>\s*(.*?)\s*<\/sub>/gis, '_{$1}').replace(/<sup>\s*(.*?)\s*<\/sup>/gis, '^{$1}')
    .replace(/<(?:br|\/p|p|li|\/li|\/?ul|\/?ol|\/?div|\/?pre|\/?section|\/h\d|h\d|hr|\/?tr)\b[^<>\n]*>/gi, '\n').replace(/<\/?(?:var|span|strong|em|b|i|code|a|td|th|table|tbody|img|image|font|tt|u|center|details|summary|blockquote|sub|sup)(?:\s[^<>\n]*)?\/?>/gi, '')
    .replace(/&(?:#(\d+)|([A-Za-z]+));/g, (whole, code?: string, name?: string) => (code ? String.fromCodePoint(Math.min(Number(code), 0x10ffff)) : entities[name ?? ''] ?? whole));
}

function latex(text: string): string {
  let plain = text.replace(/\$\$\$/g, '').replace(/\$\$/g, ' ').replaceAll('$', '').replace(/\\[()[\]]/g, '').replace(/\\not\s*=/g, '!=');
  plain = plain.replace(/\\[hv]space\*?\s*\{[^{}]*\}/g, '');
  for (let round = 0; round < 3; round++) plain = plain.replace(styles, '$1').replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '($1)/($2)');
  return plain.replace(/\\begin\{[^}]*\}(?:\{[^}]*\})?|\\end\{[^}]*\}/g, '').replace(/\\([A-Za-z]+)/g, (_, name: string) => commands[name] ?? name)
    .replace(/\\\\/g, '\n').replace(/\\[,;:! ]/g, ' ').replace(/\\([_%&{}#|])/g, '$1').replace(/\{\s*,\s*\}/g, ',').replace(/\{\s*([A-Za-z]{2,})\s*\}(?=_)/g, '$1');
}

const unicode: [RegExp, string][] = [
  [/[≤≦⩽]/g, '<='], [/[≥≧⩾]/g, '>='], [/≠/g, '!='], [/=</g, '<='], [/[−﹣－]/g, '-'], [/[×·⋅∙•∗](?=\s*(?:\d|[A-Za-z]\b))/g, '*'], [/[∣｜]/g, '|'], [/[⋯‥]/g, '…'], [/⋮/g, ':'], [/[\u00a0\u2000-\u200a\u202f]/g, ' '], [/[\u200b\ufeff]/g, ''],
  [/[“”]/g, '"'], [/[‘’]/g, "'"], [/∈/g, ' in '], [/–/g, '—'],
];

function symbols(text: string): string {
  const plain = unicode.reduce((all, [pattern, by]) => all.replace(pattern, by), text)
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (digits) => `^${[...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)).join('')}`)
    .replace(/\.\s?\.\s?\.+/g, '…').replace(/(?<=[\w}]\s?,?\s?)\.\.(?=\s?,?\s?\w)/g, '…').replace(/\*\*/g, '');
  return spelledSums(plain).replace(/^[ \t]*(?:>[ \t]?)+/gm, '').replace(/_\{\s*([A-Za-z0-9]+)\s*\}(?![A-Za-z0-9])/g, (whole, sub: string) => (sub.length === 1 || /^\d+$/.test(sub) ? `_${sub}` : whole)).replace(/\^\{\s*(\d+)\s*\}/g, '^$1').replace(/(\d)\s*\^\s*(\d)/g, '$1^$2').replace(/(\w)_ (\w)\b/g, '$1_$2');
}

/** A sum sign with its limits as the sum that it stands for: `K_1 + … + K_N`. */
function spelledSums(text: string): string {
  const subscript = String.raw`\s*(?:_\s*(?:\{\s*([a-z])\s*=\s*(\d)\s*\}|[a-z]))?\s*(?:\^\s*(?:\{\s*([^{}]*)\s*\}|([A-Za-z])))?\s*`;
  return text.replace(new RegExp(String.raw`(?:\bsum|[∑Σ])${subscript}(\|?)\s*([A-Za-z])_(?:\{?\s*[a-z]\s*\}?)\s*\5(?=\s*(?:<|is\b))`, 'g'), (_, __, from = '1', top?: string, letter?: string, bar = '', name = '') => {
    const at = (sub: string) => `${bar}${name}_{${sub}}${bar}`;
    return `${at(from)} + … + ${at(top ?? letter ?? 'N')}`;
  });
}

/** Thousands separators go; `2 * 105` and, where no power is written at all, `<= 105` are powers of ten that lost their superscript. */
function numbers(text: string): string {
  const plain = text.replace(/(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])/g, (digits) => digits.replaceAll(',', '')).replace(/(?<=[<>]=? ?|\b(?:between|and|to|least|most|than|exceed|exceeds|exceeding|from) )-?\d{1,3}(?: \d{3})+(?! ?\d)/g, (digits) => digits.replaceAll(' ', ''))
    .replace(/(?<=\d ?\* ?)10([3-9]|1[0-8])(?![\d^])/g, '10^$1').replace(/(?<![\d.])(\d+(?:\.\d+)?)[eE]\+?(\d{1,2})(?!\w)/g, '$1 * 10^$2').replace(/(\d) ?[x] ?(?=10\^)/g, '$1 * ').replace(/(\d)\.(\d) \* 10\^(\d+)/g, (_, a: string, b: string, e: string) => `${a}${b} * 10^${Number(e) - 1}`);
  if (/10\^\d/.test(text)) return plain;
  return plain.replace(/(?<=<=? ?)(-?)10([3-9]|1[0-8])(?![\d^.])/g, '$110^$2').replace(/(?<![\w.])-10([3-9]|1[0-8])(?= ?<)/g, '-10^$1');
}
