import { writeSync } from 'node:fs';
import type { Reporter } from 'knip';

/** Prints what knip found and how many files it has read, as one JSON line on standard output. */
const report: Reporter = ({ issues, counters }) => {
  const findings = Object.entries(issues).flatMap(([type, byFile]) =>
    Object.values(byFile).flatMap((bySymbol) =>
      Object.values(bySymbol).map(({ filePath, symbol, line }) => ({ type, file: filePath, symbol, line })),
    ),
  );
  writeSync(1, `${JSON.stringify({ findings, processed: counters.processed, total: counters.total })}\n`);
};

export default report;
