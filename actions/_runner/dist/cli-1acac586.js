import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{bundleOf}from"./cli-99029e0c.js";import{answered,loadCandidate,loadRecord,loadSpec,loadTree,readOptions,readSeed,showProgress,writeJson}from"./cli-f2274a7c.js";import{runConsensus}from"./cli-90f5f800.js";import"./cli-0485ed6e.js";import{openSandbox}from"./cli-c1f25432.js";import"./cli-c9aca1a8.js";import"./cli-391c1e6a.js";import{exitCodeOf}from"./cli-aabbd6e7.js";import"./cli-437fe4c9.js";import"./cli-6d55661c.js";import"./cli-68fa8fda.js";import"./cli-c03fed11.js";import{AssayError}from"./cli-4504413a.js";import{writeFileSync}from"node:fs";var usage=`assay consensus --spec FILE --candidate DIR \u2026 [--base DIR] [--seed N] [--record FILE] [--out FILE] [--bundle FILE]

  --spec FILE       the spec: surface, criteria with tests (DESIGN.md \xA77)
  --candidate DIR   files and assay-candidate.json {id, family, model, patch?}; tests/*.json may hold the builder's own tests; once per candidate
  --base DIR        the files that candidates change (default: none)
  --seed N          for generated inputs (default 1)
  --record FILE     families' record, to choose inside the winning cluster (default: the committed prior)
  --out FILE        where the result goes (default: stdout)
  --bundle FILE     what "assay audit --bundle FILE" needs, written where there is a winner

Exit: 0 pass, 1 any other verdict, 2 wrong use or configuration, 3 error.
`,verb={summary:"compare candidates by running them; pass where independent families agree",run},options={spec:{type:"string"},candidate:{type:"string",multiple:!0},base:{type:"string"},seed:{type:"string"},record:{type:"string"},out:{type:"string"},bundle:{type:"string"},help:{type:"boolean"}};async function run(args){let values=readOptions("consensus",args,options);return values.help?(process.stdout.write(usage),0):answered(values.out,async()=>{let request=requestOf(values),result=await runConsensus(request,{sandbox:await openSandbox(),progress:showProgress});writeJson(result,values.out);let bundle=values.bundle===void 0?null:bundleOf(request,result);return bundle&&values.bundle!==void 0&&writeFileSync(values.bundle,`${JSON.stringify(bundle)}
`),process.stderr.write(summary(result)),exitCodeOf(result.outcome)})}function requestOf(values){if(values.spec===void 0||!values.candidate)throw new AssayError("USAGE","--spec and at least one --candidate are needed.",{remedy:"assay consensus --help"});let seed=readSeed("consensus",values.seed),base=values.base===void 0?{}:loadTree(values.base),spec=loadSpec(values.spec),candidates=values.candidate.map(folder=>loadCandidate(folder,base));return{spec,base,candidates,seed,...values.record===void 0?{}:{record:loadRecord(values.record)}}}function summary(result){let lines=[`${result.outcome}: ${result.reason}`,...result.winner?[`winner ${result.winner}, confidence ${result.confidence}`]:[]],[dissent]=result.dissent;return dissent&&lines.push(`they differ on ${JSON.stringify(dissent.input).slice(0,300)}`,...Object.entries(dissent.outputs).map(([id,output])=>`  ${id}: ${JSON.stringify(output).slice(0,200)}`)),`${lines.join(`
`)}
`}export{verb};
