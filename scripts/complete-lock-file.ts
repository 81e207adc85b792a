import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type LockFile, missingPlatformPackages, withPlatformPackages } from './packaging/platform-packages.ts';

/**
 * After `npm install` on one platform: `npm run lock`. npm leaves optional packages of other platforms
 * out of the lock file when the registry in use does not serve them, and `npm ci` then refuses it.
 */
const file = path.resolve(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
console.log(`${missingPlatformPackages(lock).length} packages of other platforms added`);
writeFileSync(file, `${JSON.stringify(withPlatformPackages(lock), undefined, 2)}\n`);
