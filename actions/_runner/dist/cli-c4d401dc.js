import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{AssayError,problemOf}from"./cli-354665c6.js";var verbs={verify:()=>import("./cli-4c4a36a5.js"),serve:()=>import("./cli-d2ec4e06.js"),demo:()=>import("./cli-6c4aab10.js"),job:()=>import("./cli-0fcefc1a.js"),tools:()=>import("./cli-48f4b386.js"),policy:()=>import("./cli-4f81d36f.js"),guard:()=>import("./cli-50fa1122.js"),consensus:()=>import("./cli-addd3de0.js"),audit:()=>import("./cli-8a1ff5e9.js"),sabotage:()=>import("./cli-23bf7b58.js"),doctor:()=>import("./cli-ac7d6e5f.js")};async function main(args){let[name,...rest]=args;if(!name||name==="help"||name==="--help")return help();let load=verbs[name];if(!load)return process.stderr.write(`assay: there is no verb "${name}". "assay help" lists them.
`),2;try{return await(await load()).verb.run(rest)}catch(thrown){return report(thrown)}}function report(thrown){let problem=problemOf(thrown);return process.stderr.write(`assay: ${problem.code}: ${problem.message}
  remedy: ${problem.remedy}
`),!(thrown instanceof AssayError)&&thrown instanceof Error&&process.env.ASSAY_DEBUG&&process.stderr.write(`${thrown.stack}
`),/^(USAGE|CONFIG)(_|$)/.test(problem.code)?2:3}async function help(){let lines=await Promise.all(Object.entries(verbs).map(async([name,load])=>`  ${name.padEnd(14)} ${(await load()).verb.summary}`));return process.stdout.write(`assay <verb>

${lines.join(`
`)}
`),0}export{main};
