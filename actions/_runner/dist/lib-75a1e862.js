import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{external_exports}from"./lib-0181983f.js";import axe from"axe-core";var axeVersion=axe.version,axeSource=axe.source,Violations=external_exports.array(external_exports.strictObject({rule:external_exports.string().regex(/^[a-z0-9-]{1,60}$/),way:external_exports.array(external_exports.number().int().min(0)).max(2e3),html:external_exports.string()})),axeQuestion=`axe.run(document, {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'], preload: false, iframes: false, elementRef: true,
}).then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) => nodes.slice(0, 50).map(({ element, html }) => {
  const way = [];
  for (let at = element; at && at.parentElement; at = at.parentElement) way.unshift([...at.parentElement.children].indexOf(at));
  return { rule: id, way: [0, ...way], html: html.slice(0, 200) };
}))))`;export{axeVersion,axeSource,Violations,axeQuestion};
