export { compareVersions } from './compare-versions.ts';

/** Version of the product, the same in every workspace (held equal to package.json by a test). */
export const PRODUCT_VERSION = '0.1.0';

/**
 * Version of what instances and clients say to each other, `major.minor`.
 * Clients work with every instance of the same major (docs/design/instances.md#one-list-of-steps).
 */
export const PROTOCOL_VERSION = '1.0';
