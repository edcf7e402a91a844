import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{engineNames,ownEngines}from"./cli-11f8c8ed.js";export{engineNames,ownEngines};
