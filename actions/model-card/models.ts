/** Places where a change ships or calls a model: weights, imports of model SDKs, settings that name a vendor's model. */
import type { GuardFacts } from '../../app/core/guardrail.ts';

export interface Use {
  path: string;
  line: number;
  what: string;
  /** The model's id, where one is named. */
  model: string | null;
}

const aside = /(^|\/)(tests?|__tests__|spec|fixtures?|__fixtures__|testdata|mocks?|cases|recordings|node_modules|vendor|third_party|site-packages)\/|[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_test\.(py|go)$/i;
const weights = /\.(safetensors|gguf|ggml|onnx|tflite|mlmodel|ckpt|pth|keras|mar)$/i;
const packages = ['openai', '@openai/agents', '@anthropic-ai/sdk', '@anthropic-ai/claude-agent-sdk', '@google/genai', '@google/generative-ai', '@mistralai/mistralai', 'cohere-ai', 'groq-sdk', 'ollama', 'replicate', 'ai', '@huggingface/inference', '@huggingface/transformers', '@xenova/transformers', '@aws-sdk/client-bedrock-runtime', '@azure/openai', 'onnxruntime-node', '@langchain/openai', '@langchain/anthropic', '@langchain/google-genai', 'langchain', 'llamaindex'];
const modules = ['openai', 'anthropic', 'google.genai', 'google.generativeai', 'mistralai', 'cohere', 'groq', 'ollama', 'replicate', 'litellm', 'transformers', 'vllm', 'llama_cpp', 'onnxruntime', 'langchain_openai', 'langchain_anthropic', 'langchain_google_genai', 'langchain', 'llama_index', 'huggingface_hub'];
const goModules = /"(github\.com\/(openai\/openai-go|sashabaranov\/go-openai|anthropics\/anthropic-sdk-go|ollama\/ollama\/api|tmc\/langchaingo)|google\.golang\.org\/genai|cloud\.google\.com\/go\/vertexai)[^"]*"/;
const script = new RegExp(`^\\s*(?:import|export)\\b(?!\\s+type\\b)[^'"]{0,500}['"](${packages.map(escaped).join('|')})(?:/[^'"]*)?['"]|\\b(?:require|import)\\(\\s*['"](${packages.map(escaped).join('|')})(?:/[^'"]*)?['"]`);
const python = new RegExp(`^\\s*(?:import|from)\\s+(${modules.map(escaped).join('|')})(?=[\\s.,]|$)`);
const googled = /^\s*from\s+google\s+import\s+(?:[\w, ]*\b)?(genai|generativeai)\b/;
/** A vendor's model as the value of a key that says model. */
const setting = /^\s*(?:-\s*)?["']?[\w.-]{0,60}model(?:[_-]?(?:id|name))?["']?\s*[:=]\s*["']?((?:gpt-|o\d-|chatgpt-|claude-|gemini-|mistral-|mixtral-|command-r|llama-?\d|deepseek-|qwen-?\d|grok-)[\w.:-]{0,80})/i;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

export function usesIn({ changed, skipped }: Pick<GuardFacts, 'changed' | 'skipped'>): Use[] {
  const shipped = [...skipped, ...changed].filter(({ path }) => weights.test(path) && !aside.test(path)).map(({ path }) => ({ path, line: 0, what: `ships a model (${path.split('/').at(-1)})`, model: null }));
  const written = changed.filter(({ path }) => !aside.test(path)).flatMap(({ path, text }) => text.split('\n').flatMap((row, index): Use[] => {
    const use = inRow(path, row.slice(0, 2000));
    return use ? [{ path, line: index + 1, ...use }] : [];
  }));
  return [...shipped, ...written];
}

function inRow(path: string, row: string): { what: string; model: string | null } | null {
  const found = importIn(path, row);
  if (found) return { what: `calls a model (${found})`, model: null };
  const model = /\.(ya?ml|json|toml|env|ini|cfg|conf)$/i.test(path) ? setting.exec(row)?.[1] : undefined;
  return model === undefined ? null : { what: `names a model (${model})`, model };
}

function importIn(path: string, row: string): string | undefined {
  if (/\.[cm]?[jt]sx?$/.test(path)) {
    const match = script.exec(row);
    return match?.[1] ?? match?.[2];
  }
  if (/\.pyw?$/.test(path)) return python.exec(row)?.[1] ?? googled.exec(row)?.[1];
  return /\.go$/.test(path) ? goModules.exec(row)?.[1] : undefined;
}
