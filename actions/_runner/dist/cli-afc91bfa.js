import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
var families=["anthropic","openai","google"];export{families};
