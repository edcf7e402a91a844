import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
var LockError=class extends Error{};function locked(fields){return{licence:null,deprecated:null,integrity:null,direct:null,dev:null,source:"registry",endLine:fields.startLine,...fields}}function pypiName(name){return name.toLowerCase().replace(/[-_.]+/g,"-")}export{LockError,locked,pypiName};
