/** Places in an HTML text: an element named by its way down the tree (the n-th element child of each) → the lines of its start tag. Every engine that reads HTML as browsers do has the same tree. */
import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Parent = DefaultTreeAdapterTypes.Document | DefaultTreeAdapterTypes.Element;
export type Way = readonly number[];
export interface Lines { startLine: number; endLine: number }

/** `way` starts below the document: [0] is the root element. What the text does not hold itself, as an implied `html`, is on the line of the first that holds it. */
export function placesIn(html: string): (way: Way) => Lines {
  const document = parse(html, { sourceCodeLocationInfo: true });
  return (way) => {
    let at: Parent = document;
    let lines: Lines = { startLine: 1, endLine: 1 };
    for (const index of way) {
      const child: DefaultTreeAdapterTypes.Element | undefined = elements(at)[index];
      if (!child) return lines;
      at = child;
      const place = child.sourceCodeLocation?.startTag ?? child.sourceCodeLocation;
      if (place) lines = { startLine: place.startLine, endLine: place.endLine };
    }
    return lines;
  };
}

function elements(parent: Parent): DefaultTreeAdapterTypes.Element[] {
  const inside = 'content' in parent ? (parent as DefaultTreeAdapterTypes.Template).content : parent;
  return inside.childNodes.filter((node): node is DefaultTreeAdapterTypes.Element => 'tagName' in node);
}
