import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{answered,loadCandidate,loadSpec,loadTree,readOptions,readSeed,showProgress,writeJson}from"./cli-f2274a7c.js";import{runSabotage}from"./cli-871d7ef1.js";import"./cli-376bd888.js";import{openSandbox}from"./cli-c1f25432.js";import"./cli-c9aca1a8.js";import{applyPatch}from"./cli-6d55661c.js";import"./cli-afc91bfa.js";import"./cli-73e2b96a.js";import{exitCodeOf}from"./cli-aabbd6e7.js";import"./cli-c03fed11.js";import{AssayError}from"./cli-4504413a.js";var usage=`assay sabotage --spec FILE --candidate DIR [--base DIR] [--seed N] [--out FILE]

  --spec FILE       the spec: surface, criteria with tests (DESIGN.md §7)
  --candidate DIR   files and assay-candidate.json {id, family, model, patch?}: the change under attack
  --base DIR        the files that it changes (default: none). Where base has the surface and meets every criterion, it is the oracle
  --seed N          for generated inputs (default 1)
  --out FILE        where the result goes (default: stdout)

No model is asked: this command has no gateway to one. A finding is a program that fails 5 of 5 times on the change and never on base.
Exit: 0 pass, 1 any other verdict, 2 wrong use or configuration, 3 error.
`,verb={summary:"try to break a change; a finding is a program that fails on it and not on its base",run},options={spec:{type:"string"},candidate:{type:"string"},base:{type:"string"},seed:{type:"string"},out:{type:"string"},help:{type:"boolean"}};async function run(args){let values=readOptions("sabotage",args,options);return values.help?(process.stdout.write(usage),0):answered(values.out,async()=>{let result=await runSabotage(requestOf(values),{sandbox:await openSandbox(),models:noModels,log:quiet,progress:showProgress});return writeJson(result,values.out),process.stderr.write(summary(result)),exitCodeOf(result.outcome)})}function requestOf(values){if(values.spec===void 0||values.candidate===void 0)throw new AssayError("USAGE","--spec and --candidate are needed.",{remedy:"assay sabotage --help"});let seed=readSeed("sabotage",values.seed),base=values.base===void 0?{}:loadTree(values.base),spec=loadSpec(values.spec),candidate=loadCandidate(values.candidate,base);return{spec,base,head:applyPatch(base,candidate.patch),family:"anthropic",model:"none",seed}}var noModels={ask:()=>Promise.reject(new AssayError("MODEL_UNAVAILABLE","This command has no gateway to a model.",{remedy:"Let the App run the Saboteur where a model should lend ideas."}))},quiet={debug(){},info(){},warn(){},error(){}};function summary(result){let lines=[`${result.outcome}: ${result.reason}`];for(let finding of result.findings)lines.push(`${finding.preExisting?"pre-existing":finding.class} ${finding.oracle} ${finding.onHead}/5 on the change, ${finding.onBase}/5 on base: ${finding.claim}`,...finding.program.trimEnd().split(`
`).slice(0,20).map(line=>`    ${line}`));return`${lines.join(`
`)}
`}export{verb};
