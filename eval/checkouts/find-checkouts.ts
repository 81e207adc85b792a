import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from '../data/code-queries.ts';
import { type Checkout, makeCheckout } from './make-checkout.ts';

export interface CheckoutSource {
  /** Where checkouts are, or are made from. */
  source: { mirrors: string } | { checkouts: string };
  /** Where made ones stay. */
  work: string;
  whole: boolean;
}

/** The checkout of one repository, made if need be. */
export async function findCheckout(repository: Repository, { source, work, whole }: CheckoutSource): Promise<Checkout> {
  const corpus = whole ? 'whole' : 'roots';
  if ('mirrors' in source)
    return makeCheckout(repository, { mirrors: source.mirrors, target: path.join(work, 'checkouts', corpus), whole });
  const folder = path.join(source.checkouts, corpus, repository.repo);
  return existsSync(folder) ? { folder } : { missing: `no checkout ${folder}` };
}
