import { tokenize } from '../tokenize/index.ts';

/**
 * Words of questions and of English grammar. They stand in most files, so that they cost the text index
 * the most and say the least. Words that are also code ("for", "if", "return") are here as well: a query
 * of such words alone keeps them. As tokens, that is, stemmed.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at be because been before being between both but by can could did do does doing done during each
  every find for from get gets give had has have having he her here him his how i if in into is it its just let like made make makes many me
  might more most must my no nor not now of off on once only or other our out over own per please same shall she should show so some such
  tell than that the their them then there these they this those through to too under until up us use used uses using very was we were what
  when where which while who whom whose why will with within without would you your work works working happen happens way code
  implemented implementation implement defined`
    .split(/\s+/)
    .map((word) => tokenize(word)[0] ?? word),
);
