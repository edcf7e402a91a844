import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{engineNames,ownEngines}from"./lib-11f8c8ed.js";import"./lib-e878a7c3.js";export{engineNames,ownEngines};
