import type { Coverage, WatchScope } from './watch-source.ts';

/** To the thread that watches. `id` names a subscription. */
export type WatchOrder =
  | { readonly kind: 'subscribe'; readonly id: number; readonly scope: WatchScope }
  | { readonly kind: 'unsubscribe'; readonly id: number };

/** From it. */
export type WatchNotice = { readonly id: number } & (
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'refused'; readonly message: string; readonly code: string | undefined }
  | { readonly kind: 'unsubscribed' }
  | { readonly kind: 'changes'; readonly paths: readonly string[] }
  | { readonly kind: 'loss' }
  | { readonly kind: 'busy'; readonly isBusy: boolean }
  | { readonly kind: 'coverage'; readonly coverage: Coverage }
);
