import type { ConfigValues } from '@agent-brain/contract/config';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { createLogger } from '@agent-brain/runtime/log';
import type { Lifecycle } from './lifecycle.ts';

/** From here on what happens is logged. The directory exists. */
export async function openLog(instance: Lifecycle, { file, level }: { file: string; level: ConfigValues['log_level'] }): Promise<void> {
  const { logger, close } = await createLogger({
    target: { file },
    level,
    context: { instance_id: instance.instanceId, version: PRODUCT_VERSION },
  });
  instance.log = logger;
  instance.closeLog = close;
}
