import { Journal } from './journal.ts';
import { nodeJournalFileSystem } from './journal-file-system.ts';
import { readJournal } from './read-journal.ts';

/**
 * Whether a journal that nobody has open holds jobs that wait or were running. Changes nothing.
 * @throws FILE_UNREADABLE
 */
export async function hasUnfinishedJobs(file: string): Promise<boolean> {
  const journal = new Journal(file, nodeJournalFileSystem);
  try {
    return readJournal((await journal.read()).bytes).jobs.some(({ status }) => status === 'queued' || status === 'running');
  } finally {
    await journal.close();
  }
}
