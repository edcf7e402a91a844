import { expect, test } from 'vitest';
import { placesIn } from './html-places.ts';

const html = '<!DOCTYPE html>\n<html lang="en">\n<body>\n<p>a</p>\n<img\n  src="a.png">\n<template><b>x</b></template>\n</body>\n</html>\n';

test('an element is on the lines of its start tag; what the text does not hold is on those of its parent', () => {
  const at = placesIn(html);
  expect(at([0])).toEqual({ startLine: 2, endLine: 2 });
  expect(at([0, 0])).toEqual({ startLine: 2, endLine: 2 });
  expect(at([0, 1, 1])).toEqual({ startLine: 5, endLine: 6 });
  expect(at([0, 1, 2, 0])).toEqual({ startLine: 7, endLine: 7 });
  expect(at([0, 1, 9, 9])).toEqual({ startLine: 3, endLine: 3 });
  expect(placesIn('')([0])).toEqual({ startLine: 1, endLine: 1 });
});
