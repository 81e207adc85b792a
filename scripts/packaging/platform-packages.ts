/** The parts of package-lock.json (version 3) that are looked at here. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

interface Missing {
  name: string;
  version: string;
  dev: boolean;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

/** Optional dependencies, mostly native code of other platforms, that the lock file does not know. */
export function missingPlatformPackages({ packages }: LockFile): Missing[] {
  const known = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, '')));
  return Object.values(packages).flatMap(({ optionalDependencies = {}, dev = false }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !known.has(name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/**
 * The lock file with an entry for each of them, so that `npm ci` accepts it on every platform and asks
 * the registry only for the packages of its own. Throws when a package names no platform or no exact
 * version: then only the registry can say what it is.
 */
export function withPlatformPackages(lock: LockFile): LockFile {
  const added = missingPlatformPackages(lock).map(({ name, version, dev }): [string, LockedPackage] => {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name}@${version} is not locked and has no exact version`);
    return [`node_modules/${name}`, { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }];
  });
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) });
  return { ...lock, packages: Object.fromEntries(packages.toSorted(([a], [b]) => a.localeCompare(b, 'en'))) };
}

/** `@oxlint/binding-linux-arm64-musl` → Linux, arm64, musl. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.replace(/^.*\//, '').split('-');
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`${name} is not locked and names no platform`);
  const libc =
    os !== 'linux'
      ? undefined
      : words.some((word) => word.startsWith('musl'))
        ? 'musl'
        : words.some((word) => word.startsWith('gnu'))
          ? 'glibc'
          : undefined;
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] };
}
