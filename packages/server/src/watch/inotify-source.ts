import { Worker } from 'node:worker_threads';
import { nurseryMb, workerEnvironment } from '@agent-brain/search/threads';
import type { WatchNotice, WatchOrder } from './watch-messages.ts';
import type { Subscription, SubscriptionRequest, WatchSource } from './watch-source.ts';

const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './watch-worker.ts' : './agent-brain-watch-worker.js', import.meta.url);

interface Subscriber {
  readonly request: SubscriptionRequest;
  resolve(subscription: Subscription): void;
  reject(error: Error): void;
  /** When it has been closed. */
  onClosed: (() => void) | undefined;
}

/**
 * Events of Linux, one watch of the kernel for each walked directory ({@link DirectoryTree}). They are held by one thread for
 * all folders of the process: reading many events and listing many directories then delays no answer. The thread lives
 * while something is watched.
 */
export class InotifySource implements WatchSource {
  readonly #subscribers = new Map<number, Subscriber>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** @throws an Error whose `code` is that of the system, when the folder itself cannot be watched */
  subscribe(request: SubscriptionRequest): Promise<Subscription> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#subscribers.set(id, { request, resolve, reject, onClosed: undefined });
      this.#post({ kind: 'subscribe', id, scope: request.scope });
    });
  }

  #close(id: number): Promise<void> {
    const subscriber = this.#subscribers.get(id);
    if (subscriber === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      subscriber.onClosed = resolve;
      this.#post({ kind: 'unsubscribe', id });
    });
  }

  #post(order: WatchOrder): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(order);
  }

  #start(): Worker {
    const worker = new Worker(workerUrl, {
      name: 'agent-brain-watch',
      env: workerEnvironment(),
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
    });
    let reason = 'the thread ended';
    worker.on('message', (notice: WatchNotice) => this.#take(notice));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#lose(reason);
    });
    return worker;
  }

  #take(notice: WatchNotice): void {
    const { id } = notice;
    const subscriber = this.#subscribers.get(id);
    if (subscriber === undefined) return;
    const { request } = subscriber;
    if (notice.kind === 'subscribed') subscriber.resolve({ close: () => this.#close(id) });
    else if (notice.kind === 'refused') {
      this.#subscribers.delete(id);
      subscriber.reject(Object.assign(new Error(notice.message), { code: notice.code }));
      void this.#endWhenIdle();
    } else if (notice.kind === 'unsubscribed') {
      this.#subscribers.delete(id);
      void this.#endWhenIdle().then(subscriber.onClosed);
    } else if (subscriber.onClosed !== undefined) return;
    else if (notice.kind === 'changes') request.onChanges(notice.paths);
    else if (notice.kind === 'loss') request.onLoss();
    else if (notice.kind === 'busy') request.onBusy(notice.isBusy);
    else request.onCoverage(notice.coverage);
  }

  async #endWhenIdle(): Promise<void> {
    const worker = this.#worker;
    if (this.#subscribers.size > 0 || worker === undefined) return;
    this.#worker = undefined;
    await worker.terminate();
  }

  /** The thread died. Nothing is watched any more; those who ask again start another. */
  #lose(reason: string): void {
    this.#worker = undefined;
    const lost = [...this.#subscribers.values()];
    this.#subscribers.clear();
    const error = new Error(`the thread that watches files ended — ${reason}`);
    for (const { request, reject, onClosed } of lost) {
      // Without effect when it had been resolved.
      reject(error);
      if (onClosed === undefined) request.onError(error);
      else onClosed();
    }
  }
}
