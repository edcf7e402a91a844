import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
function folderOf(path){return path.split("/").slice(0,-1).join("/")}function foldersAround(folder){let parts=folder===""?[]:folder.split("/");return Array.from({length:parts.length+1},(_,length)=>parts.slice(0,length).join("/"))}export{folderOf,foldersAround};
