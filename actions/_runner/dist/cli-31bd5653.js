import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{openSandbox}from"./cli-c1f25432.js";import"./cli-391c1e6a.js";import"./cli-437fe4c9.js";import"./cli-4504413a.js";export{openSandbox};
