/**
 * Terraform's language as blocks, labels and attributes with their lines. An attribute's expression is kept as text: the rules ask for literals and leave what is
 * computed alone. One pass; a text that does not close what it opens is refused with its line.
 */
export interface Attribute {
  text: string;
  line: number;
}

export interface Block {
  type: string;
  labels: string[];
  line: number;
  attributes: Map<string, Attribute>;
  blocks: Block[];
}

const maxDepth = 60;

export function parseHcl(text: string): Block {
  return new Reader(text).file();
}

/** String literals of an expression without anything computed in them. */
export function literals(attribute: Attribute | undefined): string[] {
  return [...(attribute?.text ?? '').matchAll(/"((?:[^"\\$]|\\.){0,500})"/g)].map((match) => match[1]!);
}

export function isTrue(attribute: Attribute | undefined): boolean {
  return /^"?true"?$/i.test(attribute?.text ?? '');
}

export function isFalse(attribute: Attribute | undefined): boolean {
  return /^"?false"?$/i.test(attribute?.text ?? '');
}

/** The literal number, NaN where there is none. */
export function numberOf(attribute: Attribute | undefined): number {
  return /^"?-?\d+"?$/.test(attribute?.text ?? '') ? Number(attribute!.text.replaceAll('"', '')) : Number.NaN;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  file(): Block {
    const root: Block = { type: '', labels: [], line: 1, attributes: new Map(), blocks: [] };
    this.#body(root, 0);
    return root;
  }

  /** Reads until the closing bracket of this body, or the end of the file for the outermost. */
  #body(into: Block, depth: number): void {
    if (depth > maxDepth) throw new Error(`line ${this.#line}: blocks are nested deeper than ${maxDepth}`);
    for (this.#space(true); this.#at < this.#text.length; this.#space(true)) {
      if (this.#peek() === '}') {
        if (depth === 0) throw new Error(`line ${this.#line}: a bracket closes nothing`);
        this.#at += 1;
        return;
      }
      this.#item(into, depth);
    }
    if (depth > 0) throw new Error(`line ${into.line}: ${into.type} is not closed`);
  }

  #item(into: Block, depth: number): void {
    const line = this.#line;
    const name = this.#word();
    if (name === '') throw new Error(`line ${line}: neither a block nor an attribute`);
    this.#space(false);
    if (this.#peek() === '=' && this.#text[this.#at + 1] !== '=') {
      this.#at += 1;
      into.attributes.set(name, { text: this.#expression(), line });
      return;
    }
    const labels: string[] = [];
    while (this.#peek() !== '{') {
      const label = this.#peek() === '"' ? this.#string().slice(1, -1) : this.#word();
      if (label === '') throw new Error(`line ${this.#line}: after "${name}" comes neither "=" nor a block`);
      labels.push(label);
      this.#space(false);
    }
    this.#at += 1;
    const block: Block = { type: name, labels, line, attributes: new Map(), blocks: [] };
    this.#body(block, depth + 1);
    into.blocks.push(block);
  }

  /** Up to the end of the line outside of brackets, strings and here-documents. */
  #expression(): string {
    const start = this.#at;
    let open = 0;
    for (let char = this.#peek(); char !== ''; char = this.#peek()) {
      if (char === '"') this.#string();
      else if (char === '<' && /^<<-?[A-Za-z_]/.test(this.#text.slice(this.#at, this.#at + 4))) this.#heredoc();
      else if (char === '#' || (char === '/' && /[/*]/.test(this.#text[this.#at + 1] ?? ''))) this.#comment();
      else if ('([{'.includes(char)) { open += 1; this.#at += 1; }
      else if (')]}'.includes(char)) {
        if (open === 0) break;
        open -= 1;
        this.#at += 1;
      } else if (char === '\n' && open === 0) break;
      else this.#step();
    }
    if (open > 0) throw new Error(`line ${this.#line}: an expression is not closed`);
    return this.#text.slice(start, this.#at).trim();
  }

  /** A quoted string with its quotes; `${…}` inside is code, and may hold strings of its own. */
  #string(depth = 0): string {
    if (depth > maxDepth) throw new Error(`line ${this.#line}: strings are nested deeper than ${maxDepth}`);
    const start = this.#at;
    this.#at += 1;
    let inner = 0;
    for (let char = this.#peek(); char !== ''; char = this.#peek()) {
      if (inner > 0 && char === '"') { this.#string(depth + 1); continue; }
      if (char === '"') break;
      if (char === '\n' && inner === 0) throw new Error(`line ${this.#line}: a string is not closed`);
      if (char === '\\') this.#at += 1;
      else if (/[$%]/.test(char) && this.#text[this.#at + 1] === '{') { inner += 1; this.#at += 1; }
      else if (char === '{' && inner > 0) inner += 1;
      else if (char === '}' && inner > 0) inner -= 1;
      this.#step();
    }
    this.#step();
    return this.#text.slice(start, this.#at);
  }

  #heredoc(): void {
    const mark = /<<-?(\w+)[^\n]*\n/y;
    mark.lastIndex = this.#at;
    const opened = mark.exec(this.#text);
    if (!opened) { this.#step(); return; }
    const end = new RegExp(`^[ \\t]*${opened[1]}[ \\t\\r]*$`, 'gm');
    end.lastIndex = mark.lastIndex;
    const closed = end.exec(this.#text);
    if (!closed) throw new Error(`line ${this.#line}: the text up to ${opened[1]} is not closed`);
    const to = closed.index + closed[0].length;
    while (this.#at < to) this.#step();
  }

  #comment(): void {
    const long = this.#text[this.#at] === '/' && this.#text[this.#at + 1] === '*';
    const end = this.#text.indexOf(long ? '*/' : '\n', this.#at);
    const to = end < 0 ? this.#text.length : end + (long ? 2 : 0);
    while (this.#at < to) this.#step();
  }

  /** Spaces and comments; line ends too, where asked. */
  #space(lines: boolean): void {
    for (let char = this.#peek(); char !== ''; char = this.#peek()) {
      if (char === '#' || (char === '/' && /[/*]/.test(this.#text[this.#at + 1] ?? ''))) this.#comment();
      else if (char === ' ' || char === '\t' || char === '\r' || char === '\ufeff' || (lines && (char === '\n' || char === ','))) this.#step();
      else return;
    }
  }

  #word(): string {
    const word = /[\w.-]+/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #step(): void {
    if (this.#text[this.#at] === '\n') this.#line += 1;
    this.#at += 1;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }
}
