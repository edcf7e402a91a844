import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{AssayError}from"./cli-4504413a.js";var verb={summary:"the demo (in a clone only)",async run(){throw new AssayError("USAGE_DEMO_CLONE_ONLY","The demo is not part of an installed Assay.",{remedy:"Clone the repository and run: npm ci && npm run demo"})}};export{verb};
