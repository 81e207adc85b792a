import type { Lifecycle } from './lifecycle.ts';

/** From here on it serves: uptime and idle time begin. */
export function markReady(instance: Lifecycle): void {
  instance.readyAtMs = instance.clock.now();
  instance.lastUseMs = instance.readyAtMs;
  instance.metrics.startupSeconds = performance.now() / 1000;
}

/** The line that tells where the instance is, and how long each step of its start took. */
export function logReady(instance: Lifecycle, { base_url, pid }: { readonly base_url: string; readonly pid: number }): void {
  instance.log.info({ base_url, pid, startup_ms: Math.round(performance.now()), start_ms: instance.startMs }, 'ready');
}
