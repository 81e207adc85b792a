import module from 'node:module';
import path from 'node:path';

/**
 * Environment of a worker thread: that of this process, and its compile cache, which threads do not take
 * over by themselves. A parse worker then starts in less than half of the processor time (from source, where each thread
 * would load the WebAssembly module that strips types).
 *
 * It matters beyond the time: V8 now and then ended the process ("Check failed: jit_page.has_value()") when threads that
 * had compiled that module came and went, see https://github.com/nodejs/node/issues/64500. The kernel's module is
 * small beside it; `kernel-threads.fault.test.ts` begins and ends threads that run it.
 */
export function workerEnvironment(): NodeJS.ProcessEnv {
  const directory = module.getCompileCacheDir();
  // The directory in use is named after the version of Node, below the one that was asked for.
  return directory === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: path.dirname(directory) };
}
