/** Grammars that come as prebuilt libraries. The first registration of a process is the only one that counts, so there is one place for all of them. */
import { registerDynamicLanguage } from '@ast-grep/napi';
import go from '@ast-grep/lang-go';
import python from '@ast-grep/lang-python';

registerDynamicLanguage({ python, go });
