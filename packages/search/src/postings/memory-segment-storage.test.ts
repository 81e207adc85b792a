import { describe } from 'vitest';
import { MemorySegmentStorage } from './index.ts';
import { segmentStorageContract } from './segment-storage.contract.ts';

describe('segments in memory', () => {
  segmentStorageContract(() => {
    const storage = new MemorySegmentStorage();
    return { storage, sink: storage, removeSegment: (segment) => storage.removeSegment(segment), close: () => {} };
  });
});
