/**
 * What reading one document may take. Documents in packed formats say nothing about what they unpack to, and their
 * readers know no limits: a file of 1 MB can hold a minute of work or a gigabyte of pictures.
 */
export const documentBudget = {
  /** Processor time, milliseconds. A machine under load makes nothing slower by it. */
  cpuMs: 5_000,
  /** Wall-clock time, milliseconds, for what waits instead of computing. */
  wallMs: 20_000,
  /** Resident memory of the whole process that reads, bytes; about 80 MB of it is taken before the first document. */
  residentBytes: 300_000_000,
  /** V8's heap of the thread that reads, MiB. */
  heapMb: 160,
} as const;

/** How often the guard looks, in milliseconds: a reader fills some 10 MB in that time. */
export const guardIntervalMs = 5;
