import { parentPort } from 'node:worker_threads';
import { RepositoryFacts } from '@agent-brain/search/walk';
import { DirectoryTree } from './directory-tree.ts';
import { DrainCounter } from './drain-counter.ts';
import type { WatchNotice, WatchOrder } from './watch-messages.ts';
import type { WatchScope } from './watch-source.ts';

/** Entry of the thread that holds the kernel's watches of all folders of this process. */
function main(post: (notice: WatchNotice) => void): (order: WatchOrder) => void {
  const facts = new RepositoryFacts(process.env);
  const trees = new Map<number, DirectoryTree>();
  const drain = new DrainCounter(() => {
    for (const tree of trees.values()) tree.overflow();
  });
  const subscribe = async (id: number, scope: WatchScope): Promise<void> => {
    const tree = new DirectoryTree({
      scope,
      facts,
      listener: {
        onChanges: (paths) => post({ id, kind: 'changes', paths }),
        onLoss: () => post({ id, kind: 'loss' }),
        onBusy: (isBusy) => post({ id, kind: 'busy', isBusy }),
        onCoverage: (coverage) => post({ id, kind: 'coverage', coverage }),
      },
      onEvent: () => drain.count(),
    });
    trees.set(id, tree);
    try {
      await tree.open();
      post({ id, kind: 'subscribed' });
    } catch (error) {
      tree.close();
      trees.delete(id);
      post({ id, kind: 'refused', message: (error as Error).message, code: (error as NodeJS.ErrnoException).code });
    }
  };
  return (order) => {
    const { id } = order;
    if (order.kind === 'subscribe') {
      void subscribe(id, order.scope);
      return;
    }
    trees.get(id)?.close();
    trees.delete(id);
    post({ id, kind: 'unsubscribed' });
  };
}

const port = parentPort;
port?.on(
  'message',
  main((notice) => port.postMessage(notice)),
);
