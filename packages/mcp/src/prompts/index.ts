export { registerPrompts } from './register-prompts.ts';
