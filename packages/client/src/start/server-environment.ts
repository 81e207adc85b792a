/**
 * What a server may inherit from whoever happened to start it: it outlives that shell or editor, so nothing that
 * belongs to one session (tokens, git's variables, NODE_OPTIONS, agent settings) may stick to it.
 */
const inherited = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'DOC_SERVE_STATE_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SYSTEMROOT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'TMP',
  'PATHEXT',
  'COMSPEC',
]);
const inheritedPrefixes = ['AGENT_BRAIN_', 'LC_', 'XDG_', 'MALLOC_'];

/** Of the caller's own call, not of the server's life. */
const ofTheCaller = new Set(['AGENT_BRAIN_PROJECT', 'AGENT_BRAIN_BIN']);

/**
 * Settings of glibc; other C libraries ignore them. By default it keeps up to eight heaps per processor, and after the first
 * large block was freed it returns memory to the system only in much larger pieces. With two heaps a server needs 30 MB less
 * while it indexes, and is as fast. With a fixed limit for returning memory a daemon that had twelve projects in memory keeps
 * 157 MB instead of 180 to 196. A user's own setting takes precedence.
 */
const ofTheServer = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

/** The environment that a server starts with, from the caller's. */
export function serverEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !ofTheCaller.has(entry[0]) &&
      (inherited.has(entry[0]) || inherited.has(entry[0].toUpperCase()) || inheritedPrefixes.some((prefix) => entry[0].startsWith(prefix))),
  );
  return { ...ofTheServer, ...Object.fromEntries(kept) };
}
