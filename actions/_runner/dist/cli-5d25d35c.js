import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
function refusalWords({code,message,got,expected,remedy}){return`${[`${code}: ${message}`,...got===null?[]:[`  got: ${got}`],...expected===null?[]:[`  expected: ${expected}`],`  remedy: ${remedy}`].join(`
`)}
`}export{refusalWords};
