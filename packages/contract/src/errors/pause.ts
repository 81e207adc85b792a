import { catalogue } from './catalogue.ts';

/**
 * Whether work that says when to come again pauses, rather than fails for now: what is missing is a precondition (room
 * under a limit), and it waits for that as long as it takes.
 * @param code any text; unknown ones are none
 */
export const isPause = (code: string): boolean =>
  Object.hasOwn(catalogue, code) && catalogue[code as keyof typeof catalogue].kind === 'precondition';
