import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{registerDynamicLanguage}from"@ast-grep/napi";import go from"@ast-grep/lang-go";import python from"@ast-grep/lang-python";registerDynamicLanguage({python,go});
