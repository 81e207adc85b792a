export { llmsIntroduction, llmsSection } from './llms-text.ts';
