import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
var policyPackages=["ci.change","ci.intent","ci.finops","ci.supplychain","ci.observability","ci.release","ci.business_rules","agent.authz","identity.authz","identity.residency"];export{policyPackages};
