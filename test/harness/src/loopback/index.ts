export { type Answer, listen, type Listening, nonceOf } from './listen.ts';
