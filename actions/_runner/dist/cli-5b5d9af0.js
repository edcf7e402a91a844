import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{fixturesThrough,test}from"./cli-478af9a9.js";import"./cli-d45185f6.js";import"./cli-a4e70065.js";import"./cli-9b05bd70.js";import"./cli-4da721f9.js";import"./cli-7a8d8c03.js";import"./cli-1e2bca77.js";import"./cli-4504413a.js";export{fixturesThrough,test};
