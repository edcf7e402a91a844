/** As much of jsdom's types as is used here: its own package of types brings those of a whole browser along, which contradict Node's. */
declare module 'jsdom' {
  export class VirtualConsole {}
  export class JSDOM {
    constructor(html: string, options: { runScripts: 'outside-only'; pretendToBeVisual: boolean; virtualConsole: VirtualConsole });
    readonly window: { eval(code: string): unknown; close(): void };
  }
}
