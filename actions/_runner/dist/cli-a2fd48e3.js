import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{setTimeout as wait}from"node:timers/promises";var systemClock={now:()=>Date.now(),async sleep(ms,signal){try{await wait(ms,void 0,signal?{signal}:{})}catch(thrown){if(!signal?.aborted)throw thrown}}};export{systemClock};
