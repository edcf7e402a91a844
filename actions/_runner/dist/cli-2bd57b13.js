import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
var disclosureFile="disclosure.json",pdfFile="disclosure.pdf",attachments="attachments/",logFile=`${attachments}audit-log.json`,releaseFile=`${attachments}release.json`,changesFile=`${attachments}changes.json`;export{disclosureFile,pdfFile,attachments,logFile,releaseFile,changesFile};
