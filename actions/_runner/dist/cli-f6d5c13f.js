import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{AssayError,problemOf}from"./cli-4504413a.js";var verbs={verify:()=>import("./cli-7077c8ba.js"),sign:()=>import("./cli-f73fe1ee.js"),provenance:()=>import("./cli-14b17dd3.js"),evidence:()=>import("./cli-e131b322.js"),sbom:()=>import("./cli-a2ebcb87.js"),vulns:()=>import("./cli-e31853ef.js"),serve:()=>import("./cli-3f781ce1.js"),demo:()=>import("./cli-e67737c5.js"),job:()=>import("./cli-81738422.js"),tools:()=>import("./cli-956d69cb.js"),policy:()=>import("./cli-b2fe7fc9.js"),guard:()=>import("./cli-cb5ca4ba.js"),lock:()=>import("./cli-80e05a36.js"),consensus:()=>import("./cli-1acac586.js"),audit:()=>import("./cli-6f29b7dd.js"),sabotage:()=>import("./cli-89a031a4.js"),pack:()=>import("./cli-8b6b4ca7.js"),disclose:()=>import("./cli-15589fc9.js"),keys:()=>import("./cli-68314b8a.js"),replay:()=>import("./cli-384ca72e.js"),doctor:()=>import("./cli-aedea590.js"),conformance:()=>import("./cli-5af155f2.js"),"audit-log":()=>import("./cli-bebda048.js")};async function main(args){let[name,...rest]=args;if(!name||name==="help"||name==="--help")return help();let load=verbs[name];if(!load)return process.stderr.write(`assay: there is no verb "${name}". "assay help" lists them.
`),2;try{return await(await load()).verb.run(rest)}catch(thrown){return report(thrown)}}function report(thrown){let problem=problemOf(thrown);return process.stderr.write(`assay: ${problem.code}: ${problem.message}
  remedy: ${problem.remedy}
`),!(thrown instanceof AssayError)&&thrown instanceof Error&&process.env.ASSAY_DEBUG&&process.stderr.write(`${thrown.stack}
`),/^(USAGE|CONFIG)(_|$)/.test(problem.code)?2:3}async function help(){let lines=await Promise.all(Object.entries(verbs).map(async([name,load])=>`  ${name.padEnd(14)} ${(await load()).verb.summary}`));return process.stdout.write(`assay <verb>

${lines.join(`
`)}
`),0}export{main};
