import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runtimeDependencies } from '../packaging/dependencies.ts';
import { nativeDependencyOf, nativePackages } from '../packaging/native-packages.ts';

/** `docs/packaging.md`: what is published, and every runtime dependency with its reason. */
export function packagingPage(root: string): string {
  const rows = runtimeDependencies.map(({ name, way, reason }) => `| \`${name}\` | ${version(root, name)} | ${way} | ${reason} |`);
  return `# Packaging

\`npm run pack\` makes the package \`agent-brain\` in \`build/agent-brain\` and its tarball beside it, and the library \`@agent-brain/client\` in \`build/client\`; it installs each tarball into an empty folder and prints the sizes. \`npm run check:package\` installs them as a user would, takes the program through its first five minutes and runs the library's example.

The programs are bundled by esbuild into \`lib/\`: \`cli.js\`, \`server.js\`, one file per worker thread, and the parts they share. One file costs less to find than hundreds of modules, and the compile cache of Node.js works on it. It is not minified, so that a stack trace can be read. \`bin/agent-brain.js\` is plain old JavaScript: it has to be understood by a Node.js that is too old for the rest, to say so and exit with 78.

## Runtime dependencies

*Bundled*: the code is in our files, its licence in \`THIRD-PARTY-LICENSES.md\` of the package. *Installed*: npm installs it beside them, in exactly this version, because it has native code or files of its own, or is large and rarely needed. *Native*: of the packages \`<name>-<platform>\` npm installs the one of its platform. None of what is installed runs a script at installation, and none is compiled.

| dependency | version | | why |
|---|---|---|---|
${rows.join('\n')}

The library is one file of code and one of types. Its one dependency is \`fs-native-extensions\`; of zod it contains what checks records (\`zod/mini\`). The types are made of what \`tsc\` declares and of the contract's schemas, so that they need no other package.

Everything else is Node.js itself: \`node:sqlite\` holds the index, \`node:zlib\` its texts, \`node:worker_threads\` keeps work away from the thread that answers.
`;
}

function version(root: string, name: string): string {
  const native = Object.entries(nativePackages(root)).find(([platformPackage]) => nativeDependencyOf(platformPackage) === name);
  if (native !== undefined) return native[1];
  return (JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
}
