import type { Finding } from '@agent-brain/contract/doctor';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { daemonChecks } from './daemon-checks.ts';
import type { Check, Facts, PlaceFact } from './facts.ts';
import { finding } from './finding.ts';
import { watchChecks } from './watch-checks.ts';

/** Every check, in the order of the report (docs/design/doctor.md#findings). Each part of the product adds its own. */
export const checks: readonly Check[] = [
  { name: 'stale record', run: staleRecord },
  { name: 'unresponsive instance', run: unresponsiveInstance },
  { name: 'version of the instance', run: instanceVersion },
  ...daemonChecks,
  { name: 'state of a clone', run: clonedState },
  { name: 'authority keys', run: authorityKeys },
  { name: 'configuration', run: configuration },
  { name: 'index', run: index },
  { name: 'index being rebuilt', run: rebuilding },
  ...watchChecks,
  { name: 'network file system', run: networkFileSystem },
  { name: 'place of the state', run: unsafePlace },
  { name: 'permissions', run: permissions },
  { name: 'disk', run: disk },
  { name: 'environment', run: environment },
];

function staleRecord({ record, instance, location, pointerHome }: Facts): Finding[] {
  // A pointer that leads nowhere is a daemon that does not run.
  if (record === 'missing' || record === 'unknown' || pointerHome !== null || instance.state !== 'stopped' || location === null) return [];
  const what =
    record === 'ok' ? 'names an instance that has ended' : record === 'corrupt' ? 'is damaged' : 'was written by a newer version';
  return [
    finding(
      'F-101',
      'info',
      `The runtime record ${location.paths.runtimeFile} ${what}`,
      'agent-brain start',
      'The next start replaces it.',
    ),
  ];
}

function unresponsiveInstance({ instance, location, pointerHome, record }: Facts): Finding[] {
  // Who serves it is the daemon then, which has its own check.
  if (instance.state !== 'unresponsive' || location === null || pointerHome !== null || record === 'unknown') return [];
  const { error } = instance;
  if (error.code === 'RECORD_UNSUPPORTED_VERSION') return [finding('F-103', 'warn', error.message, null, error.hint)];
  const who = instance.pid === null ? 'The instance' : `The instance (pid ${instance.pid})`;
  return [
    finding(
      'F-102',
      'critical',
      `${who} holds its lock but does not answer`,
      'agent-brain doctor --terminate-holder',
      `Look into ${location.paths.logFile} first; then end the process and start anew.`,
    ),
  ];
}

function instanceVersion({ instance, pointerHome }: Facts): Finding[] {
  if (instance.state !== 'running' || pointerHome !== null || instance.instance.version === PRODUCT_VERSION) return [];
  return [
    finding(
      'F-103',
      'warn',
      `The instance has version ${instance.instance.version}, this program ${PRODUCT_VERSION}`,
      'agent-brain restart',
      'Starts the instance with the version of this program.',
    ),
  ];
}

function clonedState({ setAside, isForeign, location }: Facts): Finding[] {
  if (location === null) return [];
  const { stateDir } = location.paths;
  const found: Finding[] = [];
  if (isForeign)
    found.push(
      finding(
        'F-104',
        'warn',
        `The state directory ${stateDir} was not made on this machine`,
        'agent-brain init',
        'Sets aside what came with the clone; only safe keys of its config.json count.',
      ),
    );
  if (setAside.length > 0) {
    const folders = setAside.map((name) => `${stateDir}/${name}`);
    found.push(
      finding(
        'F-104',
        'warn',
        `State that came with a clone or a copy was set aside: ${folders.join(', ')}`,
        removal(folders),
        'Look at it if you like; nothing uses it. A start removes what is older than 30 days.',
      ),
    );
  }
  return found;
}

function authorityKeys({ ignoredKeys }: Facts): Finding[] {
  return ignoredKeys.map(({ key, file, reason }) =>
    finding(
      'F-105',
      'warn',
      `${file} asks for \`${key}\` and does not get it: ${reason}`,
      `agent-brain config unset ${quote(key)}`,
      `Takes the key out of the file. To have it, set it for yourself: agent-brain config set ${key} VALUE --user`,
    ),
  );
}

/** A configuration that cannot be read keeps every start from working. */
function configuration({ configError }: Facts): Finding[] {
  return configError === null ? [] : [finding('F-106', 'critical', configError.message, null, configError.hint)];
}

