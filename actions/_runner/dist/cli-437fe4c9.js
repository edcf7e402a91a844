import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
var defaultLimits={wallMs:3e4,cpuMs:2e4,memoryBytes:1073741824,processes:64,fileBytes:52428800,outputBytes:4194304};export{defaultLimits};
