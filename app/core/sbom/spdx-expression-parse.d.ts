/** The package ships no types; this is what its parser answers. */
declare module 'spdx-expression-parse' {
  function parse(text: string): parse.Info;
  namespace parse {
    interface Licence { license: string; plus?: true; exception?: string }
    interface Conjunction { left: Info; conjunction: 'and' | 'or'; right: Info }
    type Info = Licence | Conjunction;
  }
  export = parse;
}