function index({ status }: Facts): Finding[] {
  if (status?.index.state !== 'corrupt') return [];
  return [
    finding(
      'F-201',
      'critical',
      'The index is damaged',
      'agent-brain index --repair',
      'The instance repairs it by itself; where that does not succeed, this sets the damaged store aside and builds it again from the files.',
    ),
  ];
}

function rebuilding({ status }: Facts): Finding[] {
  if (status?.index.state !== 'rebuilding') return [];
  return [finding('F-202', 'info', 'The index was built by another version and is being done again', null, 'It answers meanwhile.')];
}

function networkFileSystem({ volumes }: Facts): Finding[] {
  return volumes
    .filter(({ network }) => network !== null)
    .map(({ path, what, network }) =>
      finding(
        'F-009',
        'warn',
        `${what} ${path} lies on a network file system (${network})`,
        null,
        'Locks and databases are not safe there. Move it: AGENT_BRAIN_HOME for the home, AGENT_BRAIN_STATE_DIR for the state directory.',
      ),
    );
}

/** Nothing of such a project was looked at. */
function unsafePlace({ locationError }: Facts): Finding[] {
  if (locationError?.code !== 'STATE_DIR_UNSAFE') return [];
  return [finding('F-010', 'critical', locationError.message, null, locationError.hint)];
}

function permissions({ places, uid, platform }: Facts): Finding[] {
  if (platform.startsWith('win32')) return [];
  return places.flatMap((place) => permissionsOf(place, uid));
}

function permissionsOf(place: PlaceFact, uid: number): Finding[] {
  const { path, what } = place;
  if (place.isLink)
    return [
      finding(
        'F-010',
        'critical',
        `${what} ${path} is a symbolic link`,
        null,
        'Replace it by a directory or file of your own: what lies behind a link cannot be trusted.',
      ),
    ];
  if (uid >= 0 && place.uid !== uid)
    return [
      finding(
        'F-010',
        'critical',
        `${what} ${path} belongs to user ${place.uid}, not to ${uid}`,
        `sudo chown ${uid} ${quote(path)}`,
        'Or move it away, if you do not know where it came from.',
      ),
    ];
  const open = place.mode & 0o077;
  if (open === 0) return [];
  const wanted = place.isDirectory ? '700' : '600';
  return [
    finding(
      'F-010',
      'critical',
      `${what} ${path} is open to others (mode ${(place.mode & 0o777).toString(8)})`,
      `chmod ${wanted} ${quote(path)}`,
      'Others could read tokens or change state.',
    ),
  ];
}

/** Below this an index cannot be written. */
const neededBytes = 16 * 1024 * 1024;

function disk({ volumes }: Facts): Finding[] {
  return volumes.flatMap(({ path, what, isWritable, freeBytes }) => {
    if (!isWritable)
      return [
        finding(
          'F-011',
          'critical',
          `${what} ${path} is not writable`,
          null,
          'Make it writable, or name another directory with AGENT_BRAIN_HOME or AGENT_BRAIN_STATE_DIR.',
        ),
      ];
    if (freeBytes >= neededBytes) return [];
    return [
      finding(
        'F-011',
        'critical',
        `The disk of ${path} is full (${Math.floor(freeBytes / 1024)} KiB free)`,
        null,
        'Free some space; nothing that was written is damaged.',
      ),
    ];
  });
}

const neededWatches = 65_536;

function environment({ git, node, inotify }: Facts): Finding[] {
  const found: Finding[] = [];
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18))
    found.push(finding('F-401', 'warn', `Node.js ${node} is older than 22.18`, 'nvm install 24', 'Install a newer Node.js.'));
  if (git === null)
    found.push(
      finding(
        'F-401',
        'warn',
        'git was not found, or does not work',
        null,
        'Install git: ignore rules and submodules are read with its help.',
      ),
    );
  if (inotify.max_user_watches !== null && inotify.max_user_watches < neededWatches) {
    found.push(
      finding(
        'F-401',
        'warn',
        `The system watches at most ${inotify.max_user_watches} files (inotify)`,
        'sudo sysctl fs.inotify.max_user_watches=524288',
        'Large projects need more to notice changes.',
      ),
    );
  }
  return found;
}

const removal = (folders: readonly string[]): string => `rm -r ${folders.map(quote).join(' ')}`;

/** For a POSIX shell, so that the command can be pasted. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
